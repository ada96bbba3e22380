// Fetches what is shown, and takes it into the state.
import type { ListName } from '../api/answers';
import * as calls from '../api/reading';
import { problemIn } from '../api/request';
import type { Desk } from './desk.svelte';
import type { Asked } from './thread';

/** Loads the first page of a list, or the next one. */
export async function loadList(desk: Desk, name: ListName, more: boolean): Promise<void> {
	const after = more ? desk.state.lists[name].next : undefined;
	if (more && after === undefined) return;
	const page = await desk.ask(`list ${name}`, () => calls.list(name, after));
	if (page) desk.do({ type: 'list', name, page, after });
}

/** Loads a stretch of a conversation. What comes live meanwhile is collected, so nothing falls between. */
export async function loadPage(desk: Desk, conversation: string, asked: Asked, at = ''): Promise<void> {
	desk.do({ type: 'opening', conversation });
	try {
		const page = await desk.ask(`page ${conversation}`, () => calls.page(conversation, asked === 'end' ? {} : { [asked]: at }));
		if (page) desk.do({ type: 'page', conversation, page, asked });
	} catch (thrown) {
		desk.do({ type: 'page failed', conversation, problem: problemIn(thrown) });
	}
}
