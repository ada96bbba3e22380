import { named } from '../people/people';
import type { Message } from '../wire';

/** The sentence of a grey line that staff alone see. What it tells of may be over: a letter that waited was decided on. */
export function tellingStaff(m: Message, over = false): string {
	const by = m.author?.name ?? 'Postern';
	const about = m.happening?.about ?? [];
	const whom = named(about, 6);
	const alone = about.length === 0 || (about.length === 1 && about[0]?.id === m.author?.id);
	switch (m.happening?.what) {
		case 'assigned':
			return m.author ? (alone ? `${by} answers this.` : `${by} asked ${whom} to answer.`) : `${whom} answers this now.`;
		case 'unassigned':
			return m.author ? `${by} asked nobody in particular to answer.` : 'Nobody in particular answers this now.';
		case 'waiting':
			return `${by} waits for the client.`;
		case 'done':
			return `${by} marked this as done.`;
		case 'reopened':
			return m.author ? `${by} opened this again.` : 'Open again.';
		case 'made_strict':
			return `${by} made the mail of this conversation private.`;
		case 'strict_no_more':
			return `${by} let the mail of this conversation say what the office lets it.`;
		case 'letter_held':
			return `A letter that may not be from ${whom || 'its sender'} ${over ? 'was' : 'is'} held back.`;
		case 'letter_accepted':
			return m.author ? `${by} accepted a letter for ${whom}.` : `A letter of ${whom} came again, and it is sure now who wrote it.`;
		case 'letter_rejected':
			return `${by} rejected a letter.`;
		case 'auto_replied':
			return `${whom || 'A recipient'} answered automatically.`;
		case 'mail_bounced':
			return `Mail to ${whom || 'a recipient'} came back.`;
		default:
			return 'Something happened.';
	}
}
