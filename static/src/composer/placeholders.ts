/** What stands in a text for something to be filled in, as templates have it (chat/placeholder.go). */
export const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** The names of what is still to be filled in, each once. */
export function unfilled(html: string): string[] {
	const text = html.replaceAll(/<[^>]*>/g, '');
	return [...new Set(Array.from(text.matchAll(placeholder), ([, name]) => name ?? ''))];
}
