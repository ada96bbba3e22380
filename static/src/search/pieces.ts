import type { Marked } from '../wire';

export interface Piece {
	readonly text: string;
	readonly hit: boolean;
}

/** A text cut where its marks are. Marks that do not fit it, or each other, are left out: it is shown whole, as text, whatever they say. */
export function pieces({ text, marks }: Marked): Piece[] {
	const list: Piece[] = [];
	let at = 0;
	for (const { from, to } of marks) {
		if (from < at || to <= from || to > text.length) continue;
		if (from > at) list.push({ text: text.slice(at, from), hit: false });
		list.push({ text: text.slice(from, to), hit: true });
		at = to;
	}
	if (at < text.length) list.push({ text: text.slice(at), hit: false });
	return list;
}
