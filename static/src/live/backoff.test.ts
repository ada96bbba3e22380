import { expect, test } from 'vitest';
import { backoff } from './backoff';

test('waits double from half a second to thirty', () => {
	const most = [0, 1, 2, 5, 6, 7, 50].map((n) => backoff(n, () => 1));
	expect(most).toEqual([500, 1000, 2000, 16_000, 30_000, 30_000, 30_000]);
});

test('jitter is full', () => {
	expect(backoff(3, () => 0)).toBe(0);
	expect(backoff(3, () => 0.25)).toBe(1000);
});
