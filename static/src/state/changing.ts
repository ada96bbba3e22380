// What changes a conversation for all who are in it.
import * as calls from '../api/conversation';
import type { Desk } from './desk.svelte';

/** Changes a conversation's title or importance. Says whether it was done. */
export async function change(desk: Desk, conversation: string, to: { title?: string; important?: boolean }): Promise<boolean> {
	const changed = await desk.try(`change ${conversation}`, () => calls.change(conversation, to));
	if (changed) desk.do({ type: 'conversation', ...changed });
	return changed !== undefined;
}

export async function leave(desk: Desk, conversation: string): Promise<boolean> {
	const left = await desk.try(`leave ${conversation}`, async () => (await calls.removePerson(conversation, desk.self.id), true));
	return left === true;
}
