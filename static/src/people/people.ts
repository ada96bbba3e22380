import type { Conversation, Participant, Person } from '../wire';

// Titles before a name (Dr., Prof.) do not tell people apart.
const words = (name: string): string[] => {
	const all = name.trim().split(/\s+/);
	const own = all.filter((w) => !/^\p{L}+\.$/u.test(w) && /[\p{L}\p{N}]/u.test(w));
	return own.length > 0 ? own : all;
};

/** Up to two letters that stand for a name. */
export function initials(name: string): string {
	const own = words(name);
	const letters = [own[0], own.length > 1 ? own.at(-1) : ''].map((w) => w?.match(/[\p{L}\p{N}]/u)?.[0] ?? '');
	return letters.join('').toUpperCase() || '?';
}

/** One of eight hues, always the same for the same person. */
export function hue(id: string): number {
	let sum = 0;
	for (const c of id) sum = (sum * 31 + (c.codePointAt(0) ?? 0)) % 8191;
	return sum % 8;
}

export const firstName = (p: Person): string => words(p.name)[0] ?? p.name;

export const active = (c: Conversation): Participant[] => c.participants.filter((p) => p.active);

/** Everybody but oneself, those of the other side first; those who left only when nobody else is there. */
export function others(c: Conversation, self: Person): Participant[] {
	const there = c.participants.filter((p) => p.id !== self.id);
	const still = there.filter((p) => p.active);
	const near = (p: Participant) => Number(p.kind === self.kind);
	return (still.length > 0 ? still : there).toSorted((a, b) => near(a) - near(b));
}

/** Ann; Ann and Ben; Ann, Ben and 3 others. */
export function named(people: readonly Person[], most = 3): string {
	const names = people.map((p) => p.name);
	if (names.length <= 1) return names[0] ?? '';
	if (names.length <= most) return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
	const rest = names.length - (most - 1);
	return `${names.slice(0, most - 1).join(', ')} and ${rest} others`;
}
