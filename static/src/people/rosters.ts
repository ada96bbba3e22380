import type { Found } from '../api/answers';

/** Whether this stands for several people: a team or a circle. */
export const isRoster = (p: Found): boolean => p.kind === 'team' || p.kind === 'circle';

/** Those with a word in their name that begins with each word typed, as the directory finds people. */
export function like<Named extends { name: string }>(among: readonly Named[], typed: string): Named[] {
	const words = plain(typed).split(/\s+/).filter(Boolean);
	return among.filter((r) => {
		const own = plain(r.name).split(/\s+/);
		return words.every((w) => own.some((o) => o.startsWith(w)));
	});
}

const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** What stands beside a name that is offered: the account, or what kind of group it is and how large. */
export function about(p: Found): string {
	if (!isRoster(p)) return p.account?.name ?? (p.kind === 'staff' ? 'Staff' : '');
	return `${p.kind === 'team' ? 'Team' : 'Circle'}, ${p.members === 1 ? '1 person' : `${p.members ?? 0} people`}`;
}
