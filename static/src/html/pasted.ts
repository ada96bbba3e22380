import { allowed } from './allowed';

/** What a style says of words, and the element that says it here. */
const meanings: [RegExp, string][] = [
	[/font-weight:\s*(bold|[6-9]00)/i, 'strong'],
	[/font-style:\s*italic/i, 'em'],
	[/text-decoration[^;]*underline/i, 'u'],
	[/text-decoration[^;]*line-through/i, 's'],
];

/**
 * Cleans HTML from the clipboard, parsed into an inert fragment. Word processors say bold by style, and wrap all in a
 * <b> that is not; the page's content policy hides styles from the editor, so they are read here.
 */
export function pasted(from: DocumentFragment, page: Document): DocumentFragment {
	for (const element of from.querySelectorAll('[style]')) restyle(element, page);
	return allowed(from, page);
}

function restyle(element: Element, page: Document): void {
	const style = element.getAttribute('style') ?? '';
	if (/^(b|strong)$/.test(element.localName) && /font-weight:\s*(normal|400)/i.test(style)) {
		element.replaceWith(...element.childNodes);
		return;
	}
	if (element.localName !== 'span') return;
	for (const [says, name] of meanings) {
		if (!says.test(style)) continue;
		const wrapped = page.createElement(name);
		wrapped.append(...element.childNodes);
		element.append(wrapped);
	}
}
