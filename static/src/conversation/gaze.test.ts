import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Gaze } from './gaze';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function gaze(attending = true) {
	const seen: string[] = [];
	return { seen, gaze: new Gaze((p) => seen.push(p), attending) };
}

test('a message is seen after a second on screen', () => {
	const g = gaze();
	g.gaze.show('1', true);
	vi.advanceTimersByTime(999);
	expect(g.seen).toEqual([]);
	vi.advanceTimersByTime(1);
	expect(g.seen).toEqual(['1']);
});

test('scrolled past within the second, it is not', () => {
	const g = gaze();
	g.gaze.show('1', true);
	vi.advanceTimersByTime(900);
	g.gaze.show('1', false);
	vi.advanceTimersByTime(5000);
	expect(g.seen).toEqual([]);
});

test('of several the newest is told', () => {
	const g = gaze();
	for (const p of ['2', '3', '1']) g.gaze.show(p, true);
	vi.advanceTimersByTime(1000);
	expect(g.seen.at(-1)).toBe('3');
});

test('a window without the focus reads nothing, and the second begins anew with it', () => {
	const g = gaze(false);
	g.gaze.show('1', true);
	vi.advanceTimersByTime(60_000);
	expect(g.seen).toEqual([]);
	g.gaze.attend(true);
	vi.advanceTimersByTime(999);
	expect(g.seen).toEqual([]);
	vi.advanceTimersByTime(1);
	expect(g.seen).toEqual(['1']);
});

test('losing the focus within the second starts it again', () => {
	const g = gaze();
	g.gaze.show('1', true);
	vi.advanceTimersByTime(900);
	g.gaze.attend(false);
	g.gaze.attend(true);
	vi.advanceTimersByTime(900);
	expect(g.seen).toEqual([]);
});
