// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { pasted } from './pasted';

function cleaned(html: string): string {
	const inert = document.createElement('template');
	inert.innerHTML = html;
	const out = document.createElement('div');
	out.append(pasted(inert.content, document));
	return out.innerHTML;
}

test.each([
	['<b style="font-weight:normal" id="docs-internal-guid-1"><p>plain</p></b>', '<p>plain</p>'],
	['<span style="font-weight:700;font-style:italic">both</span>', '<span><em><strong>both</strong></em></span>'],
	['<span style="text-decoration:underline">u</span><span style="text-decoration: line-through">s</span>', '<span><u>u</u></span><span><s>s</s></span>'],
	['<b>bold</b>', '<b>bold</b>'],
	['<p style="position:fixed">a<img src="https://track.example/1.gif"></p>', '<p>a</p>'],
])('%s becomes %s', (html, clean) => {
	expect(cleaned(html)).toBe(clean);
});
