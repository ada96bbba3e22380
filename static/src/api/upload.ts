import type { Attachment } from '../wire';
import { address, problemOf, Refused, unreachable } from './request';

/** An upload under way. */
export interface Upload {
	done: Promise<Attachment>;
	cancel(): void;
}

/** Uploads a file, telling how much of it (0 to 1) is over. A cancelled upload never settles. */
export function upload(file: File, told: (part: number) => void): Upload {
	const sender = new XMLHttpRequest(); // fetch tells nothing of a request body's progress
	const done = new Promise<Attachment>((resolve, reject) => {
		sender.upload.addEventListener('progress', (e) => e.lengthComputable && told(e.loaded / e.total));
		sender.addEventListener('error', () => reject(new Refused(unreachable)));
		sender.addEventListener('load', () => {
			if (sender.status === 201) resolve(JSON.parse(sender.responseText) as Attachment);
			else reject(new Refused(problemOf(sender.status, sender.responseText)));
		});
	});
	sender.open('POST', address(`/attachments?${new URLSearchParams({ name: file.name })}`));
	sender.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
	sender.send(file);
	return { done, cancel: () => sender.abort() };
}
