import { beforeEach, expect, test, vi } from 'vitest';
import type { MarkedMany } from '../api/answers';
import * as requests from '../api/request';
import { mark } from './marking';
import type { Desk } from './desk.svelte';
import { type Action, reduce } from './reduce';
import { created, loaded, message, row, state } from './testing';

let asked: { conversations: string[]; as: string }[];
let answer: () => Promise<MarkedMany>;
let desk: Desk;

beforeEach(() => {
	asked = [];
	answer = async () => ({ marked: [], refused: [], badge: 0, as_of: '7.10' });
	vi.spyOn(requests, 'request').mockImplementation(async (_method, _path, body) => {
		asked.push(body as (typeof asked)[number]);
		return answer();
	});
	const fake = {
		state: state(loaded('c1', 10), loaded('c2', 10, { standing: { ...row('c2').standing, archived: true } })),
		word: undefined as Desk['word'],
		do: (a: Action) => (fake.state = reduce(fake.state, a)),
		inTurn: (_name: string, ask: () => Promise<unknown>) => ask(),
		tell: (text: string, tone = 'plain', act: unknown = undefined) => (fake.word = { text, tone, act } as Desk['word']),
	};
	desk = fake as unknown as Desk;
});

const archived = (id: string) => desk.state.rows[id]?.row.standing.archived;

test('only what it changes is marked, at once, and undone', async () => {
	const done = mark(desk, ['c1', 'c2'], 'archived');
	expect([archived('c1'), archived('c2')]).toEqual([true, true]);
	await done;
	expect(asked).toEqual([{ conversations: ['c1'], as: 'archived' }]);
	expect(desk.word?.text).toBe('1 conversation archived.');
	desk.word?.act?.run();
	expect(archived('c1')).toBe(false);
	expect(asked[1]).toEqual({ conversations: ['c1'], as: 'inbox' });
});

test('what has something new since is not marked read by undoing', async () => {
	await mark(desk, ['c1'], 'unread');
	desk.do(created(11, message(3)));
	desk.word?.act?.run();
	expect(asked).toHaveLength(1);
});

test('a refusal puts all back, and can be tried again', async () => {
	answer = () => Promise.reject(new requests.Refused(requests.unreachable));
	await mark(desk, ['c1'], 'archived');
	expect(archived('c1')).toBe(false);
	expect(desk.word?.act?.name).toBe('Try again');
});

test('where nothing is to be changed nothing is asked', async () => {
	await mark(desk, ['c1'], 'inbox');
	expect(asked).toEqual([]);
});
