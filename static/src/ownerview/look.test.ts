import { expect, test } from 'vitest';
import { Refused, unreachable } from '../api/request';
import { message, position, row } from '../state/testing';
import type { Message } from '../wire';
import { Look } from './look.svelte';

const { conversation } = row('c1');
const page = (messages: Message[], more: boolean) => ({ conversation, page: { messages, receipts: [], more_before: more, more_after: false, as_of: '1.1' } });

function looking() {
	const asked: { before: string | undefined; answer: (a: ReturnType<typeof page>) => void; fail: (e: unknown) => void }[] = [];
	const look = new Look('c1', (_, before) => new Promise((answer, fail) => asked.push({ before, answer, fail })));
	return { look, asked };
}

test('nothing is asked for before somebody opens it', () => {
	expect(looking().asked).toHaveLength(0);
});

test('it opens at its end, goes on to what is earlier, and stops at the first message', async () => {
	const { look, asked } = looking();
	const first = look.on();
	asked[0]?.answer(page([message(3), message(4)], true));
	await first;
	const second = look.on();
	asked[1]?.answer(page([message(1), message(2)], false));
	await second;
	await look.on();
	expect(asked.map((a) => a.before)).toEqual([undefined, position(3)]);
	expect(look.thread.messages.map((m) => m.id)).toEqual(['m1', 'm2', 'm3', 'm4']);
	expect(look.conversation?.id).toBe('c1');
});

test('pressed twice it is asked once: each is on record', async () => {
	const { look, asked } = looking();
	const first = look.on();
	await look.on();
	expect(asked).toHaveLength(1);
	asked[0]?.answer(page([message(1)], false));
	await first;
	expect(look.busy).toBe(false);
});

test('a refusal is told, and can be tried again', async () => {
	const { look, asked } = looking();
	const first = look.on();
	asked[0]?.fail(new Refused(unreachable));
	await first;
	expect([look.problem, look.thread.loaded]).toEqual([unreachable, false]);
	void look.on();
	expect([look.problem, asked.length]).toEqual([undefined, 2]);
});
