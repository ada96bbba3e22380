import { expect, test } from 'vitest';
import { forget, hear, holds, spoke } from './signs';
import { ben } from './testing';

const typing = { conversation: 'c1', person: ben, on: true };

test('a sign holds until it runs out, and a repeat holds it longer', () => {
	const once = hear([], typing, 0, holds.typing);
	expect(forget(once, 5999)).toBe(once);
	expect(forget(once, 6000)).toEqual([]);
	expect(forget(hear(once, typing, 4000, holds.typing), 6000)).toHaveLength(1);
});

test('stopping and speaking end it', () => {
	const once = hear([], typing, 0, holds.typing);
	expect(hear(once, { ...typing, on: false }, 1, holds.typing)).toEqual([]);
	expect(spoke(once, 'c1', 'ben')).toEqual([]);
	expect(spoke(once, 'c2', 'ben')).toBe(once);
});
