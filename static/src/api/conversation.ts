// What can be done with conversations.
import type { Changed, Draft, Folded, Sent, Start, Started, Stood } from './answers';
import { request } from './request';

const at = (conversation: string, more = '') => `/conversations/${encodeURIComponent(conversation)}${more}`;

export const start = (asked: Start) => request<Started>('POST', '/conversations', asked);
export const change = (conversation: string, to: { title?: string; important?: boolean }) => request<Changed>('PATCH', at(conversation), to);
export const addPeople = (conversation: string, users: string[], history?: boolean) =>
	request<Changed>('POST', at(conversation, '/participants'), history === undefined ? { users } : { users, history });
export const removePerson = (conversation: string, user: string) =>
	request<void>('DELETE', at(conversation, `/participants/${encodeURIComponent(user)}`));
export const send = (conversation: string, draft: Draft) => request<Sent>('POST', at(conversation, '/messages'), draft);
export const folded = (conversation: string, message: string) =>
	request<Folded>('GET', at(conversation, `/messages/${encodeURIComponent(message)}/folded`));
export const signatureBelow = (conversation: string, message: string) =>
	request<Folded>('GET', at(conversation, `/messages/${encodeURIComponent(message)}/signature`));
export const markUnread = (conversation: string) => request<Stood>('POST', at(conversation, '/unread'), {});
export const archive = (conversation: string, archived: boolean) => request<Stood>('POST', at(conversation, '/archive'), { archived });
export const mute = (conversation: string, muted: boolean) => request<Stood>('POST', at(conversation, '/mute'), { muted });
