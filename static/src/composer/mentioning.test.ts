import { expect, test } from 'vitest';
import type { Person } from '../wire';
import { meant, typedName } from './mentioning';
import { unfilled } from './placeholders';

test.each([
	['@', ''], ['Hello @be', 'be'], ['(@Ann', 'Ann'], ['@ann re', 'ann re'], ['@Zoë', 'Zoë'], ['„@Jo', 'Jo'],
	['ben@example.org', undefined], ['@ann reed is', undefined], ['no', undefined], ['@ ben', ' ben'], ['mail me@', undefined], ['@be\nx', undefined],
])('%j is a mention of %j', (before, typed) => {
	expect(typedName(before)).toBe(typed);
});

const people: Person[] = ['Dr. Ben Cole', 'Ann Benson', 'Zoë Bénard', 'Carl'].map((name) => ({ id: name, name, kind: 'staff' }));

test.each([
	['', ['Dr. Ben Cole', 'Ann Benson', 'Zoë Bénard', 'Carl']],
	['ben', ['Dr. Ben Cole', 'Ann Benson', 'Zoë Bénard']],
	['zoe', ['Zoë Bénard']],
	['ann b', ['Ann Benson']],
	['x', []],
])('%j may mean %j', (typed, names) => {
	expect(meant(people, typed).map((p) => p.name)).toEqual(names);
});

test('at most six are offered', () => {
	expect(meant(Array.from({ length: 20 }, (_, i) => ({ id: String(i), name: `Ben ${i}`, kind: 'staff' })), 'b')).toHaveLength(6);
});

test.each([
	['<p>Dear {{recipient.name}}, {{ date }} and {{recipient.name}}</p>', ['recipient.name', 'date']],
	['<p>{{<strong>me.name</strong>}}</p>', ['me.name']],
	['<p>a { b } {{c}</p>', []],
])('in %s is unfilled %j', (html, names) => {
	expect(unfilled(html)).toEqual(names);
});
