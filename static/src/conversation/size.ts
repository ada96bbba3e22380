import type { Attachment } from '../wire';

/** 812 B, 14 kB, 2.3 MB. */
export function size(bytes: number): string {
	if (bytes < 1000) return `${bytes} B`;
	if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
	return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}

const pictures = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

/** Whether a file is shown as a picture at once: of a kind every browser draws, and not too big to fetch unasked. */
export const isPicture = (file: Attachment): boolean => pictures.has(file.type) && file.size <= 3_000_000;
