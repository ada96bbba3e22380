import { expect, test } from 'vitest';
import { firstName, initials, named } from './people';

const p = (name: string) => ({ id: name, name, kind: 'contact' });

test.each([['Ann Reed', 'AR'], ['Dr. Amira Haddad', 'AH'], ['Madonna', 'M'], ['  ', '?'], ['Ødegård, Jens-Ole Van', 'ØV'], ['李 小龍', '李小'], ['Dr.', 'D']])('initials of %s are %s', (name, letters) => {
	expect(initials(name)).toBe(letters);
});

test('a title is not a first name', () => {
	expect(firstName(p('Prof. Dr. Eva Maier'))).toBe('Eva');
});

test('names are listed up to a number', () => {
	expect(named([])).toBe('');
	expect(named(['A', 'B', 'C'].map(p))).toBe('A, B and C');
	expect(named(['A', 'B', 'C', 'D'].map(p))).toBe('A, B and 2 others');
});
