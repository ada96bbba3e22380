import { problemIn } from '../api/request';
import { type Upload, upload } from '../api/upload';
import { newKey } from '../state/key';
import type { Attachment } from '../wire';

/** A file on its way to the server. */
export class Outgoing {
	readonly key = newKey();
	part = $state(0);
	attachment: Attachment | undefined = $state.raw();
	refusal = $state('');
	#upload: Upload | undefined;

	constructor(readonly file: File) {
		this.begin();
	}

	begin(): void {
		this.refusal = '';
		this.part = 0;
		this.#upload = upload(this.file, (part) => (this.part = part));
		this.#upload.done.then(
			(attachment) => (this.attachment = attachment),
			(thrown: unknown) => (this.refusal = problemIn(thrown).detail),
		);
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

	get attachments(): Attachment[] {
		return this.all.flatMap((f) => f.attachment ?? []);
	}

	add(files: Iterable<File>): void {
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
