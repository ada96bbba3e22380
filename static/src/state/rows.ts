import type { ListName } from '../api/answers';
import type { Conversation, Draft, Left, Message, Preview, Row, Standing } from '../wire';
import type { List, State, Thread } from './state';

/** Whether an entry makes a conversation unread and moves it up in lists. Most grey lines do not. */
export const counts = (m: Message): boolean => m.kind !== 'event' || m.happening?.what === 'letter_held';

/** When something last happened that the viewer may see: the order of lists. */
export const activity = (row: Row): string => row.newest?.at ?? row.conversation.started_at;

/** What one has begun to write, for the row of its conversation: not while that is open, where the composer has it, nor where one may not go on. */
export const begun = ({ conversation: c, standing }: Row, open: boolean, drafts: { of(id: string): readonly Draft[] } | undefined): Draft | undefined =>
	open || !standing.active ? undefined : drafts?.of(c.id)[0];

/** The rows of a list, last activity first. Nothing that reading does changes this order. */
export function listed(rows: State['rows'], list: List, name: ListName, self: string): Row[] {
	const more = list.next !== undefined;
	return Object.values(rows)
		.map((held) => held.row)
		.filter((row) => belongs(row, name, list.kept, self) && !(more && earlier(activity(row), list.floor)))
		.toSorted((a, b) => Date.parse(activity(b)) - Date.parse(activity(a)) || (a.conversation.id < b.conversation.id ? 1 : -1));
}

const earlier = (a: string, b: string): boolean => Date.parse(a) < Date.parse(b);

function belongs({ conversation: c, standing }: Row, name: ListName, kept: ReadonlySet<string>, self: string): boolean {
	const { active, archived, beneath, deleted, unread } = standing;
	if (deleted) return name === 'deleted';
	const awaits = active && c.state !== 'done';
	if (name === 'mine') return awaits && c.assignee === self;
	if (beneath) return false;
	switch (name) {
		case 'inbox':
			return !archived;
		case 'unread':
			return !archived && (unread || kept.has(c.id));
		case 'unassigned':
			return awaits && !c.assignee;
		case 'important':
			return active && c.important;
		case 'recent':
			return true;
		case 'deleted':
			return false;
		case 'archived':
			return archived;
	}
}

/** Takes in parts of a row as of an event, but for those that are known as of a newer one. */
export function hold(rows: State['rows'], id: string, news: Partial<Row>, at: number): State['rows'] {
	const held = rows[id];
	if (!held) return isWhole(news) ? { ...rows, [id]: { row: news, at: { conversation: at, standing: at, newest: at, unseen: at } } } : rows;
	const parts = Object.keys(isWhole(news) ? { unseen: 0, ...news } : news) as (keyof Row)[];
	const fresh = parts.filter((part) => held.at[part] <= at);
	const row = Object.fromEntries(fresh.map((part) => [part, news[part]]));
	const ats = Object.fromEntries(fresh.map((part) => [part, at]));
	return { ...rows, [id]: { row: { ...held.row, ...row }, at: { ...held.at, ...ats } } };
}

/** What one's own act will bring, before the server's word: any news of the same part replaces it. */
export function assume(rows: State['rows'], id: string, standing: Partial<Standing>): State['rows'] {
	const held = rows[id];
	return held ? { ...rows, [id]: { ...held, row: { ...held.row, standing: { ...held.row.standing, ...standing } } } } : rows;
}

const isWhole = (news: Partial<Row>): news is Row => 'conversation' in news && 'standing' in news && 'newest' in news;

/** A message brings an archived conversation back, and a copy from beneath, and makes it unread when somebody else wrote it. */
export function withMessage(rows: State['rows'], m: Message, self: string, at: number): State['rows'] {
	const row = rows[m.conversation]?.row;
	if (!row || !counts(m)) return rows;
	if (maybeCopied(row, m, self)) return hold(rows, m.conversation, { newest: preview(m, self) }, at);
	const conversation = answered(row.conversation, m);
	const unread = row.standing.unread || (m.author?.id !== self && m.position > row.standing.last_read);
	const parts = { conversation, newest: preview(m, self), standing: { ...row.standing, unread, archived: false, deleted: false, beneath: false } };
	return hold(rows, m.conversation, { ...parts, unseen: (row.unseen ?? 0) + Number(isNew(m, row.standing.last_read, self) && m.position > (row.newest?.position ?? '')) }, at);
}

/** A row no longer shows what a message said that was retracted. What stands instead of one that was undone, only the server knows. */
export function withWithdrawn(rows: State['rows'], m: Message, at: number): State['rows'] {
	const shown = m.withdrawn?.how !== 'undone' && rows[m.conversation]?.row.newest?.position === m.position;
	return shown ? hold(rows, m.conversation, { newest: preview(m, '') }, at) : rows;
}

// Staff see since when a contact has waited for an answer.
function answered(c: Conversation, m: Message): Conversation {
	if (!c.state || m.kind !== 'message') return c;
	const { unanswered_since: since, ...rest } = c;
	return m.author?.kind === 'staff' ? rest : { ...rest, unanswered_since: since ?? m.at };
}

const isNew = (m: Message, lastRead: string, self: string): boolean => counts(m) && m.author?.id !== self && m.position > lastRead;

/** The user's own cursor moved. How much is past it follows from what is held of the conversation, or is not known (see `uncounted`). */
export function withCursor(rows: State['rows'], thread: Thread | undefined, standing: Standing, id: string, self: string, at: number): State['rows'] {
	const row = rows[id]?.row;
	return row ? hold(rows, id, { standing, unseen: past(row, thread, standing, self) ?? 0 }, at) : rows;
}

function past(row: Row, thread: Thread | undefined, now: Standing, self: string): number | undefined {
	if (!now.unread || now.last_read >= (row.newest?.position ?? '')) return 0;
	if (now.last_read === row.standing.last_read) return row.unseen;
	const reaches = thread?.loaded && !thread.moreAfter && (!thread.moreBefore || (thread.messages[0]?.position ?? '~') <= now.last_read);
	return reaches && row.conversation.kind !== 'copy' ? thread.messages.filter((m) => isNew(m, now.last_read, self)).length : undefined;
}

/** Whether a row is unread by messages that nobody has counted, so that it is to be fetched. */
export const uncounted = (row: Row | undefined): boolean => row !== undefined && row.standing.unread && !row.standing.marked_unread && !row.unseen;

// In a copy, what staff wrote was written there or copied there, and what was copied moves nobody of the staff. One's own has a key if written there.
const maybeCopied = (row: Row, m: Message, self: string): boolean =>
	row.conversation.kind === 'copy' && m.author?.kind === 'staff' && !(m.author.id === self && m.key);

/** Whether a message leaves unsaid how its row stands, so that it is to be fetched. A copy begins with what was copied. */
export const unsaid = (row: Row | undefined, m: Message, self: string): boolean =>
	!row ||
	(m.at !== row.conversation.started_at && !(row.newest && row.newest.position >= m.position) && counts(m) && maybeCopied(row, m, self));

/** Whether the row that somebody was added with leaves its newest message unsaid: there is one, where it was not started just now. */
export const unsaidYet = (row: Row): boolean => row.newest === null && (row.standing.unread || /[1-9a-f]/.test(row.standing.last_read));

/** One is no longer in the conversation: it stays readable, and is never unread. One that vanished is in no list. */
export function withoutMe(rows: State['rows'], left: Left, at: number): State['rows'] {
	const id = left.conversation;
	const row = rows[id]?.row;
	return row ? hold(rows, id, { standing: { ...row.standing, active: false, unread: false, marked_unread: false, beneath: left.vanished } }, at) : rows;
}

function preview(m: Message, self: string): Preview {
	return {
		position: m.position,
		kind: m.kind,
		author: m.author,
		text: m.text.slice(0, 160),
		attachments: m.attachments.length > 0,
		withdrawn: m.withdrawn !== undefined,
		mentioned: m.mentions?.some((p) => p.id === self) ?? false,
		at: m.at,
	};
}
