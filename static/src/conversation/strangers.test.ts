import { expect, test } from 'vitest';
import { strangers } from './strangers';

const client = (id: string, firm?: string, active = true) => ({ id, name: id, kind: 'contact', active, ...(firm && { account: { id: firm, name: firm } }) });
const staff = (id: string) => ({ id, name: id, kind: 'staff', active: true });
const ids = (found: { id: string }[]) => found.map((p) => p.id);

test('clients of the same firm know each other, and staff are no strangers', () => {
	expect(strangers([client('anna', 'bakery'), staff('ada')], [client('ben', 'bakery'), staff('sam')])).toEqual([]);
	expect(strangers([staff('ada')], [client('ben', 'bakery')])).toEqual([]);
});

test('those of another firm are told of', () => {
	expect(ids(strangers([client('anna', 'bakery')], [client('ben', 'bakery'), client('carl', 'garage')]))).toEqual(['carl']);
	expect(ids(strangers([], [client('ben', 'bakery'), client('carl', 'garage')]))).toEqual(['ben', 'carl']);
});

test('somebody without a firm is a household of their own, and who has left is not there', () => {
	expect(ids(strangers([client('anna')], [client('ben')]))).toEqual(['ben']);
	expect(strangers([client('anna', 'bakery', false)], [client('carl', 'garage')])).toEqual([]);
});
