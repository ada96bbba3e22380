// Taking back what one has just sent: it goes as if it had never been there, and its words come back to where they were written.
import { save } from '../api/drafts';
import { problemIn } from '../api/request';
import * as calls from '../api/withdrawing';
import { router } from '../route.svelte';
import type { Desk } from '../state/desk.svelte';
import { arrived, drop } from '../state/sending';
import type { Pending } from '../state/state';
import { draftOf } from './draft.svelte';
import { shelf } from './shelf.svelte';
import { newID } from './tending.svelte';

/** Offers to undo a send, for as long as the server takes it. `message` is what it has become, where that is known already. */
export function offerUndo(desk: Desk, pending: Pending, message?: string): void {
	const ms = desk.me.undo_s * 1000;
	if (ms <= 0) return;
	const run = () => void undo(desk, pending, message);
	desk.tell(pending.note ? 'Note added.' : 'Sent.', 'plain', { name: 'Undo', run, until: Date.now() + ms, sent: pending.conversation });
}

async function undo(desk: Desk, pending: Pending, known: string | undefined): Promise<void> {
	if (desk.outbox?.take(pending.key)) {
		drop(desk, pending);
		await giveBack(desk, pending);
		return;
	}
	try {
		const back = await desk.ask(`undo ${pending.key}`, async () => {
			return calls.undo(pending.conversation, known ?? (await arrived(pending)).message.id);
		});
		if (!back) return;
		desk.outbox?.arrived(pending.key);
		drop(desk, pending);
		if (await vanished(desk, pending.conversation)) {
			await goOnAsDraft();
			return;
		}
		desk.do({ type: 'withdrawn', message: back.message, as_of: back.as_of });
		await giveBack(desk, { ...pending, attachments: back.files });
	} catch (thrown) {
		desk.tell(problemIn(thrown).detail, 'bad');
	}
}

// A conversation in which nothing is left is nobody's any more; else its row is as it was before.
async function vanished(desk: Desk, conversation: string): Promise<boolean> {
	try {
		await desk.loadRow(conversation);
		return false;
	} catch (thrown) {
		return problemIn(thrown).code === 'not_found';
	}
}

// The server has made a draft of the conversation again, with its recipients.
async function goOnAsDraft(): Promise<void> {
	await shelf.load(true);
	const draft = shelf.of(undefined)[0];
	router.go(draft ? `/new?draft=${draft.id}` : '/new');
}

/** Puts words back to where they were written; where something else is being written by now, they are kept as a draft beside it. */
export async function giveBack(desk: Desk, pending: Pending): Promise<void> {
	const { conversation, html, note, important, unsigned = false, bcc, secure = true, attachments } = pending;
	const draft = draftOf(conversation);
	if (draft.untouched) {
		draft.take(pending);
		draft.returned += 1;
		return;
	}
	try {
		shelf.put((await save(newID(), { based_on: 0, conversation, html, note, important, unsigned, bcc, secure, attachments: attachments.map((a) => a.id) })).draft);
		desk.tell('What you had sent is kept as a draft, beside what you write now.');
	} catch (thrown) {
		draft.take(pending); // rather in one field than lost
		desk.tell(problemIn(thrown).detail, 'bad');
	}
}
