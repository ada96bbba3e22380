import type { DraftKept, DraftSave } from '../api/drafts';
import { problemIn } from '../api/request';
import type { Draft as Kept, Problem } from '../wire';

/** How long after the last change a draft is saved, how long at most while somebody writes on, and how long at most between tries of what is refused, in ms. */
export const pace = { rest: 1000, most: 5000, patience: 60_000 };

/** What a keeper keeps, and where. */
export interface Place {
	/** What is to be saved; undefined: nothing that anybody would miss. */
	content(): Omit<DraftSave, 'based_on'> | undefined;
	save(id: string, draft: DraftSave): Promise<DraftKept>;
	discard(id: string, version: number): Promise<void>;
	newID(): string;
	now(): number;
	later(run: () => void, ms: number): () => void;
	/** Why it could not be saved; undefined: it was. */
	told(problem: Problem | undefined): void;
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
	/** How often it was refused in a row, and before when it is not tried again. */
	#refusals = 0;
	#notBefore = 0;

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
		this.#cancel = this.to.later(() => void this.flush(), Math.max(0, this.#notBefore - now, Math.min(pace.rest, this.#since + pace.most - now)));
	}

	/** The version that is sent with what is written: with a save under way the one that it makes. */
	get sending(): number {
		return this.version + Number(this.#saving);
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
			this.#refusals = this.#notBefore = 0;
			this.to.told(undefined);
		} catch (thrown) {
			this.#refused(problemIn(thrown));
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

	// What was sent or discarded elsewhere and is still being written here begins anew. A server that is away is tried again, less and less often; what it
	// will not have as it is waits for the next change, and that no more often.
	#refused(problem: Problem): void {
		if (problem.code === 'expired' || problem.code === 'conflict') {
			this.renew();
			return;
		}
		const wait = Math.min(pace.patience, Math.max(pace.most * 2 ** this.#refusals++, (problem.retry_after_s ?? 0) * 1000));
		this.#notBefore = this.to.now() + wait;
		this.to.told(problem);
		if (problem.retry) this.#cancel = this.to.later(() => void this.flush(), wait);
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
		this.#refusals = this.#notBefore = 0;
		this.#saved = '';
	}

	#print(): string {
		const content = this.to.content();
		return content ? JSON.stringify(content) : '';
	}
}
