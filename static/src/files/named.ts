// Shows the file that the page's address names, as links in mails do: when this comes, and once.
import { router } from '../route.svelte';
import type { Attachment } from '../wire';
import { ask, view } from './open';

void openNamed();

async function openNamed(): Promise<void> {
	const asked = new URLSearchParams(location.search).get('file');
	if (!asked) return;
	router.go(location.pathname, 'replace');
	const file = await named(asked);
	view([file], file);
}

/** What the server says of a file, by its id alone. One that it refuses is asked for again by the viewer, which says why. */
async function named(id: string): Promise<Attachment> {
	const file: Attachment = { id, name: 'File', type: '', size: 0 };
	try {
		const { headers } = await ask(file, { headers: { Range: 'bytes=0-0' } });
		const name = /filename\*=UTF-8''([^;]+)/.exec(headers.get('Content-Disposition') ?? '')?.[1];
		file.name = name ? decodeURIComponent(name) : file.name;
		file.type = headers.get('Content-Type') ?? '';
		if (/^image\/(?:png|jpeg|gif|webp)$/.test(file.type)) file.width = 1; // is shown; how large it is turns out
	} catch {
		// said by the viewer
	}
	return file;
}
