import type { Ack, Message, Person, Problem } from '../wire';
import type { Pending, State } from './state';

type AllPending = State['pending'];

export const begun = (all: AllPending, p: Pending): AllPending => ({
	...all,
	[p.conversation]: [...(all[p.conversation] ?? []).filter((q) => q.key !== p.key), p],
});

/** Without the message of this key: it came back, or its writer took it back. */
export function settled(all: AllPending, conversation: string, key: string): AllPending {
	const here = all[conversation];
	return here?.some((p) => p.key === key) ? { ...all, [conversation]: here.filter((p) => p.key !== key) } : all;
}

export function refused(all: AllPending, conversation: string, key: string, problem: Problem | undefined): AllPending {
	const here = all[conversation];
	return here ? { ...all, [conversation]: here.map((p) => (p.key === key ? { ...p, problem } : p)) } : all;
}

export const find = (all: AllPending, conversation: string, key: string): Pending | undefined =>
	all[conversation]?.find((p) => p.key === key);

/** The message that a pending one became. The event brings the server's own word on it later. */
export function acknowledged(p: Pending, ack: Ack, self: Person): Message {
	return {
		id: ack.id,
		conversation: p.conversation,
		position: ack.position,
		kind: p.note ? 'note' : 'message',
		author: self,
		via: 'browser',
		html: p.html,
		text: plain(p.html),
		important: p.important,
		key: p.key,
		attachments: [...p.attachments],
		at: ack.at,
	};
}

// For a preview only; it is shown as text.
const plain = (html: string): string =>
	html
		.replaceAll(/<[^>]*>/g, ' ')
		.replaceAll(/&nbsp;|\s+/g, ' ')
		.replaceAll('&lt;', '<')
		.replaceAll('&gt;', '>')
		.replaceAll('&quot;', '"')
		.replaceAll('&amp;', '&')
		.trim();
