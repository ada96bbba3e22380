import { expect, test } from 'vitest';
import { pieces } from './pieces';

const text = 'one two three';
const cut = (marks: { from: number; to: number }[]) => pieces({ text, marks }).map((p) => (p.hit ? `[${p.text}]` : p.text)).join('');

test.each([
	[[], 'one two three'],
	[[{ from: 4, to: 7 }], 'one [two] three'],
	[[{ from: 0, to: 3 }, { from: 8, to: 13 }], '[one] two [three]'],
	[[{ from: 8, to: 13 }, { from: 0, to: 3 }], 'one two [three]'], // out of order
	[[{ from: 4, to: 7 }, { from: 5, to: 9 }], 'one [two] three'], // over each other
	[[{ from: 7, to: 4 }, { from: -1, to: 2 }, { from: 12, to: 99 }], 'one two three'],
])('%o', (marks, want) => {
	expect(cut(marks)).toBe(want);
});

test('whatever the marks, all of the text is shown, once, and as text', () => {
	for (let i = 0; i < 500; i++) {
		const marks = Array.from({ length: i % 7 }, (_, n) => ({ from: ((i * 31 + n * 17) % 20) - 3, to: ((i * 13 + n * 29) % 20) - 2 }));
		expect(pieces({ text: '<b>&amp; x', marks }).map((p) => p.text).join('')).toBe('<b>&amp; x');
	}
});
