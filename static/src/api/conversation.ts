// What can be done with conversations.
import type { Changed, Draft, Folded, Sent, Sitting, Start, Started, Stood } from './answers';
import { request } from './request';

const at = (conversation: string, more = '') => `/conversations/${encodeURIComponent(conversation)}${more}`;

export const start = (asked: Start) => request<Started>('POST', '/conversations', asked);
/** What of a conversation can be changed for all who are in it. */
export type Change = { title?: string; important?: boolean; assignee?: string; state?: string; strict?: boolean };

export const change = (conversation: string, to: Change) => request<Changed>('PATCH', at(conversation), to);
export const addPeople = (conversation: string, users: string[], history?: boolean) =>
	request<Changed>('POST', at(conversation, '/participants'), history === undefined ? { users } : { users, history });
/** Removes somebody, or oneself; a successor takes over from one of staff. */
export const removePerson = (conversation: string, user: string, successor?: string) =>
	request<void>('DELETE', at(conversation, `/participants/${encodeURIComponent(user)}${successor ? `?successor=${encodeURIComponent(successor)}` : ''}`));
/** Who is and was in a conversation, and what they see; to staff in it. */
export const sittings = (conversation: string) => request<{ people: Sitting[] }>('GET', at(conversation, '/participants'));
export const send = (conversation: string, draft: Draft) => request<Sent>('POST', at(conversation, '/messages'), draft);
export const folded = (conversation: string, message: string) =>
	request<Folded>('GET', at(conversation, `/messages/${encodeURIComponent(message)}/folded`));
export const signatureBelow = (conversation: string, message: string) =>
	request<Folded>('GET', at(conversation, `/messages/${encodeURIComponent(message)}/signature`));
export const read = (conversation: string, position: string, opened: boolean) => request<Stood>('POST', at(conversation, '/read'), { position, opened });
export const markUnread = (conversation: string) => request<Stood>('POST', at(conversation, '/unread'), {});
export const archive = (conversation: string, archived: boolean) => request<Stood>('POST', at(conversation, '/archive'), { archived });
export const remove = (conversation: string, deleted: boolean) => request<Stood>('POST', at(conversation, '/delete'), { deleted });
export const mute = (conversation: string, muted: boolean) => request<Stood>('POST', at(conversation, '/mute'), { muted });
