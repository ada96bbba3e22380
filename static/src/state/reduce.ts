import type { ListName, ListPage, Page } from '../api/answers';
import type { Event } from '../live/frames';
import type { Conversation, Cursor, Hello, Message, Problem, Reset, Row, Standing } from '../wire';
import { begun, refused, settled } from './pending';
import { place } from './place';
import * as rows from './rows';
import { empty, type Pending, type State, unloaded } from './state';
import * as thread from './thread';

/** Everything that can happen to the state: news of the stream, answers of the API, and one's own doings. */
export type Action =
	| { type: 'event'; event: Event }
	| { type: 'hello'; hello: Hello }
	| { type: 'reset'; reset: Reset }
	| { type: 'list'; name: ListName; page: ListPage; after: string | undefined }
	| { type: 'list left'; name: ListName }
	| { type: 'row'; row: Row; as_of: string }
	| { type: 'opening'; conversation: string }
	| { type: 'page'; conversation: string; page: Page; asked: thread.Asked }
	| { type: 'page failed'; conversation: string; problem: Problem }
	| { type: 'sent'; message: Message }
	| { type: 'withdrawn'; message: Message; as_of: string }
	| { type: 'standing'; conversation: string; standing: Standing; badge: number; as_of: string }
	| { type: 'marked'; marked: readonly Cursor[]; badge: number; as_of: string }
	| { type: 'assumed'; conversation: string; standing: Partial<Standing> }
	| { type: 'conversation'; conversation: Conversation; as_of: string }
	| { type: 'send'; pending: Pending }
	| { type: 'send refused'; conversation: string; key: string; problem: Problem | undefined }
	| { type: 'send dropped'; conversation: string; key: string };

/** The state after an action. */
export function reduce(s: State, a: Action): State {
	switch (a.type) {
		case 'event':
			return a.event.event <= s.place.number ? s : afterEvent(s, a.event);
		case 'hello':
			return String(a.hello.epoch) === s.place.epoch ? withBadge(s, a.hello.badge, a.hello.number) : s;
		case 'reset':
			return afterReset(s, a.reset);
		case 'list':
			return withList(s, a.name, a.page, a.after);
		case 'list left':
			return { ...s, lists: { ...s.lists, [a.name]: { ...s.lists[a.name], kept: new Set() } } };
		case 'row':
			return { ...s, rows: rows.hold(s.rows, a.row.conversation.id, a.row, numberOf(s, a.as_of)) };
		case 'opening':
			return inThread(s, a.conversation, (t) => t);
		case 'page':
			return inThread(s, a.conversation, (t) => thread.withPage(t, a.page, a.asked));
		case 'page failed':
			return inThread(s, a.conversation, (t) => ({ ...t, problem: a.problem }));
		case 'sent':
			return withOwn(s, a.message);
		case 'withdrawn':
			return withWithdrawn(s, a.message, numberOf(s, a.as_of));
		case 'standing':
			return withMarked(s, { marked: [{ conversation: a.conversation, standing: a.standing }], badge: a.badge, as_of: a.as_of });
		case 'marked':
			return withMarked(s, a);
		case 'assumed':
			return { ...s, rows: rows.assume(s.rows, a.conversation, a.standing) };
		case 'conversation':
			return withParts(s, a.conversation.id, { conversation: a.conversation }, numberOf(s, a.as_of));
		case 'send':
			return { ...s, pending: begun(s.pending, a.pending) };
		case 'send refused':
			return { ...s, pending: refused(s.pending, a.conversation, a.key, a.problem) };
		case 'send dropped':
			return { ...s, pending: settled(s.pending, a.conversation, a.key) };
	}
}

function afterEvent(s: State, e: Event): State {
	const moved = withBadge({ ...s, place: { ...s.place, number: e.event } }, e.badge, e.event);
	const held = (news: State['rows']): State => ({ ...moved, rows: news });
	switch (e.type) {
		case 'message.created':
			return withOwn(held(rows.withMessage(s.rows, e.data, s.self.id, e.event)), e.data);
		case 'message.withdrawn':
			return withWithdrawn(moved, e.data, e.event);
		case 'conversation.joined':
			return joined(moved, e.data, e.event);
		case 'conversation.changed':
			return held(rows.hold(s.rows, e.data.id, { conversation: e.data }, e.event));
		case 'conversation.left':
			return held(rows.withoutMe(s.rows, e.data, e.event));
		case 'cursor.moved':
			return held(rows.withCursor(s.rows, s.threads[e.data.conversation], e.data.standing, e.data.conversation, s.self.id, e.event));
		case 'receipt.created':
			return knownThread(moved, e.data.conversation, (t) => thread.withReceipt(t, e.data));
		case 'draft.changed': // the composer's affair (composer/shelf.svelte.ts)
		case 'draft.gone':
		case 'mail.changed': // of the panel's that shows deliveries
		case 'skipped':
			return moved;
	}
}

// A message of one's own ends the pending one of its key, whichever of event, ack and answer comes first.
function withOwn(s: State, m: Message): State {
	const mine = m.author?.id === s.self.id && m.key;
	const pending = mine ? settled(s.pending, m.conversation, m.key ?? '') : s.pending;
	return knownThread({ ...s, pending }, m.conversation, (t) => thread.withMessage(t, m));
}

function withWithdrawn(s: State, m: Message, at: number): State {
	return knownThread({ ...s, rows: rows.withWithdrawn(s.rows, m, at) }, m.conversation, (t) => thread.withWithdrawn(t, m));
}

// Coming back with the history shows more than the stretch that is held: it is loaded again.
function joined(s: State, row: Row, at: number): State {
	const { [row.conversation.id]: _, ...threads } = s.threads;
	return { ...s, rows: rows.hold(s.rows, row.conversation.id, row, at), threads };
}

function afterReset(s: State, r: Reset): State {
	const fresh = empty(s.self, { epoch: String(r.epoch), number: r.number }, s.badge.count);
	return { ...fresh, badge: { count: s.badge.count, at: 0 }, pending: s.pending };
}

function withList(s: State, name: ListName, page: ListPage, after: string | undefined): State {
	const at = numberOf(s, page.as_of);
	const list = s.lists[name];
	const last = page.rows.at(-1);
	const ids = page.rows.map((r) => r.conversation.id);
	const held = page.rows.reduce((all, row) => rows.hold(all, row.conversation.id, row, at), s.rows);
	const loaded = {
		loaded: true,
		next: page.next,
		floor: last ? rows.activity(last) : list.floor,
		kept: new Set(after === undefined ? ids : [...list.kept, ...ids]),
	};
	return withBadge({ ...s, rows: held, lists: { ...s.lists, [name]: loaded } }, page.badge, at);
}

function withMarked(s: State, a: { marked: readonly Cursor[]; badge: number; as_of: string }): State {
	const at = numberOf(s, a.as_of);
	const moved = a.marked.reduce((all, m) => rows.withCursor(all, s.threads[m.conversation], m.standing, m.conversation, s.self.id, at), s.rows);
	return withBadge({ ...s, rows: moved }, a.badge, at);
}

function withParts(s: State, id: string, parts: Partial<Row>, at: number): State {
	return { ...s, rows: rows.hold(s.rows, id, parts, at) };
}

const withBadge = (s: State, count: number, at: number): State => (at < s.badge.at ? s : { ...s, badge: { count, at } });

const inThread = (s: State, id: string, change: (t: State['threads'][string]) => State['threads'][string]): State => ({
	...s,
	threads: { ...s.threads, [id]: change(s.threads[id] ?? unloaded) },
});

const knownThread = (s: State, id: string, change: Parameters<typeof inThread>[2]): State =>
	s.threads[id] ? inThread(s, id, change) : s;

// An answer of another epoch says nothing about this stream's numbers; desk.svelte.ts starts over when it sees one.
function numberOf(s: State, asOf: string): number {
	const p = place(asOf);
	return p.epoch === s.place.epoch ? p.number : 0;
}
