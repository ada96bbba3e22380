// What the tests of the state are told with.
import type { Event } from '../live/frames';
import type { Message, Person, Row } from '../wire';
import { type Action, reduce } from './reduce';
import { empty, type State } from './state';

export const ann: Person = { id: 'ann', name: 'Ann Reed', kind: 'staff' };
export const ben: Person = { id: 'ben', name: 'Ben Cole', kind: 'contact' };

/** The position of the nth message for all; notes after it count in the lower bits. */
export const position = (n: number, note = 0): string => (n * 2 ** 20 + note).toString(16).padStart(16, '0');

export const at = (minute: number): string => new Date(Date.UTC(2026, 10, 22, 9, minute)).toISOString();

export function message(n: number, more: Partial<Message> = {}): Message {
	return {
		id: `m${n}`, conversation: 'c1', position: position(n), kind: 'message', author: ben, via: 'browser',
		html: `<p>${n}</p>`, text: String(n), attachments: [], at: at(n), ...more,
	};
}

export function row(id: string, more: Partial<Row> = {}): Row {
	return {
		conversation: {
			id, kind: 'conversation', title: `Title ${id}`, important: false, strict: false, started_by: 'ann', started_at: at(0),
			participants: [{ ...ann, active: true }, { ...ben, active: true }],
		},
		standing: { last_read: position(0), opened: position(0), unread: false, marked_unread: false, archived: false, muted: false, active: true },
		newest: null,
		...more,
	};
}

/** Ann's state at event 10 of epoch 7, after some actions. */
export function state(...actions: Action[]): State {
	return actions.reduce(reduce, empty(ann, { epoch: '7', number: 10 }, 0));
}

type News = Event extends infer E ? (E extends Event ? Omit<E, 'event' | 'badge'> : never) : never;

export const event = (number: number, news: News, badge = 0): Action => ({ type: 'event', event: { ...news, event: number, badge } as Event });

export const created = (number: number, m: Message, badge = 0): Action => event(number, { type: 'message.created', data: m }, badge);

export const loaded = (id: string, asOf: number, more: Partial<Row> = {}): Action => ({ type: 'row', row: row(id, more), as_of: `7.${asOf}` });

export const page = (messages: Message[], asOf: number, more: Partial<Extract<Action, { type: 'page' }>['page']> = {}, asked: 'before' | 'after' | 'around' | 'end' = 'end'): Action => ({
	type: 'page', conversation: 'c1', asked,
	page: { messages, receipts: [], more_before: false, more_after: false, as_of: `7.${asOf}`, ...more },
});
