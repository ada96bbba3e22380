import { expect, test, vi } from 'vitest';
import type { Sent } from '../api/answers';
import { Refused, unreachable } from '../api/request';
import { message } from '../state/testing';
import type { Command, Problem } from '../wire';
import { Outbox } from './outbox';

const command = (key: string, html = '') => ({ type: 'send', key, conversation: 'c1', html });
const refusal = (more: Partial<Problem>): Problem => ({ type: 'about:blank', title: '', code: 'unavailable', detail: 'x', retry: true, status: 503, ...more });
const answer: Sent = { message: message(1), as_of: '7.1' };

function rig(http: (c: Command) => Promise<Sent> = async () => answer) {
	let now = 1000;
	const live: string[] = [];
	const posted: string[] = [];
	const failed: [string, string][] = [];
	const delivered: string[] = [];
	const acked: string[] = [];
	let up = true;
	const outbox = new Outbox({
		now: () => now,
		random: () => 1,
		live: (c) => up && live.push(c.key ?? '') > 0,
		http: (c) => {
			posted.push(c.key);
			return http(c);
		},
		acked: (key) => void acked.push(key),
		delivered: (c) => delivered.push(c.key),
		failed: (c, problem) => failed.push([c.key, problem.code]),
	});
	return {
		outbox, live, posted, failed, delivered, acked,
		/** Lets time pass, second by second. */
		async pass(ms: number) {
			let dead = false;
			for (const end = now + ms; now < end; ) {
				now += 1000;
				dead = outbox.tick().dead || dead;
				await vi.waitFor(() => undefined);
			}
			return dead;
		},
		cut() {
			up = false;
			outbox.lost();
		},
		mend() {
			up = true;
			outbox.connected();
		},
	};
}

test('a message goes out on the connection that stands, and no other way once it is answered', async () => {
	const r = rig();
	r.mend();
	r.outbox.add(command('k1'));
	r.outbox.arrived('k1');
	await r.pass(20_000);
	expect([r.live, r.posted, r.outbox.waiting]).toEqual([['k1'], [], 0]);
});

test('what is not answered goes out again with its key, in its order, when the connection is back', () => {
	const r = rig();
	r.mend();
	r.outbox.add(command('k1'));
	r.outbox.add(command('k2'));
	r.cut();
	r.mend();
	expect(r.live).toEqual(['k1', 'k2', 'k1', 'k2']);
});

test('without a connection for some seconds it goes by HTTP, one after the other', async () => {
	const r = rig();
	r.mend();
	r.cut();
	r.outbox.add(command('k1'));
	r.outbox.add(command('k2'));
	await r.pass(4000);
	expect(r.posted).toEqual([]);
	await r.pass(2000);
	expect([r.posted, r.delivered]).toEqual([['k1', 'k2'], ['k1', 'k2']]);
});

test('a connection that does not answer is thought dead, and HTTP asked', async () => {
	const r = rig();
	r.mend();
	r.outbox.add(command('k1'));
	expect(await r.pass(8000)).toBe(false);
	expect(await r.pass(1000)).toBe(true);
	expect(r.posted).toEqual(['k1']);
});

test('a network that is away never makes a message fail', async () => {
	const r = rig(() => Promise.reject(new Refused(unreachable)));
	r.cut();
	r.outbox.add(command('k1'));
	r.outbox.add(command('k2'));
	await r.pass(120_000);
	expect(r.failed).toEqual([]);
	expect(r.posted.length).toBeLessThan(12);
	expect(new Set(r.posted)).toEqual(new Set(['k1']));
	r.mend();
	expect(r.live).toEqual(['k1', 'k2']);
});

test('a server that says later is asked again for a while, then the writer is told', async () => {
	const r = rig(() => Promise.reject(new Refused(refusal({}))));
	r.mend();
	r.outbox.add(command('k1'));
	r.outbox.refused('k1', refusal({}));
	await r.pass(10_000);
	expect(r.failed).toEqual([]);
	await r.pass(60_000);
	expect(r.failed).toEqual([['k1', 'unavailable']]);
	expect(r.outbox.waiting).toBe(0);
});

test('it does not ask before the server said', async () => {
	const r = rig();
	r.mend();
	r.outbox.add(command('k1'));
	r.outbox.refused('k1', refusal({ code: 'too_many', retry_after_s: 20 }));
	await r.pass(19_000);
	expect(r.posted).toEqual([]);
	await r.pass(3000);
	expect(r.posted).toEqual(['k1']);
});

test('a refusal for good is told at once, and the next one goes on', async () => {
	const r = rig((c) => (c.key === 'k1' ? Promise.reject(new Refused(refusal({ code: 'forbidden', status: 403, retry: false }))) : Promise.resolve(answer)));
	r.cut();
	r.outbox.add(command('k1'));
	r.outbox.add(command('k2'));
	await r.pass(6000);
	expect([r.failed, r.delivered]).toEqual([[['k1', 'forbidden']], ['k2']]);
});

test('a frame over the limit is not sent at all', () => {
	const r = rig();
	r.mend();
	r.outbox.add(command('k1', 'é'.repeat(200_000)));
	expect([r.live, r.failed]).toEqual([[], [['k1', 'too_large']]]);
});

test('what has not gone out can be taken back, and nothing else', async () => {
	const r = rig();
	r.cut();
	r.outbox.add(command('waits'));
	expect([r.outbox.take('waits'), r.outbox.waiting, r.outbox.take('waits')]).toEqual([true, 0, false]);
	r.mend();
	r.outbox.add(command('gone out'));
	r.cut();
	expect([r.live, r.outbox.take('gone out'), r.outbox.waiting]).toEqual([['gone out'], false, 1]);
	r.outbox.acked('gone out', { id: 'm', conversation: 'c1', position: '', at: '' });
	expect([r.acked, r.outbox.waiting]).toEqual([['gone out'], 0]);
});
