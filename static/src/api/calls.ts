// One function for each thing that can be asked (the server's openapi.yaml has the same order).
import type {
	Changed, Draft, Folded, Found, Invitation, ListName, ListPage, Me, Office, Opened, Page, Sent, Session, Start, Started, Stood,
} from './answers';
import { request } from './request';

const id = encodeURIComponent;

export const signOut = () => request<void>('DELETE', '/session');
export const sessions = () => request<{ sessions: Session[] }>('GET', '/sessions');
export const endSession = (session: string) => request<void>('DELETE', `/sessions/${id(session)}`);
export const me = () => request<Me>('GET', '/me');
export const setMode = (mode: Office['mode']) => request<Office>('PATCH', '/office', { mode, confirm: true });
export const invite = (invitation: Invitation) => request<{ sent: boolean }>('POST', '/invitations', invitation);
export const directory = (q: string, limit = 20) =>
	request<{ people: Found[] }>('GET', `/directory?${new URLSearchParams({ q, limit: String(limit) })}`);

export function list(name: ListName, after?: string, limit = 40): Promise<ListPage> {
	const query = new URLSearchParams({ list: name, limit: String(limit) });
	if (after) query.set('after', after);
	return request('GET', `/conversations?${query}`);
}

export const start = (asked: Start) => request<Started>('POST', '/conversations', asked);
export const open = (conversation: string) => request<Opened>('GET', `/conversations/${id(conversation)}`);
export const change = (conversation: string, to: { title?: string; important?: boolean }) =>
	request<Changed>('PATCH', `/conversations/${id(conversation)}`, to);
export const addPeople = (conversation: string, users: string[], history?: boolean) =>
	request<Changed>('POST', `/conversations/${id(conversation)}/participants`, history === undefined ? { users } : { users, history });
export const removePerson = (conversation: string, user: string) =>
	request<void>('DELETE', `/conversations/${id(conversation)}/participants/${id(user)}`);

/** Where in a conversation a page lies; nothing: at its end. */
export type Where = { before: string } | { after: string } | { around: string } | Record<string, never>;

export const page = (conversation: string, where: Where, limit = 50) =>
	request<Page>('GET', `/conversations/${id(conversation)}/messages?${new URLSearchParams({ ...where, limit: String(limit) })}`);
export const send = (conversation: string, draft: Draft) =>
	request<Sent>('POST', `/conversations/${id(conversation)}/messages`, draft);
export const folded = (conversation: string, message: string) =>
	request<Folded>('GET', `/conversations/${id(conversation)}/messages/${id(message)}/folded`);
export const read = (conversation: string, position: string, opened: boolean) =>
	request<Stood>('POST', `/conversations/${id(conversation)}/read`, { position, opened });
export const markUnread = (conversation: string) => request<Stood>('POST', `/conversations/${id(conversation)}/unread`, {});
export const archive = (conversation: string, archived: boolean) =>
	request<Stood>('POST', `/conversations/${id(conversation)}/archive`, { archived });
export const mute = (conversation: string, muted: boolean) =>
	request<Stood>('POST', `/conversations/${id(conversation)}/mute`, { muted });

