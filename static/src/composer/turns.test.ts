import { expect, test } from 'vitest';
import { Turns } from './turns';

test('so many at a time, in order, and who leaves makes room', async () => {
	const turns = new Turns(2);
	const begun: string[] = [];
	const ends: Record<string, () => void> = {};
	const take = (name: string) =>
		turns.take(() => {
			begun.push(name);
			return new Promise<void>((resolve) => (ends[name] = resolve));
		});
	take('a');
	const leaveB = take('b');
	const leaveC = take('c');
	take('d');
	expect(begun).toEqual(['a', 'b']);
	leaveC();
	leaveB();
	expect(begun).toEqual(['a', 'b', 'd']);
	take('e');
	ends['b']?.(); // its turn was given up before
	await Promise.resolve();
	expect(begun).toEqual(['a', 'b', 'd']);
	ends['a']?.();
	await Promise.resolve();
	expect(begun).toEqual(['a', 'b', 'd', 'e']);
});
