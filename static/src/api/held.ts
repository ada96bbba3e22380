// Letters that wait for staff to decide whose they are.
import type { Person } from '../wire';
import { request } from './request';

export type Decision = 'accepted' | 'aliased' | 'trusted' | 'rejected';

/** A letter in quarantine. */
export interface HeldLetter {
	id: string;
	/** Whose reply address it was sent to. */
	participant: Person;
	from: string;
	from_name: string;
	/** From is an address of theirs already. */
	theirs?: boolean;
	subject: string;
	received_at: string;
	reason: string;
	auth: string;
	/** Domains whose signatures hold. */
	signers: string[];
	html: string;
	text: string;
	folded: string;
	files: { name: string; type: string; size: number }[];
	/** Why one may not decide on it. */
	barred?: string;
	/** `proven`: nobody’s, the letter came again and is proven now. */
	decision?: Decision | 'proven';
	decided_by?: Person;
	decided_at?: string;
}

const path = (conversation: string, line: string) => `/conversations/${encodeURIComponent(conversation)}/messages/${encodeURIComponent(line)}/letter`;

export const held = (conversation: string, line: string) => request<HeldLetter>('GET', path(conversation, line));
export const decide = (conversation: string, line: string, decision: Decision, domain?: string) =>
	request<{ letter: HeldLetter; as_of: string }>('POST', path(conversation, line), domain === undefined ? { decision } : { decision, domain });
