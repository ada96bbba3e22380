import type { DraftKept, DraftSave } from '../api/drafts';
import { problemIn } from '../api/request';
import type { Draft as Kept } from '../wire';

/** How long after the last change a draft is saved, and how long at most while somebody writes on, in ms. */
export const pace = { rest: 1000, most: 5000 };

/** What a keeper keeps, and where. */
export interface Place {
	/** What is to be saved; undefined: nothing that anybody would miss. */
	content(): Omit<DraftSave, 'based_on'> | undefined;
	save(id: string, draft: DraftSave): Promise<DraftKept>;
	discard(id: string, version: number): Promise<void>;
	newID(): string;
	now(): number;
	later(run: () => void, ms: number): () => void;
}

/** Saves what is written in one place: a moment after the last change, one save at a time, each based on the version before it. */
export class Keeper {
	id: string;
	version = 0;
	/** A save was begun under this id, whether it was answered or not: sending has to end the draft. */
	begun = false;
	#saved = '';
	#cancel: (() => void) | undefined;
	#since = 0;
	#saving = false;

	constructor(private readonly to: Place) {
		this.id = to.newID();
	}

	get dirty(): boolean {
		return this.#saving || this.#print() !== this.#saved;
	}

	/** Something may have changed. */
	touched(): void {
		if (!this.dirty) return;
		const now = this.to.now();
		this.#since ||= now;
		this.#cancel?.();
		this.#cancel = this.to.later(() => void this.flush(), Math.max(0, Math.min(pace.rest, this.#since + pace.most - now)));
	}

	/** Saves at once what is not saved. */
	async flush(): Promise<void> {
		this.#cancel?.();
		this.#since = 0;
		if (this.#saving || this.#print() === this.#saved) return;
		this.#saving = true;
		const print = this.#print();
		try {
			await this.#save(print);
		} catch (thrown) {
			this.#refused(problemIn(thrown).code);
		}
		this.#saving = false;
		if (this.#print() !== print) this.touched();
	}

	async #save(print: string): Promise<void> {
		const { id, version } = this;
		const content = this.to.content();
		if (!content) {
			if (version > 0) await this.to.discard(id, version);
			if (this.id === id) this.renew();
			return;
		}
		this.begun = true;
		const answer = await this.to.save(id, { ...content, based_on: version });
		if (this.id !== id) return; // sent meanwhile
		this.id = answer.draft.id;
		this.version = answer.draft.version;
		this.#saved = print;
	}

	// What was sent or discarded elsewhere and is still being written here begins anew. What is away is tried again with the next change.
	#refused(code: string): void {
		if (code === 'expired' || code === 'conflict') this.renew();
		else this.#cancel = this.to.later(() => void this.flush(), pace.most);
	}

	/** The place holds this draft now, as it is kept. */
	took(d: Kept): void {
		this.#cancel?.();
		this.id = d.id;
		this.version = d.version;
		this.begun = true;
		this.#saved = this.#print();
	}

	/** What the place holds is what was taken, in the editor's own form. */
	settle(): void {
		if (this.version > 0 && !this.#saving) this.#saved = this.#print();
	}

	/** What is written from now on is another draft. */
	renew(): void {
		this.#cancel?.();
		this.id = this.to.newID();
		this.version = 0;
		this.begun = false;
		this.#saved = '';
	}

	#print(): string {
		const content = this.to.content();
		return content ? JSON.stringify(content) : '';
	}
}
