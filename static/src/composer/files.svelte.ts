import type { Office } from '../api/answers';
import { problemIn, Refused } from '../api/request';
import { type Upload, upload } from '../api/upload';
import { newKey } from '../state/key';
import type { Attachment, Problem } from '../wire';
import { Turns } from './turns';

/** Three go up at a time: more would only slow each other down. */
const turns = new Turns(3);

/** The largest file that the server takes, in bytes (told by /me). */
let most = Infinity;
export const takeAtMost = (bytes: number): void => void (most = bytes);

/** A file on its way to the server, or there already. */
export class Outgoing {
	/** Names the upload to the server too: sent again, it is the same one. */
	readonly key = newKey();
	readonly name: string;
	readonly size: number;
	part = $state(0);
	attachment: Attachment | undefined = $state.raw();
	/** What it waits for, if it does. */
	waits = $state('');
	refusal = $state('');
	/** Whether what was refused may work when it is tried again. */
	again = $state(false);
	readonly #file: File | undefined;
	#upload: Upload | undefined;
	#leave: (() => void) | undefined;

	constructor(from: File | Attachment) {
		this.name = from.name;
		this.size = from.size;
		if (from instanceof File) {
			this.#file = from;
			this.begin();
		} else {
			this.attachment = from;
		}
	}

	begin(): void {
		const file = this.#file;
		if (!file) return;
		this.refusal = '';
		this.part = 0;
		if (file.size > most) return this.refuse(tooLarge(most));
		this.waits = 'Waits for the others';
		this.#leave = turns.take(() => {
			this.waits = '';
			this.#upload = upload(file, this.key, {
				moved: (part) => (this.part = part),
				broken: (word) => (this.waits = word),
			});
			return this.#upload.done.then(
				(attachment) => this.arrived(attachment),
				(thrown: unknown) => this.refuse(problemIn(thrown)),
			);
		});
	}

	arrived(attachment: Attachment): void {
		this.waits = '';
		this.attachment = attachment;
	}

	refuse(problem: Problem): void {
		this.waits = '';
		this.refusal = problem.detail;
		this.again = problem.retry;
	}

	cancel(): void {
		this.#upload?.cancel();
		this.#leave?.();
	}
}

const tooLarge = (bytes: number): Problem =>
	new Refused({ type: 'about:blank', title: 'Too large', code: 'too_large', retry: false, detail: `This file is too large: ${Math.floor(bytes / 100_000) / 10} MB at most.` }).problem;

/** Whether mail carries links alone, whatever is chosen. What others ask for is the server's to know. */
export const linksAlone = (office: Office, strict: boolean): boolean => office.mode === 'privacy' || strict;

/** The files of a draft. */
export class Files {
	all: readonly Outgoing[] = $state.raw([]);
	/** Mail carries links to them, and no files. */
	secure = $state(true);

	get done(): boolean {
		return this.all.every((f) => f.attachment);
	}

	get refused(): boolean {
		return this.all.some((f) => f.refusal !== '');
	}

	get attachments(): Attachment[] {
		return this.all.flatMap((f) => f.attachment ?? []);
	}

	add(files: Iterable<File | Attachment>): void {
		this.all = [...this.all, ...Array.from(files, (file) => new Outgoing(file))];
	}

	remove(file: Outgoing): void {
		file.cancel();
		this.all = this.all.filter((f) => f.key !== file.key);
	}

	clear(): void {
		this.all = [];
		this.secure = true;
	}
}
