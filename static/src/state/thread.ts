import type { Page } from '../api/answers';
import type { Message, Receipt } from '../wire';
import type { Thread } from './state';

/** Where a page was asked for: about a position, `since` a time, or at the `end`. One that is not `before` or `after` starts the stretch anew. */
export type Asked = 'before' | 'after' | 'around' | 'since' | 'end';

/** Takes a page into the thread. Messages are never rewritten, but for what is taken back, so pages and events may overlap in any order. */
export function withPage(thread: Thread, page: Page, asked: Asked): Thread {
	const anew = !thread.loaded || (asked !== 'before' && asked !== 'after');
	const base = anew ? [] : thread.messages;
	const reachesEnd = !page.more_after && asked !== 'before';
	const moreAfter = anew || asked === 'after' ? page.more_after : thread.moreAfter;
	return {
		loaded: true,
		messages: insert(insert(base, standing(thread, page.messages)), reachesEnd ? thread.tail : []),
		tail: reachesEnd ? [] : thread.tail,
		receipts: addReceipts(thread.receipts, page.receipts),
		withdrawn: thread.withdrawn,
		moreBefore: anew || asked === 'before' ? page.more_before : thread.moreBefore,
		moreAfter,
		problem: undefined,
	};
}

/** Takes a message that came live, or one's own that was acknowledged. */
export function withMessage(thread: Thread, m: Message): Thread {
	const fresh = standing(thread, [m]);
	if (thread.loaded && !thread.moreAfter) return { ...thread, messages: insert(thread.messages, fresh) };
	return { ...thread, tail: insert(thread.tail, fresh) };
}

/** Takes a message back: its place stays, without what it said, or it goes as if it had never been there. */
export function withWithdrawn(thread: Thread, m: Message): Thread {
	const now = { ...thread, withdrawn: { ...thread.withdrawn, [m.id]: m } };
	return { ...now, messages: standing(now, thread.messages), tail: standing(now, thread.tail) };
}

// Messages as they stand now, whatever the answer says that brought them.
const standing = (thread: Thread, messages: readonly Message[]): readonly Message[] =>
	messages.some((m) => thread.withdrawn[m.id])
		? messages.map((m) => thread.withdrawn[m.id] ?? m).filter((m) => m.withdrawn?.how !== 'undone')
		: messages;

export const withReceipt = (thread: Thread, r: Receipt): Thread => ({ ...thread, receipts: addReceipts(thread.receipts, [r]) });

// Both ascending by position. The same message twice stays one: the later word on it holds.
function insert(into: readonly Message[], more: readonly Message[]): readonly Message[] {
	if (more.length === 0) return into;
	const last = into.at(-1);
	const first = more[0];
	if (!last || (first && first.position > last.position)) return [...into, ...more];
	const known = new Map(into.map((m) => [m.id, m]));
	for (const m of more) known.set(m.id, m);
	return [...known.values()].toSorted((a, b) => (a.position < b.position ? -1 : 1));
}

function addReceipts(into: readonly Receipt[], more: readonly Receipt[]): readonly Receipt[] {
	const fresh = more.filter((r) => !into.some((k) => k.reader.id === r.reader.id && k.through === r.through));
	return fresh.length === 0 ? into : [...into, ...fresh];
}
