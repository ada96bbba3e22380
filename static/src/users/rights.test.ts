import { expect, test } from 'vitest';
import type { User } from '../api/answers';
import { among, difference, handsOver, mayChange, rolesFor, told, undoing } from './rights';

const user = (more: Partial<User> = {}): User => ({
	person: { id: 'u1', name: 'Ann Reed', kind: 'staff' }, role: 'staff', email: 'ann@office.example', active: true, messaging: true, strict: false, ...more,
});
const client = user({ person: { id: 'u2', name: 'Ben Cole', kind: 'contact' }, role: 'client' });

test('nobody changes themselves, and only owners an owner', () => {
	expect(mayChange('owner', user())).toBe(true);
	expect(mayChange('owner', user({ self: true }))).toBe(false);
	expect(mayChange('owner', user({ role: 'owner' }))).toBe(true);
	expect(mayChange('admin', user({ role: 'owner' }))).toBe(false);
});

test('roles are of the same kind, and owners are made by owners', () => {
	const ids = (asker: string, u: User) => rolesFor(asker, u).map((r) => r.id);
	expect(ids('owner', user())).toEqual(['staff', 'admin', 'owner']);
	expect(ids('admin', user())).toEqual(['staff', 'admin']);
	expect(ids('owner', client)).toEqual(['client', 'client_staff', 'prospect']);
});

test('only what is different is asked for', () => {
	expect(difference(user(), 'staff', true, false)).toBeUndefined();
	expect(difference(user(), 'admin', true, false)).toEqual({ role: 'admin' });
	expect(difference(user(), 'admin', false, false)).toEqual({ role: 'admin', messaging: false });
	expect(difference(client, 'client', true, true)).toEqual({ strict: true });
});

test('staff hand over what is theirs when they go, and clients have nothing to hand over', () => {
	expect(handsOver(user(), { active: false })).toBe(true);
	expect(handsOver(user(), { messaging: false })).toBe(true);
	expect(handsOver(user({ messaging: false }), { active: false })).toBe(false); // it was handed over before
	expect(handsOver(user(), { role: 'admin' })).toBe(false);
	expect(handsOver(client, { active: false })).toBe(false);
});

test('what can be undone is undone as it was, and what was handed over is not', () => {
	expect(undoing(user(), { role: 'admin' })).toEqual({ role: 'staff' });
	expect(undoing(client, { strict: true })).toEqual({ strict: false });
	expect(undoing(client, { role: 'prospect', messaging: false })).toEqual({ role: 'client', messaging: true });
	expect(undoing(user(), { messaging: false })).toBeUndefined();
	expect(undoing(user(), { active: false })).toBeUndefined();
});

test('what was done is said', () => {
	expect(told(user(), { role: 'admin' })).toBe('Ann Reed has the role “Administrator” now.');
	expect(told(user(), { role: 'admin', messaging: false })).toBe('Ann Reed has the role “Administrator” now, and may no longer send and read messages.');
	expect(told(client, { active: false })).toBe('Ben Cole is deactivated.');
});

test('the deactivated are among themselves', () => {
	expect([among('active', user()), among('staff', user({ active: false })), among('deactivated', user({ active: false }))]).toEqual([true, false, true]);
});
