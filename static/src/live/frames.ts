import type { Ack, Conversation, Cursor, DraftMark, Frame, Hello, Left, MailMark, Message, Problem, Receipt, Reset, Row, Sign, Skipped } from '../wire';

/** What an event of the log tells. */
export type Told =
	| { type: 'message.created'; data: Message }
	| { type: 'message.withdrawn'; data: Message }
	| { type: 'conversation.joined'; data: Row }
	| { type: 'conversation.changed'; data: Conversation }
	| { type: 'conversation.left'; data: Left }
	| { type: 'cursor.moved'; data: Cursor }
	| { type: 'receipt.created'; data: Receipt }
	| { type: 'draft.changed'; data: DraftMark }
	| { type: 'draft.gone'; data: DraftMark }
	| { type: 'mail.changed'; data: MailMark }
	| { type: 'skipped'; data: Skipped };

/** An event of the log: its number in the user's stream, and the badge after it. */
export type Event = Told & { event: number; badge: number };

/** A frame that carries no number. */
export type Passing =
	| { type: 'hello'; data: Hello }
	| { type: 'reset'; data: Reset }
	| { type: 'ack'; key: string; data: Ack }
	| { type: 'error'; key: string; data: Problem }
	| { type: 'typing'; data: Sign }
	| { type: 'viewing'; data: Sign };

export type Heard = Event | Passing;

const numbered = new Set<string>([
	'message.created', 'message.withdrawn', 'conversation.joined', 'conversation.changed', 'conversation.left', 'cursor.moved', 'receipt.created', 'draft.changed',
	'draft.gone', 'mail.changed', 'skipped',
]);
const passing = new Set<string>(['hello', 'reset', 'ack', 'error', 'typing', 'viewing']);

/** Reads what came on the socket: one frame or an array of them. Types of a later version are left out. */
export function heard(text: string): Heard[] {
	const read = JSON.parse(text) as Frame | Frame[];
	return (Array.isArray(read) ? read : [read]).flatMap(known);
}

// A numbered frame of an unknown type still moves the number on and tells the badge.
function known(frame: Frame): Heard[] {
	if (frame.event !== undefined) {
		const badge = frame.badge ?? 0;
		if (numbered.has(frame.type)) return [{ ...frame, badge } as Event];
		return [{ type: 'skipped', event: frame.event, badge, data: { from: frame.event } }];
	}
	return passing.has(frame.type) ? [{ key: '', ...frame } as Passing] : [];
}
