import './found.css';
import { matcher } from './question';

/** How long a message that was looked for stands out, in ms. */
const stays = 4000;

/** Shows the words in a message, without touching what is in it, and lets it stand out for a while. The focus goes to it, so that it is read out. */
export function show(row: Element, words: string): void {
	const hits = matcher(words);
	const ranges: Range[] = [];
	const texts = document.createTreeWalker(row.querySelector('.message-body') ?? row, NodeFilter.SHOW_TEXT);
	for (let node = texts.nextNode(); node; node = texts.nextNode()) {
		for (const word of (node.textContent ?? '').matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
			if (hits(word[0])) ranges.push(rangeOf(node, word.index, word.index + word[0].length));
		}
	}
	if ('highlights' in CSS) CSS.highlights.set('found', new Highlight(...ranges));
	if (!(row instanceof HTMLElement)) return;
	row.tabIndex = -1;
	row.focus({ preventScroll: true });
	row.animate?.([{ backgroundColor: 'var(--mark)' }, { backgroundColor: 'transparent' }], { duration: stays, easing: 'ease-in' });
}

function rangeOf(node: Node, from: number, to: number): Range {
	const range = document.createRange();
	range.setStart(node, from);
	range.setEnd(node, to);
	return range;
}

export function forget(): void {
	if ('highlights' in CSS) CSS.highlights.delete('found');
}
