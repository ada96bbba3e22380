import type { Ack, Message } from '../wire';
import { find } from './pending';
import type { State } from './state';

/** The message that a pending one became; undefined: it came back already. The event brings the server's own word on it later. */
export function acknowledged(s: State, key: string, ack: Ack): Message | undefined {
	const p = find(s.pending, ack.conversation, key);
	if (!p) return undefined;
	return {
		id: ack.id,
		conversation: p.conversation,
		position: ack.position,
		kind: p.note ? 'note' : 'message',
		author: s.self,
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
