import { expect, test } from 'vitest';
import { at, position, row } from '../state/testing';
import type { Row } from '../wire';
import { listsOf, tabsOf } from './lists';
import { Selection } from './selection.svelte';

const seen = (id: string, minute: number): Row => ({
	...row(id), newest: { position: position(1), kind: 'message', author: null, text: '', attachments: false, at: at(minute) },
});
const shown = [seen('d', 9), seen('c', 8), seen('b', 7), seen('a', 6)];
const ids = (rows: readonly Row[]) => rows.map((r) => r.conversation.id);
const known = (rows: readonly Row[]) => (id: string) => rows.find((r) => r.conversation.id === id);

test('a row is chosen, and no longer', () => {
	const s = new Selection();
	s.toggle('b', shown);
	expect([...s.chosen]).toEqual(['b']);
	s.toggle('b', shown);
	expect(s.chosen.size).toBe(0);
});

test('a range goes from the row touched last, either way', () => {
	const s = new Selection();
	s.toggle('b', shown);
	s.toggle('d', shown, true);
	expect([...s.chosen].toSorted()).toEqual(['b', 'c', 'd']);
	s.toggle('a', shown, true);
	expect([...s.chosen].toSorted()).toEqual(['a', 'b', 'c', 'd']);
});

test('a range with nothing before it is the row itself', () => {
	const s = new Selection();
	s.toggle('c', shown, true);
	expect([...s.chosen]).toEqual(['c']);
});

test('by the keyboard the row at hand is chosen, and with it the one beside it', () => {
	const s = new Selection();
	expect(s.along('c', 1, shown)).toBe('b');
	expect([...s.chosen]).toEqual(['c', 'b']);
	expect(s.along('b', 1, shown)).toBe('a');
	expect(s.along('a', 1, shown)).toBe('a');
	expect(s.chosen.size).toBe(3);
	expect(s.along('c', 0, shown)).toBe('c');
	expect([...s.chosen]).toEqual(['b', 'a']);
});

test('while anything is chosen rows keep their places, and what comes on top is told', () => {
	const s = new Selection();
	s.toggle('b', shown);
	const up = seen('b', 20);
	const after = [seen('new', 30), up, ...shown.filter((r) => r.conversation.id !== 'b'), seen('old', 1)];
	const held = s.hold(after, known(after));
	expect(ids(held.rows)).toEqual(['d', 'c', 'b', 'a', 'old']);
	expect(held.above).toBe(1);
	expect(held.rows[2]).toBe(up);
	s.clear();
	expect(s.hold(after, known(after))).toEqual({ rows: after, above: 0 });
});

test('a row that leaves the list keeps its place until then', () => {
	const s = new Selection();
	s.toggle('c', shown);
	expect(ids(s.hold(shown.slice(1), known(shown)).rows)).toEqual(['d', 'c', 'b', 'a']);
});

test('contacts have no lists of who answers, and what is shown always has its tab', () => {
	expect(listsOf(false).map((l) => l.name)).toEqual(['inbox', 'unread', 'important', 'recent', 'archived', 'deleted']);
	expect(tabsOf(listsOf(true), 'archived').map((l) => l.name)).toEqual(['inbox', 'unread', 'mine', 'archived']);
	expect(tabsOf(listsOf(true), 'unread')).toHaveLength(3);
});
