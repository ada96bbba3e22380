import { mayBeShown, readings } from '../state/receipts';
import type { Thread } from '../state/state';
import type { Participant, Person } from '../wire';

/** How much of what they could see somebody has opened in Postern, as far as one is told: all, or the newest before a time, or nothing; undefined: not known. */
export type Seen = { all: true; at: string } | { all: false; at: string | undefined };

/** What a participant has seen of what others wrote. A contact is told of their own messages alone. */
export function seenBy(p: Participant, thread: Thread, self: Person): Seen | undefined {
	if (thread.moreAfter || p.id === self.id) return undefined;
	let newest = true;
	for (const m of thread.messages.toReversed()) {
		if (m.author?.id === p.id || !mayBeShown(m, self) || (m.kind === 'note' && p.kind !== 'staff')) continue;
		const read = readings(m, thread.receipts).find((r) => r.reader.id === p.id);
		if (read) return newest ? { all: true, at: read.at } : { all: false, at: m.at };
		newest = false;
	}
	return newest || thread.moreBefore ? undefined : { all: false, at: undefined };
}
