import type { Message, Person } from '../wire';
import type { Pending } from './state';

/** What the log of a conversation shows, from top to bottom. */
export type Entry =
	| { type: 'day'; id: string; at: string }
	| { type: 'new'; id: string }
	| { type: 'event'; id: string; message: Message }
	| { type: 'message'; id: string; message: Message; lead: boolean }
	| { type: 'pending'; id: string; pending: Pending; lead: boolean };

/** Messages of one author within this time stand together, under one name. */
const together = 5 * 60_000;

/** Lays messages out: a line per day, the divider before the first new message, groups by author. */
export function entries(messages: readonly Message[], pending: readonly Pending[], firstNew: string | undefined, self: Person): Entry[] {
	const laid: Entry[] = [];
	let before: Message | undefined;
	for (const m of messages) {
		const day = !before || dayOf(before.at) !== dayOf(m.at);
		const divide = firstNew !== undefined && m.position >= firstNew && (before ? before.position < firstNew : m.position === firstNew); // that one may be gone
		if (day) laid.push({ type: 'day', id: `day ${m.id}`, at: m.at });
		if (divide) laid.push({ type: 'new', id: 'new' });
		if (m.kind === 'event') laid.push({ type: 'event', id: m.id, message: m });
		else laid.push({ type: 'message', id: m.key && m.author?.id === self.id ? m.key : m.id, message: m, lead: day || divide || !follows(before, m) });
		before = m;
	}
	return [...laid, ...pendingEntries(before, pending, self)];
}

// A pending message has its key as id, as it will when it has come back: its element stays the same.
function pendingEntries(last: Message | undefined, pending: readonly Pending[], self: Person): Entry[] {
	let before = last && { author: last.author?.id, note: last.kind === 'note', event: last.kind === 'event', at: last.at };
	return pending.map((p) => {
		const lead = !before || before.event || before.author !== self.id || before.note !== p.note || p.important || apart(before.at, p.at);
		before = { author: self.id, note: p.note, event: false, at: p.at };
		return { type: 'pending', id: p.key, pending: p, lead };
	});
}

const follows = (a: Message | undefined, b: Message): boolean =>
	a !== undefined && !b.important && a.kind === b.kind && a.via === b.via && a.author?.id === b.author?.id && !apart(a.at, b.at);

const apart = (a: string, b: string): boolean => Date.parse(b) - Date.parse(a) > together;

const dayOf = (at: string): string => new Date(at).toDateString();

/** The position of the first message by somebody else past the cursor: where new ones begin. */
export function firstUnread(messages: readonly Message[], lastRead: string, self: string): string | undefined {
	return messages.find((m) => m.position > lastRead && m.author?.id !== self && m.kind !== 'event')?.position;
}
