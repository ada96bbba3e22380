import type { Found, Sitting } from '../api/answers';

/** Which of the clients to be added are of another firm or household than one who is there, or than each other. */
export function strangers(there: readonly Pick<Sitting, 'id' | 'kind' | 'active' | 'account'>[], chosen: readonly Found[]): Found[] {
	const home = (p: { id: string; account?: { id: string } | undefined }) => p.account?.id ?? p.id;
	const clients = chosen.filter((p) => p.kind === 'contact');
	const homes = new Set([...there.filter((p) => p.kind === 'contact' && p.active), ...clients].map(home));
	if (homes.size < 2) return [];
	const known = new Set(there.filter((p) => p.kind === 'contact' && p.active).map(home));
	return clients.filter((p) => known.size === 0 || known.size > 1 || !known.has(home(p)));
}
