// What happens when somebody presses a file: it is shown, or downloaded.
import { mount, unmount } from 'svelte';
import { address, problemOf, Refused, unreachable } from '../api/request';
import type { Attachment } from '../wire';
import Viewer from './Viewer.svelte';

/** Whether it is looked at here; everything else is downloaded. */
export const shown = (file: Attachment): boolean => file.width !== undefined || file.type === 'application/pdf';

const addressOf = (file: Attachment): string => address(`/attachments/${encodeURIComponent(file.id)}`);

/** Opens one of the files of a message. Why one cannot be downloaded is said where others are shown. */
export async function openFile(file: Attachment, among: readonly Attachment[]): Promise<void> {
	if (shown(file)) view(among.filter(shown), file);
	else if ((await download(file)) !== undefined) view([file], file);
}

export function view(files: readonly Attachment[], first: Attachment): void {
	const before = document.activeElement;
	const viewer = mount(Viewer, {
		target: document.body,
		props: {
			files,
			first,
			closed: () => {
				void unmount(viewer);
				if (before instanceof HTMLElement) before.focus();
			},
		},
	});
}

/** Downloads a file once the server has said that it may be had: a download that is refused would leave an odd file. */
export async function download(file: Attachment): Promise<string | undefined> {
	try {
		await ask(file, { headers: { Range: 'bytes=0-0' } });
	} catch (thrown) {
		return (thrown instanceof Refused ? thrown.problem : unreachable).detail;
	}
	const link = document.createElement('a');
	link.href = addressOf(file);
	link.download = file.name;
	link.click();
	return undefined;
}

/** The bytes of a file; what is refused is thrown. */
export const bytesOf = async (file: Attachment, gone: AbortSignal): Promise<Blob> => (await ask(file, { signal: gone })).blob();

export async function ask(file: Attachment, how: RequestInit): Promise<Response> {
	const answer = await fetch(addressOf(file), { cache: 'no-store', ...how });
	if (answer.ok || answer.status === 416) return answer; // an empty file has no first byte
	throw new Refused(problemOf(answer.status, await answer.text()));
}
