import { expect, test } from 'vitest';
import type { Me } from '../api/answers';
import { mayLookAfter, mayOpenAny } from './may';

const me = (role: string, message = true) => ({ user: { role }, may: { message } }) as unknown as Me;

test.each([
	['owner', true, true],
	['admin', true, false],
	['staff', false, false],
	['client', false, false],
])('of %s, looks after people: %s, opens any conversation: %s', (role, people, any) => {
	expect([mayLookAfter(me(role)), mayOpenAny(me(role))]).toEqual([people, any]);
});

test('an owner without the messaging permission opens none', () => {
	expect([mayLookAfter(me('owner', false)), mayOpenAny(me('owner', false))]).toEqual([true, false]);
});
