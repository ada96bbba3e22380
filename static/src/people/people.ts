import type { Conversation, Participant, Person } from '../wire';

/** Up to two letters that stand for a name. */
export function initials(name: string): string {
	const words = name.trim().split(/\s+/).filter((w) => /\p{L}|\p{N}/u.test(w));
	const first = words[0]?.match(/[\p{L}\p{N}]/u)?.[0] ?? '?';
	const last = words.length > 1 ? (words.at(-1)?.match(/[\p{L}\p{N}]/u)?.[0] ?? '') : '';
	return (first + last).toUpperCase();
}

/** One of eight hues, always the same for the same person. */
export function hue(id: string): number {
	let sum = 0;
	for (const c of id) sum = (sum * 31 + (c.codePointAt(0) ?? 0)) % 8191;
	return sum % 8;
}

export const firstName = (p: Person): string => p.name.split(/\s+/)[0] ?? p.name;

export const active = (c: Conversation): Participant[] => c.participants.filter((p) => p.active);

/** Everybody but oneself; those who left only when nobody else is there. */
export function others(c: Conversation, self: string): Participant[] {
	const there = c.participants.filter((p) => p.id !== self);
	const still = there.filter((p) => p.active);
	return still.length > 0 ? still : there;
}

/** Ann; Ann and Ben; Ann, Ben and 3 others. */
export function named(people: readonly Person[], most = 3): string {
	const names = people.map((p) => p.name);
	if (names.length <= 1) return names[0] ?? '';
	if (names.length <= most) return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
	const rest = names.length - (most - 1);
	return `${names.slice(0, most - 1).join(', ')} and ${rest} others`;
}
