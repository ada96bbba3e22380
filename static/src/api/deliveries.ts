// What became of word of a message, for each recipient: staff alone are shown it.
import type { Person } from '../wire';
import { request } from './request';

export type DeliveryState = 'queued' | 'unneeded' | 'suppressed' | 'accepted' | 'delayed' | 'delivered' | 'bounced' | 'complained';

/** A mail that tells of the message. */
export interface SentMail {
	id: string;
	state: DeliveryState;
	made_at: string;
	at?: string;
	attempts: number;
	queue_id?: string;
	reason?: string;
}

/** How word of the message stands with one recipient. */
export interface Delivery {
	recipient: Person;
	state: DeliveryState;
	at?: string;
	/** While it is queued, what it waits for because its recipient chose so. */
	waits_for?: 'digest' | 'quiet_hours';
	waits_until?: string;
	/** Oldest first; all but the last were sent again. */
	mails: SentMail[];
	seen_at?: string;
	replied_at?: string;
	reply?: string;
	suppression?: string;
	retry?: boolean;
}

interface Answer {
	deliveries: Delivery[];
}

const path = (conversation: string, message: string) => `/conversations/${encodeURIComponent(conversation)}/messages/${encodeURIComponent(message)}`;

export const deliveries = (conversation: string, message: string) => request<Answer>('GET', `${path(conversation, message)}/deliveries`);
export const retry = (conversation: string, message: string, mail: string) =>
	request<Answer>('POST', `${path(conversation, message)}/mails/${encodeURIComponent(mail)}/retry`, {});
export const clear = (suppression: string) => request<undefined>('DELETE', `/suppressions/${encodeURIComponent(suppression)}`);
