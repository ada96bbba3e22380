import { expect, test } from 'vitest';
import { entries, firstUnread } from './entries';
import { ann, at, ben, message, position } from './testing';

const kinds = (e: ReturnType<typeof entries>) => e.map((x) => (x.type === 'message' || x.type === 'pending' ? `${x.type}${x.lead ? ' lead' : ''}` : x.type));

test('messages of one author stand together for five minutes', () => {
	const m = [message(1), message(2), message(9)];
	expect(kinds(entries(m, [], undefined, ann))).toEqual(['day', 'message lead', 'message', 'message lead']);
});

test('another author, a note, a letter and a grey line each begin anew', () => {
	const m = [message(1), message(2, { author: ann }), message(3, { author: ann, kind: 'note' }), message(4, { via: 'letter' }), message(5, { kind: 'event' }), message(6)];
	expect(kinds(entries(m, [], undefined, ann))).toEqual(['day', 'message lead', 'message lead', 'message lead', 'message lead', 'event', 'message lead']);
});

test('the divider stands before the first new message, and a day before its first', () => {
	const m = [message(1), message(2, { at: '2026-11-23T12:00:00Z' })];
	expect(kinds(entries(m, [], position(2), ann))).toEqual(['day', 'message lead', 'day', 'new', 'message lead']);
});

test('what is pending follows the last message, under one name with it', () => {
	const pending = [1, 2].map((n) => ({ key: `k${n}`, conversation: 'c1', html: '', note: n === 2, important: false, attachments: [], doc: undefined, at: at(2), problem: undefined }));
	expect(kinds(entries([message(1, { author: ann })], pending, undefined, ann))).toEqual(['day', 'message lead', 'pending', 'pending lead']);
});

test('an own message keeps the id it had while it was pending', () => {
	const laid = entries([message(1, { author: ann, key: 'k1' }), message(2, { key: 'k2' })], [], undefined, ann);
	expect(laid.map((e) => e.id)).toEqual(['day m1', 'k1', 'm2']);
});

test('new begins at the first message by somebody else past the cursor', () => {
	const m = [message(1), message(2, { author: ann }), message(3, { kind: 'event' }), message(4, { author: ben })];
	expect(firstUnread(m, position(1), 'ann')).toBe(position(4));
	expect(firstUnread(m, position(4), 'ann')).toBeUndefined();
});
