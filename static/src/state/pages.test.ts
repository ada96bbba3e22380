import { expect, test } from 'vitest';
import { Pages } from './pages.svelte';

function pages() {
	const asked: { q: string; after: string | undefined; answer: (a: { items: string[]; next?: string }) => void; fail: (e: unknown) => void }[] = [];
	const p = new Pages<string, string>((q, after) => new Promise((answer, fail) => asked.push({ q, after, answer, fail })));
	return { p, asked };
}

test('a page that comes after another question was asked is dropped', async () => {
	const { p, asked } = pages();
	const first = p.ask('a');
	asked[0]?.answer({ items: ['a1'], next: 'n' });
	await first;
	const more = p.more();
	const second = p.ask('b');
	asked[2]?.answer({ items: ['b1'] });
	await second;
	asked[1]?.answer({ items: ['a2'] });
	await more;
	expect([p.items, p.next]).toEqual([['b1'], undefined]);
});

test('a page that was refused is told, keeps what is there, and can be asked for again', async () => {
	const { p, asked } = pages();
	const first = p.ask('a');
	asked[0]?.answer({ items: ['1'], next: 'n' });
	await first;
	const refused = p.more();
	asked[1]?.fail(new Error('away'));
	await refused;
	expect([p.problem?.code, p.items]).toEqual(['internal', ['1']]);
	const again = p.more();
	asked[2]?.answer({ items: ['2'] });
	await again;
	expect([p.problem, p.items]).toEqual([undefined, ['1', '2']]);
});
