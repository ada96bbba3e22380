import { named } from '../people/people';
import type { Message } from '../wire';

/** The sentence of a grey line that everybody sees; undefined: it is for staff (telling-staff.ts). */
export function telling(m: Message): string | undefined {
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
		default:
			return m.text || undefined;
	}
}
