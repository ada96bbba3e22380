import { expect, test } from 'vitest';
import { heard } from './frames';

test('one frame and an array of frames are read alike', () => {
	const one = { event: 4, badge: 1, type: 'skipped', data: { from: 2 } };
	expect(heard(JSON.stringify(one))).toEqual([one]);
	expect(heard(JSON.stringify([one, { type: 'typing', data: {} }])).map((f) => f.type)).toEqual(['skipped', 'typing']);
});

test('a type of a later version is left out, but its number and badge count', () => {
	expect(heard('{"type":"confetti","data":1}')).toEqual([]);
	expect(heard('{"event":9,"badge":2,"type":"confetti.thrown","data":{}}')).toEqual([{ type: 'skipped', event: 9, badge: 2, data: { from: 9 } }]);
});
