/** A place in the user's stream of events: what `since` and `as_of` say. */
export interface Place {
	epoch: string;
	number: number;
}

/** Reads EPOCH.N. */
export function place(text: string): Place {
	const dot = text.indexOf('.');
	return { epoch: text.slice(0, dot), number: Number(text.slice(dot + 1)) };
}

export const written = (p: Place): string => `${p.epoch}.${p.number}`;
