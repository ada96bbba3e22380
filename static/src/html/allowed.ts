// The server has sanitised what comes here (richtext). This is the second lock on the same door: it lets pass no more
// than a message can need, and builds every element anew.

/** What may stand, and the attributes that may stand on it. */
const elements: Readonly<Record<string, readonly string[]>> = {
	a: ['href'], b: [], blockquote: [], br: [], code: [], del: [], div: [], em: [], h1: [], h2: [], h3: [], h4: [], h5: [], h6: [], hr: [],
	i: [], li: [], ol: ['start'], p: [], pre: [], s: [], span: ['data-mention'], strong: [], sub: [], sup: [], table: [], tbody: [],
	td: ['colspan', 'rowspan'], tfoot: [], th: ['colspan', 'rowspan'], thead: [], tr: [], u: [], ul: [],
};

/** Not even their text is shown. */
const silent = new Set(['script', 'style', 'template', 'title', 'head', 'iframe', 'object', 'embed', 'noscript', 'svg', 'math', 'textarea', 'select']);

const schemes = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** Copies what is allowed of a parsed tree. Other elements give way to their children. */
export function allowed(from: ParentNode, page: Document): DocumentFragment {
	const into = page.createDocumentFragment();
	for (const node of from.childNodes) {
		if (node.nodeType === 3) into.append(page.createTextNode(node.nodeValue ?? ''));
		else if (node.nodeType === 1) into.append(element(node as Element, page));
	}
	return into;
}

function element(from: Element, page: Document): Node {
	const name = from.localName;
	if (silent.has(name)) return page.createDocumentFragment();
	const attributes = elements[name];
	if (!attributes) return allowed(from, page);
	const made = page.createElement(name);
	for (const attribute of attributes) copy(attribute, from, made);
	if (name === 'a') guard(made);
	made.append(allowed(from, page));
	return made;
}

function copy(attribute: string, from: Element, to: HTMLElement): void {
	const value = from.getAttribute(attribute);
	if (value === null) return;
	if (attribute === 'href' ? isSafe(value) : /^(\d{1,4}|[\da-f-]{36})$/.test(value)) to.setAttribute(attribute, value);
}

/** A link out: it opens elsewhere, and tells that place nothing. */
function guard(link: HTMLElement): void {
	link.setAttribute('target', '_blank');
	link.setAttribute('rel', 'noopener noreferrer nofollow');
}

/** Whether an address may be linked to: absolute, and of a scheme that only leads somewhere. */
export function isSafe(href: string): boolean {
	try {
		return schemes.has(new URL(href).protocol);
	} catch {
		return false;
	}
}
