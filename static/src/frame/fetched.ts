import type { Desk } from '../state/desk.svelte';

/** What is fetched when it is first wanted; undefined, and told, when it cannot be had. */
export async function fetched(desk: Desk): Promise<typeof import('../more') | undefined> {
	try {
		return await import('../more');
	} catch {
		desk.tell('This part could not be fetched. Postern may have been renewed meanwhile.', 'bad');
		return undefined;
	}
}
