// What somebody does to their own view of a conversation: it shows at once, and can be undone.
import * as calls from '../api/conversation';
import type { Stood } from '../api/answers';
import { problemIn } from '../api/request';
import type { Standing } from '../wire';
import type { Desk } from './desk.svelte';

/** Puts a conversation into the archive, or brings it back. */
export async function archive(desk: Desk, id: string, on: boolean): Promise<void> {
	const done = stand(desk, id, { archived: on, deleted: false }, () => calls.archive(id, on), () => archive(desk, id, on));
	const undo = () => archive(desk, id, !on);
	desk.tell(on ? 'Archived. A new message brings it back.' : 'Back in the inbox.', 'plain', { name: 'Undo', run: undo });
	await done;
}

/** Takes a conversation out of one's own lists, or puts it back. */
export async function remove(desk: Desk, id: string, on: boolean): Promise<void> {
	const before = desk.state.rows[id]?.row.standing.archived ?? false;
	const done = stand(desk, id, { archived: on, deleted: on }, () => calls.remove(id, on), () => remove(desk, id, on));
	const undo = () => (on ? archive(desk, id, before) : remove(desk, id, true));
	desk.tell(on ? 'Deleted from your lists. The office keeps it, and a new message brings it back.' : 'Back in the inbox.', 'plain', { name: 'Undo', run: undo });
	await done;
}

export async function mute(desk: Desk, id: string, on: boolean): Promise<void> {
	const done = stand(desk, id, { muted: on }, () => calls.mute(id, on), () => mute(desk, id, on));
	const undo = () => mute(desk, id, !on);
	desk.tell(on ? 'Muted: it no longer counts as unread.' : 'No longer muted.', 'plain', { name: 'Undo', run: undo });
	await done;
}

export async function markUnread(desk: Desk, id: string): Promise<void> {
	await stand(desk, id, { unread: true, marked_unread: true }, () => calls.markUnread(id), () => markUnread(desk, id));
}

// Assumed at once. What the server says of it holds; what it refuses is put back, and can be tried again. Acts on one conversation go one after the
// other, so that the last one wins.
async function stand(desk: Desk, conversation: string, assumed: Partial<Standing>, ask: () => Promise<Stood>, again: () => Promise<void>): Promise<void> {
	const before = desk.state.rows[conversation]?.row.standing;
	desk.do({ type: 'assumed', conversation, standing: assumed });
	try {
		const stood = await desk.inTurn(`standing ${conversation}`, ask);
		if (stood) desk.do({ type: 'standing', conversation, ...stood });
	} catch (thrown) {
		const kept = Object.fromEntries(Object.keys(assumed).map((part) => [part, before?.[part as keyof Standing]]));
		desk.do({ type: 'assumed', conversation, standing: kept });
		desk.tell(problemIn(thrown).detail, 'bad', { name: 'Try again', run: again });
	}
}
