import { describe, expect, test } from 'vitest';
import { begun, listed, uncounted, unsaid, unsaidYet } from './rows';
import { reduce } from './reduce';
import type { ListName } from '../api/answers';
import type { Draft, Preview, Row } from '../wire';
import { ann, at, ben, created, event, message, page, position, row, state } from './testing';

const seen = (id: string, minute: number, more: Partial<Row['standing']> = {}, important = false): Row => {
	const r = row(id);
	return {
		conversation: { ...r.conversation, important },
		standing: { ...r.standing, ...more },
		newest: { position: position(1), kind: 'message', author: null, text: '', attachments: false, at: at(minute) },
	};
};
const list = (rows: Row[], name: ListName = 'inbox', next?: string) => ({ type: 'list' as const, name, after: undefined, page: { rows, next, badge: 0, as_of: '7.10' } });
const shown = (s: ReturnType<typeof state>, name: ListName = 'inbox') => listed(s.rows, s.lists[name], name, ann.id).map((r) => r.conversation.id);

test('last activity comes first', () => {
	expect(shown(state(list([seen('a', 1), seen('b', 3), seen('c', 2)])))).toEqual(['b', 'c', 'a']);
});

test('reading never reorders rows', () => {
	const s = state(list([seen('a', 1, { unread: true }), seen('b', 3), seen('c', 2, { unread: true })]));
	const standing = { ...row('a').standing, last_read: position(1), unread: false };
	expect(shown(reduce(s, event(11, { type: 'cursor.moved', data: { conversation: 'a', standing } })))).toEqual(shown(s));
});

test('a new message brings its conversation to the top', () => {
	const s = state(list([seen('a', 1), seen('b', 3)]));
	expect(shown(reduce(s, created(11, message(9, { conversation: 'a' }))))).toEqual(['a', 'b']);
});

test('a row older than the last one loaded is not shown while there are more between', () => {
	const s = state(list([seen('a', 9), seen('b', 5)], 'inbox', 'next'), { type: 'row', row: seen('old', 1), as_of: '7.10' });
	expect(shown(s)).toEqual(['a', 'b']);
	const all = { ...list([seen('c', 3)]), after: 'next' };
	expect(shown(reduce(s, all))).toEqual(['a', 'b', 'c', 'old']);
});

test('what one reads in the unread list stays there until one leaves it', () => {
	const s = state(list([seen('a', 1, { unread: true }), seen('b', 3, { unread: true })], 'unread'));
	const read = reduce(s, event(11, { type: 'cursor.moved', data: { conversation: 'a', standing: row('a').standing } }));
	expect(shown(read, 'unread')).toEqual(['b', 'a']);
	expect(shown(reduce(read, { type: 'list left', name: 'unread' }), 'unread')).toEqual(['b']);
});

test('each list shows what belongs to it', () => {
	const s = state(list([seen('a', 1), seen('b', 2, { archived: true }), seen('c', 3, { unread: true }), seen('d', 4, {}, true)]));
	expect(shown(s)).toEqual(['d', 'c', 'a']);
	expect(shown(s, 'unread')).toEqual(['c']);
	expect(shown(s, 'important')).toEqual(['d']);
	expect(shown(s, 'archived')).toEqual(['b']);
	expect(shown(s, 'recent')).toEqual(['d', 'c', 'b', 'a']);
});

test('mine and unassigned hold what is not done, and change with the conversation', () => {
	const taken = (id: string, assignee: string | undefined, progress: string): Row => {
		const r = seen(id, 1);
		return { ...r, conversation: { ...r.conversation, state: progress, ...(assignee === undefined ? {} : { assignee }) } };
	};
	const s = state(list([taken('mine', ann.id, 'waiting'), taken('done', ann.id, 'done'), taken('free', undefined, 'open'), taken('other', 'tess', 'open')]));
	expect(shown(s, 'mine')).toEqual(['mine']);
	expect(shown(s, 'unassigned')).toEqual(['free']);
	const now = reduce(s, event(11, { type: 'conversation.changed', data: taken('free', ann.id, 'open').conversation }));
	expect([shown(now, 'mine'), shown(now, 'unassigned')]).toEqual([['mine', 'free'], []]);
});

describe('how much is unseen', () => {
	const base = (unseen: number, lastRead = position(1)) => state({ type: 'row', row: { ...row('c1'), standing: { ...row('c1').standing, last_read: lastRead, unread: unseen > 0 }, newest: { ...(seen('c1', 1).newest as Preview), position: position(5) }, unseen }, as_of: '7.10' });
	const unseen = (s: ReturnType<typeof state>) => s.rows.c1?.row.unseen;
	const moved = (to: string, unread: boolean, number = 11) => event(number, { type: 'cursor.moved', data: { conversation: 'c1', standing: { ...row('c1').standing, last_read: to, unread } } });

	test('grows with what others write, once, and not with what was counted already or is one\'s own', () => {
		const s = base(4);
		expect(unseen(reduce(s, created(11, message(6))))).toBe(5);
		expect(unseen(reduce(s, created(11, message(4))))).toBe(4);
		expect(unseen(reduce(s, created(11, message(6, { author: ann, key: 'k' }))))).toBe(4);
		expect(unseen(reduce(s, created(11, message(6, { kind: 'event', happening: { what: 'joined' } }))))).toBe(4);
	});

	test('is none when all is read, and as it was when only a flag changed', () => {
		expect(unseen(reduce(base(4), moved(position(5), false)))).toBe(0);
		expect(unseen(reduce(base(4), moved(position(1), true)))).toBe(4);
	});

	test('is counted anew from the messages that are held, or else to be fetched', () => {
		const held = [2, 3, 4, 5].map((n) => message(n));
		const s = reduce(base(4), page(held, 10));
		expect(unseen(reduce(s, moved(position(3), true)))).toBe(2);
		const away = reduce(base(4), moved(position(3), true));
		expect(uncounted(away.rows.c1?.row)).toBe(true);
		expect(uncounted(s.rows.c1?.row)).toBe(false);
	});

	test('follows many marks, but for what is newer than they are', () => {
		const standing = { ...row('c1').standing, last_read: position(5), unread: false };
		const marks = { type: 'marked' as const, marked: [{ conversation: 'c1', standing }], badge: 0, as_of: '7.12' };
		expect(unseen(reduce(base(4), marks))).toBe(0);
		const later = reduce(reduce(base(4), created(11, message(6), 1)), { ...marks, as_of: '7.10' });
		expect([unseen(later), later.rows.c1?.row.standing.unread]).toEqual([5, true]);
	});
});

test('times are compared as times, not as text', () => {
	const late = { ...seen('a', 1), newest: { ...seen('a', 1).newest, at: '2026-11-22T10:00:00.5Z' } } as Row;
	const later = { ...seen('b', 1), newest: { ...seen('b', 1).newest, at: '2026-11-22T12:00:00.51+01:00' } } as Row;
	expect(shown(state(list([late, later])))).toEqual(['b', 'a']);
});

describe('a copy beneath its original', () => {
	const copy = (more: Partial<Row['standing']> = { beneath: true }): Row => {
		const r = seen('copy', 1, more);
		return { ...r, conversation: { ...r.conversation, kind: 'copy', copy_of: 'c1' } };
	};
	const tess = { id: 'tess', name: 'Tess', kind: 'staff' };
	const written = (author: typeof tess, key = '') => message(2, { conversation: 'copy', author, ...(key ? { key } : {}) });
	const joined = state(event(11, { type: 'conversation.joined', data: copy() }));

	test('is in no list', () => {
		const marked = state(event(11, { type: 'conversation.joined', data: { ...copy({ beneath: true, archived: true, unread: true }) } }));
		for (const name of ['inbox', 'unread', 'important', 'archived'] as const) expect(shown(marked, name)).toEqual([]);
		expect(shown(state(list([copy({})])))).toEqual(['copy']);
	});

	test('comes into the list when the contact answers', () => {
		const s = reduce(joined, created(12, written(ben), 1));
		expect(shown(s)).toEqual(['copy']);
		expect(shown(s, 'unread')).toEqual(['copy']);
	});

	test('comes into the list with what one writes in it oneself, and when the cursor says so', () => {
		expect(shown(reduce(joined, created(12, written(ann, 'k'))))).toEqual(['copy']);
		expect(shown(reduce(joined, event(12, { type: 'cursor.moved', data: { conversation: 'copy', standing: copy({}).standing } })))).toEqual(['copy']);
	});

	test('stays when staff copy into it, and the row is fetched that says whether they did', () => {
		for (const m of [written(tess), written(ann)]) {
			const s = reduce(joined, created(12, m));
			expect(shown(s)).toEqual([]);
			expect(s.rows.copy?.row.standing.unread).toBe(false);
			expect(unsaid(joined.rows.copy?.row, m, ann.id)).toBe(true);
		}
		expect(shown(reduce(joined, { type: 'row', row: copy({}), as_of: '7.12' }))).toEqual(['copy']);
	});

	test('nothing is fetched for what says by itself how the row stands', () => {
		const held = joined.rows.copy?.row;
		expect(unsaid(held, written(ben), ann.id)).toBe(false);
		expect(unsaid(held, written(ann, 'k'), ann.id)).toBe(false);
		const copied = { ...written(tess), at: copy().conversation.started_at };
		expect(unsaid({ ...copy(), newest: null }, copied, ann.id)).toBe(false);
		expect(unsaid(row('c1'), message(1, { author: tess }), ann.id)).toBe(false);
	});

	test('who comes to a copy later asks for its row with the first message', () => {
		expect(unsaid({ ...copy(), newest: null }, written(tess), ann.id)).toBe(true);
	});

	test('copied into once it is in the list is not unread by that', () => {
		const s = reduce(state(list([copy({})])), created(11, written(tess)));
		expect(s.rows.copy?.row.standing.unread).toBe(false);
	});
});

test('staff see since when a client waits: from their first message on, until staff answer; notes answer nothing', () => {
	const own = seen('c1', 0);
	const mine = { ...own, conversation: { ...own.conversation, state: 'open' } };
	const waits = (...messages: ReturnType<typeof message>[]) =>
		messages.reduce((s, m, i) => reduce(s, created(11 + i, m)), state(list([mine]))).rows['c1']?.row.conversation.unanswered_since;
	expect(waits(message(2), message(3))).toBe(at(2));
	expect(waits(message(2), message(3, { author: ann, kind: 'note' }))).toBe(at(2));
	expect(waits(message(2), message(3, { author: ann }))).toBeUndefined();
	expect(reduce(state(list([own])), created(11, message(2))).rows['c1']?.row.conversation.unanswered_since).toBeUndefined(); // a contact is not told
});

test('what one deleted is in none of these lists, until a message brings it back', () => {
	const s = state(list([seen('c1', 1, { archived: true, deleted: true }, true)]));
	for (const name of ['inbox', 'unread', 'important', 'archived'] as const) expect(shown(s, name)).toEqual([]);
	expect(shown(reduce(s, created(11, message(9))))).toEqual(['c1']);
});

test('whoever is added to what was written before fetches what stands in the list; a conversation that begins tells it itself', () => {
	const joined = (standing: Partial<Row['standing']>) => unsaidYet(row('a', { standing: { ...row('a').standing, ...standing } }));
	expect(joined({})).toBe(false);
	expect(joined({ unread: true })).toBe(true);
	expect(joined({ last_read: position(3) })).toBe(true);
	expect(unsaidYet(seen('a', 1, { unread: true }))).toBe(false);
});

test('a row tells of a draft of its own, but not while it is open, nor where one may write no more', () => {
	const draft: Draft = { id: 'd', version: 1, to: [], cc: [], title: '', important: false, note: false, unsigned: false, secure: true, preview: 'half a', attachments: [], saved_at: '' };
	const drafts = { of: (id: string) => (id === 'c1' ? [draft] : []) };
	expect(begun(row('c1'), false, drafts)).toBe(draft);
	expect(begun(row('c2'), false, drafts)).toBeUndefined();
	expect(begun(row('c1'), true, drafts)).toBeUndefined();
	expect(begun(seen('c1', 1, { active: false }), false, drafts)).toBeUndefined();
	expect(begun(row('c1'), false, undefined)).toBeUndefined();
});
