import type { Direction, Transaction } from '../api/maillog';

interface Fate {
	name: string;
	/** Somebody may want to do something about it. */
	bad?: boolean;
}

const sent: Record<string, Fate> = {
	accepted: { name: 'Accepted by the relay' },
	waiting: { name: 'Put off, to be tried again' },
	failed: { name: 'Refused for good', bad: true },
	dropped: { name: 'Not sent any more' },
	lease_lost: { name: 'Taken over by another node' },
};

const received: Record<string, Fate> = {
	posted: { name: 'Became a message' },
	quarantined: { name: 'Held back for staff', bad: true },
	auto_reply: { name: 'Automatic reply' },
	bounced: { name: 'Report: not delivered', bad: true },
	report: { name: 'Another report' },
	dropped: { name: 'Our own mail' },
	again: { name: 'Came a second time' },
	refused: { name: 'Refused', bad: true },
	deferred: { name: 'Put off' },
	cut_off: { name: 'Cut off in the middle' },
	abandoned: { name: 'Announced, and never came' },
};

/** What became of it, in words. One that is not known here is said as the server says it. */
export const fateOf = (t: Pick<Transaction, 'direction' | 'fate'>): Fate => (t.direction === 'in' ? received : sent)[t.fate] ?? { name: t.fate };

/** What can be chosen: for both directions, a fate that both have is said by both. */
export function fates(direction: Direction | ''): { id: string; name: string }[] {
	const ways = direction === 'in' ? [received] : direction === 'out' ? [sent] : [sent, received];
	const ids = new Set(ways.flatMap((way) => Object.keys(way)));
	return [...ids].map((id) => ({ id, name: ways.flatMap((way) => way[id]?.name ?? []).join(', or ') }));
}
