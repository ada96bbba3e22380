import { expect, test } from 'vitest';
import { brief, day } from './when';

const now = new Date(2026, 10, 22, 0, 30);
const local = (...parts: [number, number, number, number, number]) => new Date(...parts).toISOString();

test.each([
	[local(2026, 10, 22, 0, 10), /^00:10|12:10/, 'Today'],
	[local(2026, 10, 21, 23, 59), /^Yesterday$/, 'Yesterday'],
	[local(2026, 10, 17, 9, 0), /^Tue$/, 'Tuesday 17 November'],
	[local(2026, 2, 3, 9, 0), /3 Mar|Mar 3/, 'Tuesday 3 March'],
	[local(2025, 11, 31, 9, 0), /2025/, '31 Dec 2025'],
])('%s', (at, short, long) => {
	expect(brief(at, now)).toMatch(short);
	expect(day(at, now).replace(',', '')).toContain(long.split(' ')[0]);
});

test('a clock that is ahead of ours is today', () => {
	expect(day(local(2026, 10, 23, 9, 0), now)).toBe('Today');
});
