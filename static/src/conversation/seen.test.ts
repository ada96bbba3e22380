import { expect, test } from 'vitest';
import type { Thread } from '../state/state';
import { unloaded } from '../state/state';
import { message } from '../state/testing';
import type { Participant, Person, Receipt } from '../wire';
import { seenBy } from './seen';

const ada: Person = { id: 'ada', name: 'Ada', kind: 'staff' };
const carl: Participant = { id: 'carl', name: 'Carl', kind: 'contact', active: true };
const at = (n: number) => message(n).position;
const receipt = (reader: Person, after: string, through: string): Receipt => ({ conversation: 'c', reader, after, through, at: '2026-11-23T09:00:00Z' });

function thread(receipts: Receipt[], more: Partial<Thread> = {}): Thread {
	const messages = [1, 2, 3].map((n) => ({ ...message(n), author: ada }));
	return { ...unloaded, loaded: true, moreBefore: false, moreAfter: false, messages, receipts, ...more };
}

test('who opened the newest has seen all', () => {
	expect(seenBy(carl, thread([receipt(carl, '', at(3))]), ada)).toEqual({ all: true, at: '2026-11-23T09:00:00Z' });
});

test('who opened an older one has seen as far as that', () => {
	expect(seenBy(carl, thread([receipt(carl, '', at(2))]), ada)).toEqual({ all: false, at: message(2).at });
});

test('who opened nothing has seen nothing, unless there may be older messages that they saw', () => {
	expect(seenBy(carl, thread([]), ada)).toEqual({ all: false, at: undefined });
	expect(seenBy(carl, thread([], { moreBefore: true }), ada)).toBeUndefined();
});

test('what one wrote oneself, and notes to a client, need no reading', () => {
	const own = thread([], { messages: [{ ...message(1), author: carl }] });
	expect(seenBy(carl, own, ada)).toBeUndefined();
	const notes = thread([receipt(carl, '', at(1))], { messages: [{ ...message(1), author: ada }, { ...message(2), author: ada, kind: 'note' }] });
	expect(seenBy(carl, notes, ada)?.all).toBe(true);
});

test('a stretch that does not reach the end says nothing', () => {
	expect(seenBy(carl, thread([receipt(carl, '', at(3))], { moreAfter: true }), ada)).toBeUndefined();
});
