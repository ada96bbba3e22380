import * as calls from '../api/drafts';
import { problemIn } from '../api/request';
import type { Desk } from '../state/desk.svelte';
import { newKey } from '../state/key';
import type { Draft as Kept } from '../wire';
import type { Draft } from './draft.svelte';
import { Keeper, type Place } from './keeper';
import { shelf } from './shelf.svelte';

/** Where a draft is written, and what belongs to it there. */
export interface Tended {
	desk: Desk;
	draft: Draft;
	/** Undefined: of a conversation not yet started. */
	conversation: string | undefined;
	content: Place['content'];
	show: (kept: Kept) => void;
	clear: () => void;
}

/** Keeps a draft while its place is on the screen, and follows what other devices do to it. To be called while a component is made. */
export function tend(t: Tended): Keeper {
	const keeper = (t.draft.keeper ??= new Keeper({
		content: t.content,
		save: (id, draft) => shelf.save(id, draft),
		discard: async (id, version) => {
			await calls.discard(id, version);
			shelf.drop(id);
		},
		told: (problem) => (t.draft.trouble = problem?.detail ?? ''),
		newID,
		now: () => Date.now(),
		later: (run, ms) => {
			const timer = setTimeout(run, ms);
			return () => clearTimeout(timer);
		},
	}));
	t.desk.drafts = shelf;
	void shelf.load();
	$effect(() => {
		t.content(); // whatever of it changes
		keeper.touched();
	});
	$effect(() => void follow(t, keeper, shelf.of(t.conversation)));
	return keeper;
}

// What other devices did. What is being written here is never overwritten: it is saved beside the other, and the user chooses.
async function follow(t: Tended, keeper: Keeper, kept: Kept[]): Promise<void> {
	if (!shelf.loaded || keeper.dirty || !t.draft.files.done) return;
	const same = kept.find((d) => d.id === keeper.id);
	if (!same && keeper.version > 0) {
		t.clear();
		keeper.renew();
		return;
	}
	const newer = same ? (same.version > keeper.version ? same : undefined) : t.conversation === undefined ? undefined : kept[0];
	if (!newer) return;
	try {
		await adopt(t, keeper, newer.id);
	} catch (thrown) {
		// Sent or discarded meanwhile. When the server is away, the next news of the draft tries again.
		if (problemIn(thrown).code === 'not_found') shelf.drop(newer.id);
	}
}

/** Goes on with a draft that the server keeps. */
export async function adopt(t: Tended, keeper: Keeper, id: string): Promise<void> {
	await keeper.flush();
	const { draft } = await calls.read(id);
	if (keeper.dirty || !t.draft.files.done) return; // somebody writes on, or a file is on its way
	shelf.put(draft);
	t.show(draft);
	keeper.took(draft);
}

/** A UUID of version 7 (RFC 9562): what the message is sent under, too. */
export function newID(): string {
	const hex = newKey();
	const variant = ((parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
