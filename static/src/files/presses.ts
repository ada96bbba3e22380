// Hears of presses on files (conversation/Files.svelte): whoever imports this module has them shown in the page.
import type { Attachment } from '../wire';
import { openFile } from './open';

document.addEventListener('click', (e) => {
	const link = e.target instanceof Element ? e.target.closest<HTMLAnchorElement>('a.file') : null;
	if (!link || e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
	e.preventDefault();
	const among = [...(link.closest('.files') ?? link).querySelectorAll<HTMLAnchorElement>('a.file')].map(fileOf);
	void openFile(fileOf(link), among);
});

/** What the link says of its file. */
function fileOf(link: HTMLAnchorElement): Attachment {
	const file: Attachment = { id: link.pathname.split('/').pop() ?? '', name: link.download, type: link.type, size: 0 };
	const picture = link.querySelector('img');
	return picture ? { ...file, width: picture.width } : file;
}
