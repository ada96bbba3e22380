import * as calls from '../api/drafts';
import { problemIn } from '../api/request';
import type { Draft as Kept, DraftMark } from '../wire';

/** The user's drafts as the server keeps them, without their text: what other devices wrote, and what was begun and not sent. */
export class Shelf {
	#all: Readonly<Record<string, Kept>> = $state.raw({});
	/** What this device is saving just now: the answer says how it stands. */
	#saving = new Set<string>();
	#heard = new Map<string, DraftMark>();
	/** What was sent or discarded. Its id is never used again: an answer that comes late does not bring it back. */
	#gone = new Set<string>();
	loaded = $state(false);
	#loading = false;
	/** Asked again while a list was on its way: that one may be too old. */
	#again = false;

	/** Fetches the list, once; and again after a reset, when events may have been missed. */
	async load(again = false): Promise<void> {
		if (this.#loading) this.#again ||= again;
		if (this.#loading || (this.loaded && !again)) return;
		this.#loading = true;
		this.#again = false;
		try {
			const before = this.#all;
			const { drafts } = await calls.list();
			// What changed while the list was on its way is newer than the list.
			const meanwhile = Object.values(this.#all).filter((d) => before[d.id] !== d);
			this.#all = Object.fromEntries(drafts.filter((d) => !this.#gone.has(d.id)).map((d) => [d.id, d]));
			for (const d of meanwhile) this.put(d);
			this.loaded = true;
		} catch {
			// away: the next composer, or the next reset, asks again
		}
		this.#loading = false;
		if (this.#again) await this.load(true);
	}

	/** Of a conversation, or (undefined) of those not yet started; saved last first. */
	of(conversation: string | undefined): Kept[] {
		const own = Object.values(this.#all).filter((d) => d.conversation === conversation);
		return own.toSorted((a, b) => b.saved_at.localeCompare(a.saved_at));
	}

	get(id: string): Kept | undefined {
		return this.#all[id];
	}

	put(d: Kept): void {
		if (!this.#gone.has(d.id) && d.version >= (this.#all[d.id]?.version ?? 0)) this.#all = { ...this.#all, [d.id]: d };
	}

	drop(id: string): void {
		this.#gone.add(id);
		const { [id]: _, ...rest } = this.#all;
		this.#all = rest;
	}

	/** Another device, or this one, saved a draft. */
	async changed(mark: DraftMark): Promise<void> {
		if (this.#saving.has(mark.id)) this.#heard.set(mark.id, mark);
		else if (mark.version > (this.#all[mark.id]?.version ?? 0)) await this.#fetch(mark.id);
	}

	async #fetch(id: string): Promise<void> {
		try {
			this.put((await calls.read(id)).draft);
		} catch (thrown) {
			if (problemIn(thrown).code === 'not_found') this.drop(id);
		}
	}

	/** This device saves a draft. */
	async save(id: string, draft: calls.DraftSave): Promise<calls.DraftKept> {
		this.#saving.add(id);
		try {
			const kept = await calls.save(id, draft);
			this.put(kept.draft);
			if (kept.beside) this.put(kept.beside);
			return kept;
		} finally {
			this.#saving.delete(id);
			const mark = this.#heard.get(id);
			this.#heard.delete(id);
			if (mark) void this.changed(mark);
		}
	}
}

export const shelf = new Shelf();
