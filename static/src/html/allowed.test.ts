// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { allowed, isSafe } from './allowed';

function cleaned(html: string): string {
	const inert = document.createElement('template');
	inert.innerHTML = html;
	const out = document.createElement('div');
	out.append(allowed(inert.content, document));
	return out.innerHTML;
}

test('what people write passes', () => {
	const html = '<p>a <strong>b</strong> <em>c</em> <u>d</u> <s>e</s><br></p><ul><li>f</li></ul><ol start="3"><li>g</li></ol><blockquote>h</blockquote><pre><code>i</code></pre><h3>j</h3>';
	expect(cleaned(html)).toBe(html);
});

test.each([
	['<script>alert(1)</script>a', 'a'],
	['<img src=x onerror=alert(1)>a', 'a'],
	['<p onclick="alert(1)" style="position:fixed" class="x" id="y">a</p>', '<p>a</p>'],
	['<svg><script>alert(1)</script></svg>a', 'a'],
	['<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>a', 'a'],
	['<iframe srcdoc="<script>alert(1)</script>"></iframe>a', 'a'],
	['<custom-thing><b>a</b></custom-thing>', '<b>a</b>'],
	['<form action="/x"><input value="y"><button>a</button></form>', 'a'],
	['<td colspan="2" background="x">a</td>', '<td colspan="2">a</td>'],
	['<table><tbody><tr><td colspan="javascript:1">a</td></tr></tbody></table>', '<table><tbody><tr><td>a</td></tr></tbody></table>'],
	['<!-- a --><p>b</p>', '<p>b</p>'],
	['<span data-mention="0190a1b2-0000-7000-8000-000000000001" data-x="y">@Ann</span>', '<span data-mention="0190a1b2-0000-7000-8000-000000000001">@Ann</span>'],
	['<span data-mention="x">@Ann</span>', '<span>@Ann</span>'],
	['<template><p>a</p></template>b', 'b'],
])('%s becomes %s', (html, clean) => {
	expect(cleaned(html)).toBe(clean);
});

test('links lead out, elsewhere, and tell nothing', () => {
	expect(cleaned('<a href="https://example.org/" target="_self" ping="x">a</a>')).toBe('<a href="https://example.org/" target="_blank" rel="noopener noreferrer nofollow">a</a>');
	expect(cleaned('<a href="javascript:alert(1)">a</a>')).not.toContain('href');
});

test.each([
	['https://example.org', true], ['mailto:a@example.org', true], ['tel:+3612', true],
	['javascript:alert(1)', false], [' java\nscript:alert(1)', false], ['data:text/html,x', false], ['vbscript:x', false],
	['//example.org', false], ['/c/1', false], ['', false],
])('%s is a safe address: %s', (href, safe) => {
	expect(isSafe(href)).toBe(safe);
});
