import { type ListName, listNames } from '../api/answers';
import type { Attachment, Message, Person, Problem, Receipt, Row } from '../wire';
import type { Place } from './place';

/** All that the client knows of the server, and what it has sent and not yet seen come back. Never changed in place. */
export interface State {
	readonly self: Person;
	/** The last event worked in. */
	readonly place: Place;
	readonly badge: Badge;
	readonly rows: Readonly<Record<string, Held>>;
	readonly lists: Readonly<Record<ListName, List>>;
	readonly threads: Readonly<Record<string, Thread>>;
	/** By conversation, in the order they were written. Survives a reset. */
	readonly pending: Readonly<Record<string, readonly Pending[]>>;
}

/** The number of unread conversations, and the event it is as of: it never goes back to an older one. */
export interface Badge {
	readonly count: number;
	readonly at: number;
}

/** A row, and for each part of it the event it is as of: events at or below that are in it already. */
export interface Held {
	readonly row: Row;
	readonly at: Readonly<Record<keyof Row, number>>;
}

/** How much of a list is loaded. Which rows are in it follows from the rows themselves (rows.ts). */
export interface List {
	readonly loaded: boolean;
	readonly next: string | undefined;
	/** Activity of the last row loaded, while there are more: older rows are not shown, or there would be gaps. */
	readonly floor: string;
	/** Rows that stay although they no longer belong: what one reads in the unread list does not vanish meanwhile. */
	readonly kept: ReadonlySet<string>;
}

/** A stretch of a conversation without gaps. */
export interface Thread {
	readonly loaded: boolean;
	readonly messages: readonly Message[];
	/** What came live while the stretch does not reach the newest message. */
	readonly tail: readonly Message[];
	readonly receipts: readonly Receipt[];
	/** What was taken back, by id: older answers that still show it are put right. */
	readonly withdrawn: Readonly<Record<string, Message>>;
	readonly moreBefore: boolean;
	readonly moreAfter: boolean;
	readonly problem: Problem | undefined;
}

/** A message of one's own that has not come back yet. */
export interface Pending {
	readonly key: string;
	readonly conversation: string;
	readonly html: string;
	readonly note: boolean;
	readonly important: boolean;
	readonly attachments: readonly Attachment[];
	readonly secure?: boolean;
	/** The editor's own form of it, to go on with should it be refused. */
	readonly doc: object | undefined;
	readonly at: string;
	readonly unsigned?: boolean;
	readonly bcc?: boolean | undefined;
	/** The key is the id of a draft, which goes with it. */
	readonly drafted?: boolean;
	readonly draft_version?: number;
	/** Set when it was refused; the writer decides what then. */
	readonly problem: Problem | undefined;
}

const untouched: List = { loaded: false, next: undefined, floor: '', kept: new Set() };

export const unloaded: Thread = {
	loaded: false,
	messages: [],
	tail: [],
	receipts: [],
	withdrawn: {},
	moreBefore: true,
	moreAfter: true,
	problem: undefined,
};

/** What is known right after signing in. */
export function empty(self: Person, at: Place, badge: number): State {
	return {
		self,
		place: at,
		badge: { count: badge, at: at.number },
		rows: {},
		lists: Object.fromEntries(listNames.map((name) => [name, untouched])) as Record<ListName, List>,
		threads: {},
		pending: {},
	};
}
