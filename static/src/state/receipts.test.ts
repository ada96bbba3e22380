import { expect, test } from 'vitest';
import type { Receipt } from '../wire';
import { readings, readTo } from './receipts';
import { ann, at, ben, message, position } from './testing';

const eve = { id: 'eve', name: 'Eve', kind: 'contact' };
const receipt = (reader: typeof ann, after: number, through: number, minute = 30): Receipt => ({ conversation: 'c1', reader, after: position(after), through: position(through), at: at(minute) });
const byAnn = (n: number) => message(n, { author: ann });

test('a receipt covers what lies after one position up to another', () => {
	const read = (n: number) => readings(byAnn(n), [receipt(ben, 1, 3)]).length;
	expect([read(1), read(2), read(3), read(4)]).toEqual([0, 1, 1, 0]);
});

test('nobody reads their own message', () => {
	expect(readings(byAnn(1), [receipt(ann, 0, 1)])).toEqual([]);
});

test('each reader shows once, at the newest message they have read', () => {
	const shown = readTo([byAnn(1), byAnn(2), byAnn(3)], [receipt(ben, 0, 1, 31), receipt(ben, 1, 3, 33), receipt(eve, 0, 2, 32)], ann);
	expect([...shown].map(([id, r]) => [id, r.map((x) => x.reader.id)])).toEqual([['m3', ['ben']], ['m2', ['eve']]]);
});

test('a contact sees readers of their own messages only', () => {
	const shown = readTo([message(1), byAnn(2)], [receipt(ann, 0, 2), receipt(eve, 0, 2)], ben);
	expect([...shown.keys()]).toEqual(['m1']);
	expect(shown.get('m1')?.map((r) => r.reader.id)).toEqual(['ann', 'eve']);
});

test('grey lines have no readers', () => {
	const line = message(2, { kind: 'event', author: ann, happening: { what: 'retitled' } });
	expect([...readTo([byAnn(1), line], [receipt(ben, 0, 2)], ann).keys()]).toEqual(['m1']);
});
