import { afterEach, expect, test, vi } from 'vitest';
import * as calls from '../api/conversation';
import { change } from './changing';
import type { Desk } from './desk.svelte';
import { reduce, type Action } from './reduce';
import type { State } from './state';
import { loaded, row, state } from './testing';

afterEach(() => void vi.restoreAllMocks());

/** What of a desk is used here, with what it told. */
function desk(refusal?: Error) {
	const told: [string, { run: () => unknown } | undefined][] = [];
	const d = {
		state: state(loaded('c1', 10)) as State,
		do: (a: Action) => void (d.state = reduce(d.state, a)),
		tell: (text: string, _tone: string, act?: { run: () => unknown }) => void told.push([text, act]),
		inTurn: async (_name: string, ask: () => Promise<unknown>) => {
			if (refusal) throw refusal;
			return ask();
		},
	};
	return { desk: d as unknown as Desk, told };
}
const shown = (d: Desk) => d.state.rows['c1']?.row.conversation;

test('a change shows at once, holds as the server says, and offers the way back', async () => {
	const { desk: d, told } = desk();
	const { conversation } = row('c1');
	const asked: unknown[] = [];
	vi.spyOn(calls, 'change').mockImplementation(async (_id, to) => (asked.push(to), { conversation: { ...conversation, ...to }, as_of: `7.${11 + asked.length}` }));
	const done = change(d, { ...conversation, state: 'open' }, { state: 'done' }, 'Done.');
	expect(shown(d)?.state).toBe('done');
	expect(await done).toBe(true);
	told[0]?.[1]?.run();
	await vi.waitFor(() => expect(asked).toEqual([{ state: 'done' }, { state: 'open' }]));
});

test('a refusal puts it back, and is told', async () => {
	const { desk: d, told } = desk(new Error('no'));
	expect(await change(d, row('c1').conversation, { title: 'Other' })).toBe(false);
	expect(shown(d)?.title).toBe('Title c1');
	expect(told).toHaveLength(1);
});
