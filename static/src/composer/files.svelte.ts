import { problemIn } from '../api/request';
import { type Upload, upload } from '../api/upload';
import { newKey } from '../state/key';
import type { Attachment, Problem } from '../wire';

/** A file on its way to the server, or there already. */
export class Outgoing {
	readonly key = newKey();
	readonly name: string;
	readonly size: number;
	part = $state(0);
	attachment: Attachment | undefined = $state.raw();
	refusal = $state('');
	/** Whether what was refused may work when it is tried again. */
	again = $state(false);
	readonly #file: File | undefined;
	#upload: Upload | undefined;

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
		if (!this.#file) return;
		this.refusal = '';
		this.part = 0;
		this.#upload = upload(this.#file, (part) => (this.part = part));
		this.#upload.done.then(
			(attachment) => (this.attachment = attachment),
			(thrown: unknown) => this.refuse(problemIn(thrown)),
		);
	}

	refuse(problem: Problem): void {
		this.refusal = problem.detail;
		this.again = problem.retry;
	}

	cancel(): void {
		this.#upload?.cancel();
	}
}

/** The files of a draft. */
export class Files {
	all: readonly Outgoing[] = $state.raw([]);

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
	}
}
