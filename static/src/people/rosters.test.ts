import { expect, test } from 'vitest';
import { about, isRoster, like } from './rosters';

const tax = { id: 't', kind: 'team' as const, name: 'Tax and Audit', members: 4 };
const guests = { id: 'g', kind: 'circle' as const, name: 'Gäste', members: 1 };

test('teams and circles are found by the beginnings of words, without case and accents', () => {
	const found = (typed: string) => like([tax, guests], typed).map((r) => r.id);
	expect(found('')).toEqual(['t', 'g']);
	expect(found('aud')).toEqual(['t']);
	expect(found('AUDIT ta')).toEqual(['t']);
	expect(found('gas')).toEqual(['g']);
	expect(found('udit')).toEqual([]);
});

test('a group is named with its kind and size, a person with the account', () => {
	expect(about(tax)).toBe('Team, 4 people');
	expect(about(guests)).toBe('Circle, 1 person');
	expect(about({ id: 'a', name: 'Ann', kind: 'staff' })).toBe('Staff');
	expect(about({ id: 'b', name: 'Ben', kind: 'contact', account: { id: 'x', name: 'Cole Ltd' } })).toBe('Cole Ltd');
	expect([tax, { id: 'b', name: 'Ben', kind: 'contact' }].map(isRoster)).toEqual([true, false]);
});
