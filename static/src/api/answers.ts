// The answers of the HTTP API that are not shapes of the live protocol.
import type { Attachment, Conversation, Cursor, Message, Participant, Person, Receipt, Row, Standing } from '../wire';

/** Who is signed in, and where their stream stands. */
export interface Me {
	user: Person & { email: string; role: string; signed: boolean; bcc: boolean; strict: boolean; mail_times: MailTimes; unsubscribed: boolean };
	office: Office;
	/** What may go out to the asker: the office's mode, or a stricter one of their account or their own. */
	mode: Office['mode'];
	/** Bytes of a file that the server takes. */
	max_upload: number;
	may: { message: boolean; start: boolean; invite: boolean; settings: boolean };
	/** How many seconds a send can be undone; 0: not at all. */
	undo_s: number;
	badge: number;
	as_of: string;
	session: string;
}

/** When mail may go to somebody, by the clock of where they are. */
export interface MailTimes {
	zone?: string;
	/** HH:MM; both or none. */
	quiet_from?: string;
	quiet_until?: string;
	/** The hours of the one mail of all conversations; none: a mail for each. */
	digest?: number[];
}

export interface Office {
	id: string;
	name: string;
	mode: 'privacy' | 'convenience';
}

export interface Session {
	id: string;
	agent: string;
	created_at: string;
	seen_at: string;
	current: boolean;
}

/** What a link is for. Looking does not spend it. */
export interface Link {
	kind: 'invite' | 'reset' | 'sign_in';
	name: string;
	email: string;
	office: string;
}

export interface Invitation {
	name: string;
	email: string;
	role: string;
	account?: string;
}

/** Somebody the asker may write to; role and account are told to staff only. */
export interface Found extends Person {
	role?: string;
	account?: { id: string; name: string };
	/** Of a team or circle, which is its kind: how many people it stands for. */
	members?: number;
}

/** A named group of people, whom staff can name as one. */
export interface Roster {
	id: string;
	kind: 'team' | 'circle';
	name: string;
	members: number;
}

export const listNames = ['inbox', 'unread', 'mine', 'unassigned', 'important', 'recent', 'archived', 'deleted'] as const;
export type ListName = (typeof listNames)[number];

export interface ListPage {
	rows: Row[];
	next?: string;
	badge: number;
	as_of: string;
}

export interface Opened {
	row: Row;
	/** Of the mail for what the asker writes in it. */
	mode: Office['mode'];
	/** With privacy: office, conversation, account or people. */
	strict_because?: string;
	as_of: string;
}

/** A stretch of a conversation, ascending. */
export interface Page {
	messages: Message[];
	receipts: Receipt[];
	more_before: boolean;
	more_after: boolean;
	as_of: string;
}

/** `to` and `cc` name people, teams and circles; `cc` is for staff to say. */
export interface Start {
	to: string[];
	cc: string[] | undefined;
	audience?: 'private' | 'shared';
	title: string;
	important: boolean;
	html: string;
	attachments: string[];
	secure?: boolean;
	key: string;
	drafted: boolean;
	draft_version: number;
	unsigned: boolean;
	bcc: boolean | undefined;
}

export interface Started {
	row: Row;
	message: Message;
	as_of: string;
}

export interface Draft {
	key: string;
	html: string;
	note?: boolean;
	important?: boolean;
	attachments?: string[];
	secure?: boolean;
	unsigned?: boolean;
	drafted?: boolean;
	draft_version?: number;
	bcc?: boolean;
}

export interface Sent {
	message: Message;
	as_of: string;
}

/** A message that was taken back; after an undo, its files as new uploads. */
export interface TakenBack extends Sent {
	files: Attachment[];
}

export interface Stood {
	standing: Standing;
	badge: number;
	as_of: string;
}

/** How each of many conversations stands after what was done to all of them. */
export interface MarkedMany {
	marked: Cursor[];
	refused: string[];
	badge: number;
	as_of: string;
}

export interface Changed {
	conversation: Conversation;
	as_of: string;
}

/** Somebody in a conversation, as staff in it see them. */
export interface Sitting extends Participant {
	role: string;
	account?: { id: string; name: string };
	/** Deactivated, or without the messaging permission: they get nothing of it. */
	away?: boolean;
	joined_at: string;
	left_at?: string;
	/** Absent: everything. */
	sees_from?: string;
}

/** A user, to those who look after the office's people. */
export interface User {
	person: Person;
	role: string;
	email: string;
	active: boolean;
	messaging: boolean;
	/** The mail to them says only that a message waits. */
	strict: boolean;
	account?: { id: string; name: string };
	self?: boolean;
}

export interface Folded {
	text: string;
	html?: string;
}

