import { named } from '../people/people';
import type { Message } from '../wire';

/** The sentence of a grey line. */
export function telling(m: Message): string {
	const by = m.author?.name ?? 'Postern';
	const about = m.happening?.about ?? [];
	const whom = named(about, 6);
	const alone = about.length === 0 || (about.length === 1 && about[0]?.id === m.author?.id);
	switch (m.happening?.what) {
		case 'joined':
			return alone ? `${by} joined.` : `${by} added ${whom}.`;
		case 'left':
			return `${whom || by} left.`;
		case 'removed':
			return `${by} removed ${whom}.`;
		case 'retitled':
			return m.text ? `${by} changed the title to “${m.text}”.` : `${by} changed the title.`;
		case 'letter_held':
			return `A letter that may not be from ${whom || 'its sender'} is held back.`;
		case 'letter_accepted':
			return `${by} accepted a letter for ${whom}.`;
		case 'letter_rejected':
			return `${by} rejected a letter.`;
		case 'auto_replied':
			return `${whom || 'A recipient'} answered automatically.`;
		case 'mail_bounced':
			return `Mail to ${whom || 'a recipient'} came back.`;
		default:
			return m.text || 'Something happened.';
	}
}
