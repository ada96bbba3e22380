import { expect, test } from 'vitest';
import { body, fold, isEmpty, matcher, nothing, type Question, read, typed, write } from './question';

const whole: Question = { words: 'vat & return #3', author: { id: 'ann', name: 'Ann Reed' }, files: true, from: '2026-01-31', to: '2026-02-01', within: { id: 'c1', title: 'Title: "one"' } };
const back = (fragment: string) => read(new URLSearchParams(fragment.slice(1)));

test.each([nothing, whole, { ...nothing, words: 'müller' }, { ...nothing, files: true }])('%o comes back from the address', (q) => {
	expect(back(write(q))).toEqual(q);
	expect(back(write(q, 'ff'))).toEqual(q);
	expect(new URLSearchParams(write(q, 'ff').slice(1)).get('at')).toBe('ff');
});

test('what is no day in the address is none', () => {
	for (const from of ['2026', '2026-13-01', 'x', '']) expect(read(new URLSearchParams({ find: '', from })).from).toBe('');
});

test('days become the times of one\'s own midnights, the last day whole', () => {
	const sent = body(whole, 'next') as { from: string; to: string };
	expect(sent).toMatchObject({ text: 'vat & return #3', author: 'ann', files: true, conversation: 'c1', after: 'next' });
	expect(new Date(sent.from)).toEqual(new Date('2026-01-31T00:00'));
	expect(new Date(sent.to)).toEqual(new Date('2026-02-02T00:00'));
	expect(body({ ...nothing, words: 'x' }, undefined)).toEqual({ text: 'x' });
});

test.each([
	['vat has:file return', 'vat return', { files: true }, ''],
	['has:attachments ', '', { files: true }, ''],
	['after:2026-01-31 vat', 'vat', { from: '2026-01-31' }, ''],
	['before:2026-02-01 x', 'x', { to: '2026-02-01' }, ''],
	['on:2026-02-01 x', 'x', { from: '2026-02-01', to: '2026-02-01' }, ''],
	['from:"Ann Reed" vat', 'vat', {}, 'Ann Reed'],
	['FROM:ann vat', 'vat', {}, 'ann'],
	['vat has:file', 'vat has:file', {}, ''], // still being typed
	['after:tomorrow x', 'after:tomorrow x', {}, ''],
	['has:nothing x', 'has:nothing x', {}, ''],
	['note:has:file x', 'note:has:file x', {}, ''],
	['two  spaces ', 'two  spaces ', {}, ''],
])('%s is %s with %o', (text, words, set, who) => {
	expect(typed(text)).toEqual({ words, set, who });
});

test('Enter ends what is being typed, and here is the open conversation', () => {
	expect(typed('vat has:file', true)).toMatchObject({ words: 'vat ', set: { files: true } });
	expect(typed('in:here vat', false, whole.within).set).toEqual({ within: whole.within });
	expect(typed('in:here vat').words).toBe('in:here vat');
});

test('a question is empty that has no condition but its place', () => {
	expect([nothing, { ...nothing, words: ' - ' }, { ...nothing, within: whole.within }].every((q) => isEmpty(q))).toBe(true);
	expect([{ ...nothing, files: true }, { ...nothing, words: 'a' }, { ...nothing, to: '2026-01-01' }].some((q) => isEmpty(q))).toBe(false);
});

test('words are compared without case and accents, the last by its beginning', () => {
	expect(fold('MÜLLER')).toBe('muller');
	const hits = matcher('Straße mul');
	expect(['strasse', 'Müller', 'mul', 'stra'].map((w) => hits(w))).toEqual([false, true, true, false]);
	expect(matcher('mul ')('Müller')).toBe(false);
	expect(matcher('')('anything')).toBe(false);
});
