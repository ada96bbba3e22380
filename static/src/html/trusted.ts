import { allowed } from './allowed';

interface Policy {
	createHTML(html: string): string;
}
interface Policies {
	createPolicy(name: string, rules: { createHTML(html: string): string }): Policy;
}

const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;

// The one door for HTML (Trusted Types policy `postern`). It only ever fills an inert template; what reaches the page
// is built from that by `allowed`.
const policy: Policy = policies?.createPolicy('postern', { createHTML: (html) => html }) ?? { createHTML: (html) => html };

/** Parses HTML where nothing of it acts: no script runs, nothing is fetched. */
export function parsed(html: string): DocumentFragment {
	const inert = document.createElement('template');
	inert.innerHTML = policy.createHTML(html);
	return inert.content;
}

/** What most messages are: paragraphs of nothing but text. */
const paragraphs = /^(?:<p>[^<&\0\r]*<\/p>)+$/;

/** Nodes of a message's HTML, fit for the page. Text alone needs no parser, which is much of what a row costs. */
export const nodes = (html: string): DocumentFragment => (paragraphs.test(html) ? plain(html) : allowed(parsed(html), document));

function plain(html: string): DocumentFragment {
	const made = document.createDocumentFragment();
	for (const text of html.slice(3, -4).split('</p><p>')) {
		const p = document.createElement('p');
		p.textContent = text;
		made.append(p);
	}
	return made;
}
