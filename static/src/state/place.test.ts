import { expect, test } from 'vitest';
import { place, written } from './place';

test('a place is read and written', () => {
	expect(place('7.42')).toEqual({ epoch: '7', number: 42 });
	expect(written(place('1764000000000000001.3'))).toBe('1764000000000000001.3');
});
