import { expect, test } from 'vitest';
import type { Delivery } from '../api/deliveries';
import { told } from './delivery';

const recipient = { id: 'c', name: 'Carl', kind: 'contact' };
const mail = { id: 'm', state: 'bounced' as const, made_at: '2026-11-23T09:00:00Z', at: '2026-11-23T09:01:00Z', attempts: 1, reason: '5.1.1 no such user' };

test('a timeline tells each mail, then what is owed now', () => {
	const d: Delivery = { recipient, state: 'queued', mails: [mail] };
	expect(told(d).map((s) => s.what)).toEqual(['Bounced', 'Waits to be sent']);
	expect(told(d)[0]?.why).toBe('5.1.1 no such user');
	expect(told({ recipient, state: 'bounced', mails: [mail] })).toHaveLength(1);
});

test('what waits for an hour of its recipient says which', () => {
	const d: Delivery = { recipient, state: 'queued', mails: [], waits_for: 'digest', waits_until: '2026-11-23T10:00:05Z' };
	expect(told(d)).toEqual([{ what: 'Waits for their digest', at: '2026-11-23T10:00:05Z' }]);
	expect(told({ ...d, waits_for: 'quiet_hours' })[0]?.what).toBe('Waits until their quiet hours end');
});

test('the queue id stands beside what the relay accepted', () => {
	const accepted = { ...mail, state: 'accepted' as const, reason: undefined, queue_id: '4F2' };
	expect(told({ recipient, state: 'accepted', mails: [accepted as never] })[0]?.why).toBe('4F2');
});

test('seen and replied follow in the order in which they happened', () => {
	const d: Delivery = { recipient, state: 'bounced', mails: [mail], seen_at: '2026-11-23T11:00:00Z', replied_at: '2026-11-23T10:00:00Z' };
	expect(told(d).map((s) => s.what)).toEqual(['Bounced', 'Replied by email', 'Seen']);
});
