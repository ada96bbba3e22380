import { describe, expect, test } from 'vitest';
import { listed, unsaid } from './rows';
import { reduce } from './reduce';
import type { ListName } from '../api/answers';
import type { Row } from '../wire';
import { ann, at, ben, created, event, message, position, row, state } from './testing';

const seen = (id: string, minute: number, more: Partial<Row['standing']> = {}, important = false): Row => {
	const r = row(id);
	return {
		conversation: { ...r.conversation, important },
		standing: { ...r.standing, ...more },
		newest: { position: position(1), kind: 'message', author: null, text: '', attachments: false, at: at(minute) },
	};
};
const list = (rows: Row[], name: ListName = 'inbox', next?: string) => ({ type: 'list' as const, name, after: undefined, page: { rows, next, badge: 0, as_of: '7.10' } });
const shown = (s: ReturnType<typeof state>, name: ListName = 'inbox') => listed(s.rows, s.lists[name], name).map((r) => r.conversation.id);

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
