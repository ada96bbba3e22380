import * as calls from '../api/copies';
import type { Desk } from '../state/desk.svelte';
import type { Conversation, CopyMade } from '../wire';

/** The copies of the conversation that is looked at, kept true by what happens to it and in them. */
class Copies {
	#made: readonly CopyMade[] = $state.raw([]);
	/** What was last asked for: the server sends the conversation anew whenever something is copied from it. */
	#of: Conversation | undefined;

	/** The copies that a message stands in, in the order of the contacts' names. */
	of(message: string): CopyMade[] {
		return this.#made.filter((c) => c.messages.includes(message));
	}

	/** Whoever has the message already. */
	has(message: string): string[] {
		return this.of(message).map((c) => c.contact.id);
	}

	/** Fetches them, once for each change, however many parts of the screen ask. */
	async follow(desk: Desk, of: Conversation): Promise<void> {
		if (of === this.#of) return;
		if (of.id !== this.#of?.id) this.#made = [];
		this.#of = of;
		desk.copies = { heard: (conversation) => this.#made.some((c) => c.conversation === conversation) && void this.#load(desk, of) };
		await this.#load(desk, of);
	}

	/** Takes an answer of the server about the conversation that is looked at. */
	put(conversation: string, made: readonly CopyMade[]): void {
		if (conversation === this.#of?.id) this.#made = made;
	}

	// One after the other, so that the last answer is the newest.
	async #load(desk: Desk, of: Conversation): Promise<void> {
		try {
			const answer = await desk.inTurn(`copies ${of.id}`, () => calls.copies(of.id));
			if (answer) this.put(of.id, answer.copies);
		} catch {
			if (this.#of === of) this.#of = undefined; // asked again with the next change
		}
	}
}

export const copies = new Copies();
