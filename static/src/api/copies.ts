// Copies of messages: private conversations with one client each. For staff.
import type { CopyMade } from '../wire';
import { request } from './request';

const id = encodeURIComponent;

interface Copies {
	copies: CopyMade[];
}

export const copies = (conversation: string) => request<Copies>('GET', `/conversations/${id(conversation)}/copies`);
/** Copies a message to contacts; the answer has all copies of the conversation. */
export const copy = (conversation: string, message: string, to: string[]) =>
	request<Copies>('POST', `/conversations/${id(conversation)}/messages/${id(message)}/copies`, { to });
