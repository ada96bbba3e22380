// The shapes of postern.v1, as hub/wire (Go) has them: body.go, then frame.go, in their order.

/** A user as others see one. */
export interface Person {
	id: string;
	name: string;
	kind: string;
}

/** A file of a message. It is fetched from /api/v1/attachments/{id}. */
export interface Attachment {
	id: string;
	name: string;
	type: string;
	size: number;
	inline?: string;
}

/** What a grey line tells. */
export interface Happening {
	what: string;
	about?: Person[];
}

/** One entry of a conversation. */
export interface Message {
	id: string;
	conversation: string;
	position: string;
	kind: string;
	author: Person | null;
	via: string;
	html: string;
	text: string;
	important?: boolean;
	folded?: boolean;
	key?: string;
	attachments: Attachment[];
	happening?: Happening;
	at: string;
}

/** Somebody in a conversation. */
export interface Participant extends Person {
	cc?: boolean;
	active: boolean;
}

/** A conversation without anybody's own state. */
export interface Conversation {
	id: string;
	kind: string;
	copy_of?: string;
	title: string;
	important: boolean;
	strict: boolean;
	started_by: string;
	started_at: string;
	participants: Participant[];
}

/** The asker's own state in a conversation. */
export interface Standing {
	last_read: string;
	opened: string;
	unread: boolean;
	marked_unread: boolean;
	archived: boolean;
	muted: boolean;
	active: boolean;
}

/** The newest message that the asker may see. */
export interface Preview {
	position: string;
	kind: string;
	author: Person | null;
	text: string;
	attachments: boolean;
	at: string;
}

/** A conversation as a list shows it. */
export interface Row {
	conversation: Conversation;
	standing: Standing;
	newest: Preview | null;
}

/** The reader opened every message after `after` up to `through`. */
export interface Receipt {
	conversation: string;
	reader: Person;
	after: string;
	through: string;
	at: string;
}

/** The asker's own cursor after it moved, on whatever device. */
export interface Cursor {
	conversation: string;
	standing: Standing;
}

/** An error body (RFC 9457) and the error of a frame. */
export interface Problem {
	type: string;
	title: string;
	status?: number;
	code: string;
	detail: string;
	field?: string;
	retry: boolean;
	retry_after_s?: number;
}

/** A frame from the server. Behind a slow link several come as one JSON array. */
export interface Frame {
	event?: number;
	badge?: number;
	type: string;
	key?: string;
	data?: unknown;
}

/** Opens every connection, all of one snapshot. */
export interface Hello {
	epoch: number;
	number: number;
	badge: number;
	at: string;
	resumed: boolean;
}

/** Tells where the stream stands; the client reloads what it shows. */
export interface Reset {
	epoch: number;
	number: number;
}

/** Stands for every event from the frame's predecessor up to the frame's number. */
export interface Skipped {
	from: number;
}

/** One is no longer in the conversation. */
export interface Left {
	conversation: string;
}

/** Answers a send: the message is durable. */
export interface Ack {
	id: string;
	conversation: string;
	position: string;
	at: string;
}

/** A passing sign: nobody stores it. */
export interface Sign {
	conversation: string;
	person: Person;
	note?: boolean;
	on: boolean;
}

/** A frame from the client. */
export interface Command {
	type: string;
	key?: string;
	conversation: string;
	html?: string;
	note?: boolean;
	important?: boolean;
	attachments?: string[];
	position?: string;
	opened?: boolean;
	on?: boolean;
}
