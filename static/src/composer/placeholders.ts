/** What stands in a text for something to be filled in, as templates have it (chat/placeholder.go). */
export const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** The names of what is still to be filled in, each once. */
export function unfilled(html: string): string[] {
	const text = html.replaceAll(/<[^>]*>/g, '');
	return [...new Set(Array.from(text.matchAll(placeholder), ([, name]) => name ?? ''))];
}

/** A placeholder as it is offered and as it is written; one that is not known: as it is written. */
export function called(name: string, known: readonly { name: string; about: string }[]): string {
	const about = known.find((p) => p.name === name)?.about;
	return about ? `${about} {{${name}}}` : `{{${name}}}`;
}
