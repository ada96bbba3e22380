import { expect, test } from 'vitest';
import { Visit } from './reading';
import { position } from './testing';

test('the first message seen in a visit is told as opened', () => {
	expect(new Visit(position(2)).saw(position(3))).toEqual({ position: position(3), opened: true });
});

test('a visit with nothing new still tells that it was opened, once', () => {
	const visit = new Visit(position(5));
	expect(visit.saw(position(3))).toEqual({ position: position(5), opened: true });
	expect(visit.saw(position(4))).toBeUndefined();
	expect(visit.saw(position(5))).toBeUndefined();
});

test('later only what is newer is told, without opened', () => {
	const visit = new Visit(position(2));
	visit.saw(position(3));
	expect(visit.saw(position(3))).toBeUndefined();
	expect(visit.saw(position(4))).toEqual({ position: position(4), opened: false });
	expect(visit.saw(position(1))).toBeUndefined();
});
