import { expect, test } from 'vitest';
import { message } from '../state/testing';
import { around, down, end, filling, newest, type Stretch, up, within } from './stretch';

const long = Array.from({ length: 1000 }, (_, i) => message(i + 1));
const shown = (s: Stretch) => within(long, s).map((m) => Number(m.text));

test('what is read begins with its end', () => {
	const s = newest(long, 16);
	expect(shown(s)).toEqual(Array.from({ length: 16 }, (_, i) => 985 + i));
	expect(s.to).toBe(end);
});

test('a tall window is filled by more', () => {
	expect([320, 900, 2160].map(filling)).toEqual([12, 12, 29]);
});

test('a stretch around a message begins a little before it', () => {
	expect(shown(around(long, long[499]?.position ?? '', 16)).slice(0, 6)).toEqual([496, 497, 498, 499, 500, 501]);
	expect(shown(around(long, long[998]?.position ?? '', 16)).at(-1)).toBe(1000);
	expect(shown(around(long, '0', 16)).at(0)).toBe(1);
});

test('going up and down shows every message once, in order, and never more than a bound', () => {
	let s = newest(long, 16);
	const seen = new Set(shown(s));
	const look = (next: Stretch) => {
		const [before, now] = [shown(s), shown(next)];
		expect(now.length).toBeLessThanOrEqual(201);
		expect(now.some((n) => before.includes(n))).toBe(true);
		expect(now).toEqual(now.map((_, i) => (now[0] ?? 0) + i));
		for (const n of now) seen.add(n);
		s = next;
	};
	for (let i = 0; i < 25; i++) look(up(long, s));
	expect(shown(s)[0]).toBe(1);
	expect(seen.size).toBe(1000);
	for (let i = 0; i < 25; i++) look(down(long, s));
	expect(shown(s).at(-1)).toBe(1000);
	expect(s.to).toBe(end);
});

test('a stretch to the end takes in what comes, any other does not', () => {
	const more = [...long, message(1001)];
	expect(within(more, newest(long, 16)).at(-1)?.text).toBe('1001');
	let s = newest(long, 16);
	for (let i = 0; i < 10; i++) s = up(long, s);
	expect(within(more, s).at(-1)?.text).not.toBe('1001');
});

test('a conversation of no or few messages is laid out whole', () => {
	expect(within([], newest([], 16))).toEqual([]);
	const few = long.slice(0, 3);
	for (const s of [newest(few, 16), around(few, few[1]?.position ?? '', 16), up(few, newest(few, 16)), down(few, newest(few, 16))]) expect(within(few, s)).toHaveLength(3);
});
