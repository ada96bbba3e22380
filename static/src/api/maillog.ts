// What came and went by mail: staff alone are shown it.
import type { Person } from '../wire';
import type { SentMail } from './deliveries';
import { request } from './request';

export type Direction = 'in' | 'out';

/** An SMTP transaction. Never what a mail says. */
export interface Transaction {
	id: string;
	at: string;
	direction: Direction;
	peer?: string;
	from: string;
	to: string;
	code?: number;
	enhanced?: string;
	fate: string;
	reason?: string;
	size?: number;
}

/** Which of them; empty: all. Days are those of the reader's calendar, both included. */
export interface LedgerQuestion {
	address: string;
	direction: Direction | '';
	fate: string;
	since: string;
	until: string;
}

/** The beginning of a day, or of the one after it. */
function midnight(day: string, after: number): string {
	const at = new Date(`${day}T00:00`);
	at.setDate(at.getDate() + after);
	return at.toISOString();
}

/** A page, the latest first. */
export function ledger(q: LedgerQuestion, after?: string, limit = 50): Promise<{ transactions: Transaction[]; next?: string }> {
	const query = new URLSearchParams({ limit: String(limit) });
	if (q.address) query.set('address', q.address);
	if (q.direction) query.set('direction', q.direction);
	if (q.fate) query.set('fate', q.fate);
	if (q.since) query.set('since', midnight(q.since, 0));
	if (q.until) query.set('until', midnight(q.until, 1));
	if (after) query.set('after', after);
	return request('GET', `/ledger?${query}`);
}

/** An address that no notices go to. */
export interface Suppression {
	id: string;
	address: string;
	person: Person;
	cause: 'bounce' | 'complaint' | 'unsubscribed';
	reason: string;
	at: string;
}

export const suppressions = () => request<{ suppressions: Suppression[] }>('GET', '/suppressions');

/** A mail as its recipient got it. */
export interface OpenedMail extends SentMail {
	from: string;
	to: string;
	mode: 'privacy' | 'convenience';
	header: { name: string; value: string }[];
	text: string;
	html?: string;
	files: { name: string; size: number }[];
	/** Why the content is not shown. */
	withheld?: string;
}

/** One with content is put into the audit log each time. */
export const openMail = (conversation: string, message: string, mail: string) =>
	request<{ mail: OpenedMail }>('POST', `/conversations/${encodeURIComponent(conversation)}/messages/${encodeURIComponent(message)}/mails/${encodeURIComponent(mail)}/open`, {});
