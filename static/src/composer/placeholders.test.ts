import { expect, test } from 'vitest';
import { called, unfilled } from './placeholders';

test('what is to be filled in is named once, wherever its formatting begins', () => {
	expect(unfilled('<p>Dear {{ <b>recipient.name</b> }}, {{date}} and {{date}}</p>')).toEqual(['recipient.name', 'date']);
	expect(unfilled('<p>Dear {Ann}}</p>')).toEqual([]);
});

test('a placeholder is called what the button that inserts it says', () => {
	const known = [{ name: 'date', about: 'The day it is inserted' }];
	expect(called('date', known)).toBe('The day it is inserted {{date}}');
	expect(called('me.nick', known)).toBe('{{me.nick}}');
});
