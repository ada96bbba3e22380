import { expect, test } from 'vitest';
import type { Hit } from '../wire';
import { row } from '../state/testing';
import { Finder } from './finder.svelte';
import { nothing, type Question } from './question';

const hit = (id: string): Hit => ({ row: row('c1'), message: id, position: id, kind: 'message', author: null, at: '', title: { text: '', marks: [] }, snippet: { text: '', marks: [] }, files: [] });
const words = (text: string): Question => ({ ...nothing, words: text });

function finder() {
	const asked: { q: Question; after: string | undefined; answer: (a: { hits: Hit[]; next?: string }) => void; fail: (e: unknown) => void }[] = [];
	const f = new Finder((q, after) => new Promise((answer, fail) => asked.push({ q, after, answer, fail })));
	return { f, asked };
}

const ids = (f: Finder) => f.hits.map((h) => h.message);

test('the answer to the last question counts, whichever comes first', async () => {
	const { f, asked } = finder();
	const [first, second] = [f.find(words('a')), f.find(words('ab'))];
	asked[1]?.answer({ hits: [hit('new')] });
	await second;
	asked[0]?.answer({ hits: [hit('old')] });
	await first;
	expect(ids(f)).toEqual(['new']);
});

test('what was found stays until something else is, and the same is not asked twice', async () => {
	const { f, asked } = finder();
	const first = f.find(words('a'));
	asked[0]?.answer({ hits: [hit('1')] });
	await first;
	void f.find(words('ab'));
	expect([ids(f), f.done]).toEqual([['1'], false]);
	void f.find(words('ab'));
	expect(asked).toHaveLength(2);
});

test('the next page is put below, and asked for once', async () => {
	const { f, asked } = finder();
	const first = f.find(words('a'));
	asked[0]?.answer({ hits: [hit('1')], next: 'n' });
	await first;
	const more = f.more();
	void f.more();
	expect(asked.map((a) => a.after)).toEqual([undefined, 'n']);
	asked[1]?.answer({ hits: [hit('2')] });
	await more;
	expect([ids(f), f.next]).toEqual([['1', '2'], undefined]);
});

test('nothing is asked for an empty question, and nothing is shown', async () => {
	const { f, asked } = finder();
	await f.find(nothing);
	expect([asked.length, f.done, f.hits.length]).toEqual([0, true, 0]);
});

test('a refusal is told, and can be tried again', async () => {
	const { f, asked } = finder();
	const first = f.find(words('a'));
	asked[0]?.fail(new Error('away'));
	await first;
	expect(f.problem).toBeDefined();
	void f.find(words('a'), true);
	expect([f.problem, asked.length]).toEqual([undefined, 2]);
});

test('what was retracted is taken away', async () => {
	const { f, asked } = finder();
	const first = f.find(words('a'));
	asked[0]?.answer({ hits: [hit('1'), hit('2')] });
	await first;
	f.forget('1');
	expect(ids(f)).toEqual(['2']);
});
