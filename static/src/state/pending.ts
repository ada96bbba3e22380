import type { Problem } from '../wire';
import type { Pending, State } from './state';

type AllPending = State['pending'];

export const begun = (all: AllPending, p: Pending): AllPending => ({
	...all,
	[p.conversation]: [...(all[p.conversation] ?? []).filter((q) => q.key !== p.key), p],
});

/** Without the message of this key: it came back, or its writer took it back. */
export function settled(all: AllPending, conversation: string, key: string): AllPending {
	const here = all[conversation];
	return here?.some((p) => p.key === key) ? { ...all, [conversation]: here.filter((p) => p.key !== key) } : all;
}

export function refused(all: AllPending, conversation: string, key: string, problem: Problem | undefined): AllPending {
	const here = all[conversation];
	return here ? { ...all, [conversation]: here.map((p) => (p.key === key ? { ...p, problem } : p)) } : all;
}

export const find = (all: AllPending, conversation: string, key: string): Pending | undefined =>
	all[conversation]?.find((p) => p.key === key);
