// What an owner sees of conversations that they are not in. Each opening and each file is put into the audit log.
import type { Attachment, Conversation } from '../wire';
import type { Page } from './answers';
import { address, problemOf, Refused, request, unreachable } from './request';

/** A page of the office's conversations, the latest begun first; `person`: those that they are or were in. */
export function officeConversations(person?: string, after?: string, limit = 50): Promise<{ conversations: Conversation[]; next?: string }> {
	const query = new URLSearchParams({ limit: String(limit) });
	if (person) query.set('person', person);
	if (after) query.set('after', after);
	return request('GET', `/office/conversations?${query}`);
}

/** A stretch before a position; by default the end. */
export const openAsOwner = (conversation: string, before?: string) =>
	request<{ conversation: Conversation; page: Page }>('POST', `/office/conversations/${encodeURIComponent(conversation)}/open`, before ? { before } : {});

/** A file's bytes, asked for once: each request is on record. */
export async function fileAsOwner(file: Attachment): Promise<Blob> {
	let answer: Response;
	try {
		answer = await fetch(address(`/attachments/${encodeURIComponent(file.id)}?as_owner=true`), { cache: 'no-store' });
		if (answer.ok) return await answer.blob();
	} catch {
		throw new Refused(unreachable);
	}
	throw new Refused(problemOf(answer.status, await answer.text()));
}
