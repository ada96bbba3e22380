import type { Person, Sign } from '../wire';

/** A passing sign, and when it is forgotten if it is not repeated. */
export interface Passing {
	readonly conversation: string;
	readonly person: Person;
	readonly note: boolean;
	readonly until: number;
}

/** How long a sign holds without a repeat, in ms (docs/protocol.md). */
export const holds = { typing: 6000, viewing: 40_000 };

/** Signs after one more at a time (ms). */
export function hear(signs: readonly Passing[], sign: Sign, now: number, hold: number): readonly Passing[] {
	const others = signs.filter((s) => !(s.conversation === sign.conversation && s.person.id === sign.person.id));
	if (!sign.on) return others;
	return [...others, { conversation: sign.conversation, person: sign.person, note: sign.note ?? false, until: now + hold }];
}

/** Without what has run out. The same list when nothing has. */
export function forget(signs: readonly Passing[], now: number): readonly Passing[] {
	return signs.some((s) => s.until <= now) ? signs.filter((s) => s.until > now) : signs;
}

/** A message ends its author's typing. */
export function spoke(signs: readonly Passing[], conversation: string, person: string): readonly Passing[] {
	const others = signs.filter((s) => s.conversation !== conversation || s.person.id !== person);
	return others.length === signs.length ? signs : others;
}
