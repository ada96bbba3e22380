// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { allowed } from './allowed';
import { nodes, parsed } from './trusted';

const written = (fragment: DocumentFragment) => {
	const out = document.createElement('div');
	out.append(fragment);
	return out.innerHTML;
};

test.each(['<p>one</p>', '<p>one</p><p></p><p>"two" > 1\n3</p>', '<p>a &amp; b</p>', '<p>a <b>b</b></p>', '<p>a</p>b', '<p>a<p>b</p>', '<P>a</P>', '<p>a</p></p>', 'a', ''])('%s is the same with and without the parser', (html) => {
	expect(written(nodes(html))).toBe(written(allowed(parsed(html), document)));
});
