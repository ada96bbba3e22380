// What somebody does to many conversations at once, in their own view: it shows at once, and can be undone.
import type { MarkedMany } from '../api/answers';
import { problemIn, request } from '../api/request';
import type { Row, Standing } from '../wire';
import type { Desk } from './desk.svelte';

export type Marking = 'read' | 'unread' | 'archived' | 'inbox';

/** How many the server marks at once. */
export const most = 500;

const call = (conversations: string[], as: Marking) => request<MarkedMany>('POST', '/marks', { conversations, as });

const assumed: Record<Marking, Partial<Standing>> = {
	read: { unread: false, marked_unread: false },
	unread: { unread: true, marked_unread: true },
	archived: { archived: true },
	inbox: { archived: false },
};

const undoes: Record<Marking, Marking> = { read: 'unread', unread: 'read', archived: 'inbox', inbox: 'archived' };

/** Whether the mark changes anything. */
export function changes({ standing: s }: Row, as: Marking): boolean {
	if (as === 'read') return s.unread;
	if (as === 'unread') return s.active && !s.unread;
	return s.archived !== (as === 'archived');
}

/** Marks all that are not so already. */
export async function mark(desk: Desk, ids: readonly string[], as: Marking): Promise<void> {
	const row = (id: string) => desk.state.rows[id]?.row;
	const before = ids.flatMap((id) => row(id) ?? []).filter((r) => changes(r, as));
	if (before.length === 0) {
		desk.tell(`${many(ids.length)} ${ids.length === 1 ? 'is' : 'are'} so already.`);
		return;
	}
	// What has something new since is unread in its own right: undoing leaves it alone.
	const still = () => before.filter((r) => row(r.conversation.id)?.newest?.position === r.newest?.position).map((r) => r.conversation.id);
	const done = post(desk, before, as, () => mark(desk, ids, as));
	desk.tell(`${many(before.length)} ${said[as]}.`, 'plain', { name: 'Undo', run: () => void mark(desk, still(), undoes[as]) });
	await done;
}

const many = (n: number): string => (n === 1 ? '1 conversation' : `${n} conversations`);
const said: Record<Marking, string> = { read: 'marked read', unread: 'marked unread', archived: 'archived', inbox: 'brought back' };

// Assumed at once; a refusal puts all of it back, and can be tried again.
async function post(desk: Desk, rows: readonly Row[], as: Marking, again: () => Promise<void>): Promise<void> {
	for (const r of rows) desk.do({ type: 'assumed', conversation: r.conversation.id, standing: assumed[as] });
	try {
		const answer = await desk.inTurn('marks', () => call(rows.map((r) => r.conversation.id), as));
		if (answer) desk.do({ type: 'marked', ...answer });
	} catch (thrown) {
		for (const r of rows) {
			const kept = Object.fromEntries(Object.keys(assumed[as]).map((part) => [part, r.standing[part as keyof Standing]]));
			desk.do({ type: 'assumed', conversation: r.conversation.id, standing: kept });
		}
		desk.tell(problemIn(thrown).detail, 'bad', { name: 'Try again', run: again });
	}
}
