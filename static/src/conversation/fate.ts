import type { HeldLetter } from '../api/held';
import { whole } from '../time/when';

/** What became of a letter that waited, in a sentence. */
export function fate(letter: HeldLetter): string {
	const who = letter.decided_by?.name ?? 'Somebody';
	const when = letter.decided_at ? ` on ${whole(letter.decided_at)}` : '';
	switch (letter.decision) {
		case 'proven':
			return `This letter came again${when}, and this time it was sure who wrote it.`;
		case 'rejected':
			return `${who} rejected this letter${when}.`;
		case 'aliased':
			return `${who} accepted this letter${when}. Letters from ${letter.from} are ${letter.participant.name}’s now.`;
		case 'trusted':
			return `${who} accepted this letter${when}, and trusts who signed it.`;
		default:
			return `${who} accepted this letter${when}.`;
	}
}
