import type { Message, Person, Receipt } from '../wire';

/** Who opened a message in Postern, and when. */
export interface Reading {
	reader: Person;
	at: string;
}

/** Who has read a message, first reader first. A receipt covers every message after `after` up to `through`. */
export function readings(m: Message, receipts: readonly Receipt[]): Reading[] {
	return receipts
		.filter((r) => r.reader.id !== m.author?.id && r.after < m.position && m.position <= r.through)
		.map((r) => ({ reader: r.reader, at: r.at }))
		.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Whether receipts of a message are shown: the author sees them, and staff see all. */
export const mayBeShown = (m: Message, self: Person): boolean =>
	m.kind !== 'event' && !m.withdrawn && (m.author?.id === self.id || self.kind === 'staff');

/**
 * Where to show that somebody has read this far: each reader once, at the newest message of those shown that they have
 * read. By message id.
 */
export function readTo(messages: readonly Message[], receipts: readonly Receipt[], self: Person): Map<string, Reading[]> {
	const shown = new Map<string, Reading[]>();
	const placed = new Set<string>();
	const readers = new Set(receipts.map((r) => r.reader.id));
	readers.delete(self.id);
	for (const m of messages.toReversed()) {
		if (placed.size === readers.size) break;
		if (!mayBeShown(m, self)) continue;
		const here = readings(m, receipts).filter((r) => r.reader.id !== self.id && !placed.has(r.reader.id));
		for (const r of here) placed.add(r.reader.id);
		if (here.length > 0) shown.set(m.id, here);
	}
	return shown;
}
