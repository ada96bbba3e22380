// What the first screen asks. The server's openapi.yaml has the same names.
import type { ListName, ListPage, Me, Opened, Page } from './answers';
import { request } from './request';

const id = encodeURIComponent;

export const me = () => request<Me>('GET', '/me');

export function list(name: ListName, after?: string, limit = 40): Promise<ListPage> {
	const query = new URLSearchParams({ list: name, limit: String(limit) });
	if (after) query.set('after', after);
	return request('GET', `/conversations?${query}`);
}

export const open = (conversation: string) => request<Opened>('GET', `/conversations/${id(conversation)}`);

/** A stretch of a conversation: `before`, `after` or `around` a position; none of them, its end. */
export const page = (conversation: string, where: Record<string, string>, limit = 50) =>
	request<Page>('GET', `/conversations/${id(conversation)}/messages?${new URLSearchParams({ ...where, limit: String(limit) })}`);
