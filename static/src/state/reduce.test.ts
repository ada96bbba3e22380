import { describe, expect, test } from 'vitest';
import type { Message } from '../wire';
import { acknowledged } from './acknowledged';
import { type Action, reduce } from './reduce';
import type { Pending, State } from './state';
import { ann, at, created, event, loaded, message, page, position, row, state } from './testing';

const sent = (key: string): Pending => ({ key, conversation: 'c1', html: '<p>hello</p>', note: false, important: false, attachments: [], doc: undefined, at: at(5), problem: undefined });
const own = (n: number, key: string) => message(n, { author: ann, key });
const ack = (n: number) => ({ id: `m${n}`, conversation: 'c1', position: position(n), at: at(n) });
const ids = (s: ReturnType<typeof state>) => s.threads.c1?.messages.map((m) => m.id);

describe('events', () => {
	test('move the place on, and the same number twice is one event', () => {
		const once = state(loaded('c1', 10), page([], 10), created(11, message(1), 1));
		expect(once.place.number).toBe(11);
		expect(reduce(once, created(11, message(2), 9))).toBe(once);
	});

	test('at or below what a row is as of change nothing in it', () => {
		const s = state(loaded('c1', 12), event(11, { type: 'conversation.changed', data: { ...row('c1').conversation, title: 'Old' } }));
		expect(s.rows.c1?.row.conversation.title).toBe('Title c1');
		expect(s.place.number).toBe(11);
	});

	test('past what a row is as of change it', () => {
		const s = state(loaded('c1', 12), event(13, { type: 'conversation.changed', data: { ...row('c1').conversation, title: 'New' } }));
		expect(s.rows.c1?.row.conversation.title).toBe('New');
	});

	test('that were skipped move the place and the badge', () => {
		const s = state(event(15, { type: 'skipped', data: { from: 11 } }, 3));
		expect([s.place.number, s.badge.count]).toEqual([15, 3]);
	});

	test('of a message by somebody else make the conversation unread and bring it back from the archive', () => {
		const archived = row('c1').standing;
		const s = state(loaded('c1', 10, { standing: { ...archived, archived: true } }), created(11, message(1), 1));
		expect(s.rows.c1?.row.standing).toMatchObject({ unread: true, archived: false });
		expect(s.rows.c1?.row.newest?.text).toBe('1');
		expect(s.badge.count).toBe(1);
	});

	test('of an own message do not make it unread', () => {
		expect(state(loaded('c1', 10), created(11, own(1, 'k'))).rows.c1?.row.standing.unread).toBe(false);
	});

	test('of a grey line leave the preview and the standing alone', () => {
		const line = message(1, { kind: 'event', happening: { what: 'joined' } });
		expect(state(loaded('c1', 10), created(11, line)).rows.c1?.row).toEqual(row('c1'));
	});

	test('of leaving keep the row readable, and never unread', () => {
		const s = state(loaded('c1', 10), created(11, message(1), 1), event(12, { type: 'conversation.left', data: { conversation: 'c1' } }));
		expect(s.rows.c1?.row.standing).toMatchObject({ active: false, unread: false });
	});

	test('of coming back drop the stretch that is held, for it may have grown', () => {
		const s = state(loaded('c1', 10), page([message(1)], 10), event(11, { type: 'conversation.joined', data: row('c1') }));
		expect(s.threads.c1).toBeUndefined();
	});

	test('of a moved cursor set the standing', () => {
		const standing = { ...row('c1').standing, last_read: position(3) };
		const s = state(loaded('c1', 10), event(11, { type: 'cursor.moved', data: { conversation: 'c1', standing } }));
		expect(s.rows.c1?.row.standing.last_read).toBe(position(3));
	});
});

describe('an answer as of a later event', () => {
	const standing = { ...row('c1').standing, last_read: position(9) };
	const answered = state(loaded('c1', 10), { type: 'standing', conversation: 'c1', standing, badge: 0, as_of: '7.14' });

	test('is not undone by an older event', () => {
		const older = { ...standing, last_read: position(2) };
		const s = reduce(answered, event(12, { type: 'cursor.moved', data: { conversation: 'c1', standing: older } }, 5));
		expect(s.rows.c1?.row.standing.last_read).toBe(position(9));
		expect(s.badge.count).toBe(0);
	});

	test('lets events of other parts of the row pass', () => {
		const s = reduce(answered, event(12, { type: 'conversation.changed', data: { ...row('c1').conversation, title: 'New' } }));
		expect(s.rows.c1?.row.conversation.title).toBe('New');
	});

	test('does not put an older row over a newer one', () => {
		const s = state(loaded('c1', 10), created(12, message(2)), loaded('c1', 11));
		expect(s.rows.c1?.row.newest?.text).toBe('2');
	});
});

describe('the badge', () => {
	test('is that of the latest event, absolute', () => {
		const s = state(created(11, message(1), 4), created(12, message(2), 2));
		expect(s.badge.count).toBe(2);
	});

	test('of hello is not taken back by the events that catch up to it', () => {
		const hello = { epoch: 7, number: 13, badge: 5, at: '', resumed: true, spread_ms: 500 };
		const s = state({ type: 'hello', hello }, created(11, message(1), 1));
		expect(s.badge.count).toBe(5);
		expect(reduce(s, created(13, message(3), 5)).badge.count).toBe(5);
		expect(reduce(s, created(14, message(4), 6)).badge.count).toBe(6);
	});
});

describe('a message of one\'s own', () => {
	// As sending.ts does it.
	const acked = (n: number) => (s: State) => {
		const m = acknowledged(s, 'k1', ack(n));
		return m ? reduce(s, { type: 'sent', message: m }) : s;
	};
	const sending = state(loaded('c1', 10), page([message(1)], 10), { type: 'send', pending: sent('k1') });

	test('is pending until it comes back', () => {
		expect(sending.pending.c1?.map((p) => p.key)).toEqual(['k1']);
	});

	test.each([
		['the ack, then the event', [acked(2), created(11, own(2, 'k1'))]],
		['the event, then the ack', [created(11, own(2, 'k1')), acked(2)]],
		['the HTTP answer, then the event', [{ type: 'sent' as const, message: own(2, 'k1') }, created(11, own(2, 'k1'))]],
		['the event, then the HTTP answer', [created(11, own(2, 'k1')), { type: 'sent' as const, message: own(2, 'k1') }]],
	])('stands once, whichever comes first: %s', (_, actions) => {
		const s = actions.reduce<State>((before, a: Action | ((s: State) => State)) => (typeof a === 'function' ? a(before) : reduce(before, a)), sending);
		expect(s.pending.c1).toEqual([]);
		expect(ids(s)).toEqual(['m1', 'm2']);
		expect(s.threads.c1?.messages[1]?.html).toBe('<p>2</p>');
	});

	test('shows as acknowledged at its position before the event comes', () => {
		const s = acked(3)(sending);
		expect(s.threads.c1?.messages.at(-1)).toMatchObject({ id: 'm3', text: 'hello', author: ann });
		expect(ids(reduce(s, created(11, message(2))))).toEqual(['m1', 'm2', 'm3']);
	});

	test('that was refused stays, with the reason, until it is dropped', () => {
		const problem = { type: 'about:blank', title: '', code: 'forbidden', detail: 'No.', retry: false };
		const s = reduce(sending, { type: 'send refused', conversation: 'c1', key: 'k1', problem });
		expect(s.pending.c1?.[0]?.problem).toBe(problem);
		expect(reduce(s, { type: 'send dropped', conversation: 'c1', key: 'k1' }).pending.c1).toEqual([]);
	});

	test('of another person with the same key settles nothing', () => {
		const s = reduce(sending, created(11, message(2, { key: 'k1' })));
		expect(s.pending.c1).toHaveLength(1);
	});
});

describe('a thread', () => {
	test('collects what comes while its page is on the way', () => {
		const s = state({ type: 'opening', conversation: 'c1' }, created(11, message(3)), page([message(1), message(2)], 10));
		expect(ids(s)).toEqual(['m1', 'm2', 'm3']);
	});

	test('that does not reach the end has no gap: what comes live waits for the pages between', () => {
		const s = state(page([message(1), message(2)], 10, { more_after: true }, 'around'), created(11, message(9)));
		expect(ids(s)).toEqual(['m1', 'm2']);
		expect(ids(reduce(s, page([message(3), message(4)], 11, {}, 'after')))).toEqual(['m1', 'm2', 'm3', 'm4', 'm9']);
	});

	test('takes earlier pages in front, and overlaps once', () => {
		const s = state(page([message(3), message(4)], 10, { more_before: true }), page([message(1), message(2), message(3)], 10, {}, 'before'));
		expect(ids(s)).toEqual(['m1', 'm2', 'm3', 'm4']);
		expect(s.threads.c1).toMatchObject({ moreBefore: false, moreAfter: false });
	});

	test('orders by position, whatever comes first', () => {
		const s = state(page([message(1)], 10), created(11, message(3)), created(12, message(2)), created(13, message(2, { id: 'n', position: position(2, 1), kind: 'note' })));
		expect(ids(s)).toEqual(['m1', 'm2', 'n', 'm3']);
	});

	test('keeps a receipt once', () => {
		const receipt = { conversation: 'c1', reader: ann, after: position(0), through: position(1), at: at(2) };
		const s = state(page([message(1)], 10, { receipts: [receipt] }), event(11, { type: 'receipt.created', data: receipt }));
		expect(s.threads.c1?.receipts).toEqual([receipt]);
	});
});

describe('a message that is taken back', () => {
	const gone = (m: Message, how: string): Message => ({ ...m, html: '', text: '', attachments: [], withdrawn: { how, by: ann, at: at(9) } });
	const withdrawn = (number: number, m: Message, how: string) => event(number, { type: 'message.withdrawn', data: gone(m, how) });
	const three = [loaded('c1', 10), page([message(1), message(2), message(3)], 10)];

	test('goes as if it had never been there, when it was undone', () => {
		expect(ids(state(...three, withdrawn(11, message(2), 'undone')))).toEqual(['m1', 'm3']);
	});

	test('leaves its place, when it was retracted', () => {
		const s = state(...three, withdrawn(11, message(2), 'retracted'));
		expect(ids(s)).toEqual(['m1', 'm2', 'm3']);
		expect(s.threads.c1?.messages[1]).toMatchObject({ html: '', withdrawn: { how: 'retracted', by: ann } });
	});

	test.each(['undone', 'retracted'])('(%s) is not brought back by what was asked before', (how) => {
		const late = state(loaded('c1', 10), { type: 'opening', conversation: 'c1' }, withdrawn(11, message(2), how), page([message(1), message(2)], 10));
		expect(late.threads.c1?.messages.some((m) => m.html === '<p>2</p>')).toBe(false);
		expect(ids(late)).toEqual(how === 'undone' ? ['m1'] : ['m1', 'm2']);
		const answered = reduce(late, { type: 'sent', message: message(2) });
		expect(answered.threads.c1?.messages.some((m) => m.html === '<p>2</p>')).toBe(false);
	});

	test('makes no message of what is outside of the stretch that is held', () => {
		expect(ids(state(loaded('c1', 10), page([message(5)], 10, { more_before: true }), withdrawn(11, message(2), 'retracted')))).toEqual(['m5']);
	});

	test('shows no more in its row, and leaves other rows as they are', () => {
		const newest = { position: position(3), kind: 'message', author: ann, text: 'secret', attachments: true, at: at(3) };
		const s = state(loaded('c1', 10, { newest }), withdrawn(11, message(3), 'retracted'));
		expect(s.rows.c1?.row.newest).toMatchObject({ text: '', attachments: false, withdrawn: true });
		const older = state(loaded('c1', 10, { newest }), withdrawn(11, message(2), 'retracted'));
		expect(older.rows.c1?.row.newest?.text).toBe('secret');
	});

	test('by the answer of one\'s own act is the same', () => {
		const s = state(...three, { type: 'withdrawn', message: gone(message(3), 'undone'), as_of: '7.11' });
		expect(ids(s)).toEqual(['m1', 'm2']);
	});

	test('that one\'s own ack brings late stays away', () => {
		const sending = state(...three, { type: 'send', pending: sent('k1') }, withdrawn(11, own(4, 'k1'), 'undone'));
		const m = acknowledged(sending, 'k1', ack(4));
		expect(m && ids(reduce(sending, { type: 'sent', message: m }))).toEqual(['m1', 'm2', 'm3']);
	});
});

test('a message that names somebody says so in their row', () => {
	expect(state(loaded('c1', 10), created(11, message(2, { mentions: [ann] }))).rows.c1?.row.newest?.mentioned).toBe(true);
	expect(state(loaded('c1', 10), created(11, message(2, { mentions: [] }))).rows.c1?.row.newest?.mentioned).toBe(false);
});

describe('a reset', () => {
	const before = state(loaded('c1', 10), page([message(1)], 10), created(11, message(2), 1), { type: 'send', pending: sent('k1') });
	const after = reduce(before, { type: 'reset', reset: { epoch: 8, number: 3 } });

	test('forgets what was loaded and goes on from the number given', () => {
		expect(after.place).toEqual({ epoch: '8', number: 3 });
		expect([after.rows, after.threads, after.lists.inbox.loaded]).toEqual([{}, {}, false]);
	});

	test('keeps what is not sent yet', () => {
		expect(after.pending.c1).toHaveLength(1);
	});

	test('makes answers of the old epoch older than anything', () => {
		const s = [loaded('c1', 3), loaded('c1', 99, { newest: null })].reduce(reduce, after);
		expect(s.rows.c1?.at.newest).toBe(0);
	});
});
