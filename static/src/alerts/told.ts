import { counts } from '../state/rows';
import type { Message, Row } from '../wire';

/** What a notification says. */
export interface Told {
	readonly title: string;
	readonly body: string;
}

/** Whether a message is worth a word: somebody else's, new, in a conversation that is not muted. */
export const worth = (m: Message, row: Row | undefined, self: string): boolean =>
	counts(m) && m.author?.id !== self && !m.withdrawn && row !== undefined && row.standing.unread && !row.standing.muted && !row.standing.beneath && m.position > row.standing.last_read;

/**
 * What may be said of it, by the mode of what goes out to oneself. Where it is private, no more than that something waits: a notification lies on a
 * screen that others see, and in the system's own list.
 */
export function told(m: Message, row: Row, { mode, office }: { mode: string; office: { name: string } }): Told {
	if (mode !== 'convenience' || row.conversation.strict) return { title: office.name, body: 'A message waits for you in Postern.' };
	if (m.kind === 'event') return { title: row.conversation.title, body: 'A letter is held back.' };
	const what = m.text.replaceAll(/\s+/g, ' ').trim().slice(0, 140) || (m.attachments.length > 0 ? 'Attachment' : '');
	return { title: m.author?.name ?? office.name, body: `${row.conversation.title}\n${m.kind === 'note' ? 'Note: ' : ''}${what}` };
}
