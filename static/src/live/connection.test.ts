import { describe, expect, test } from 'vitest';
import { Connection, type Link, type Socket } from './connection';

class Fake implements Socket {
	onmessage: Socket['onmessage'] = null;
	onclose: Socket['onclose'] = null;
	sent: string[] = [];
	closed = false;
	constructor(readonly since: string) {}
	send(text: string) {
		this.sent.push(text);
	}
	close() {
		this.closed = true;
	}
	hello(spread_ms = 0) {
		this.onmessage?.({ data: JSON.stringify({ type: 'hello', data: { epoch: 7, number: 1, badge: 0, at: '', resumed: true, spread_ms } }) });
	}
	end(code: number) {
		this.onclose?.({ code });
	}
}

/** A connection in a world without time: waits are listed and run by hand. */
function rig() {
	const sockets: Fake[] = [];
	const waits: { ms: number; run: () => void; off: boolean }[] = [];
	const links: Link[] = [];
	let [since, away, heard] = ['7.1', 0, 0];
	const connection = new Connection(
		{
			open: (since) => (sockets.push(new Fake(since)), sockets.at(-1) as Fake),
			later: (ms, run) => {
				const wait = { ms, run, off: false };
				waits.push(wait);
				return () => (wait.off = true);
			},
			random: () => 1,
		},
		{
			since: () => since,
			heard: (frames) => (heard += frames.length),
			changed: (link) => links.push(link),
			turnedAway: () => (away += 1),
		},
	);
	return {
		connection, sockets, waits, links,
		at: (place: string) => (since = place),
		get away() {
			return away;
		},
		get heard() {
			return heard;
		},
		get last() {
			return sockets.at(-1) as Fake;
		},
		pass() {
			const wait = waits.at(-1);
			if (wait && !wait.off) wait.run();
		},
	};
}

function greeted() {
	const r = rig();
	r.connection.open();
	r.last.hello();
	return r;
}

test('it is live once hello was said, and sends only then', () => {
	const r = rig();
	r.connection.open();
	expect(r.connection.send({ type: 'read', conversation: 'c' })).toBe(false);
	r.last.hello();
	expect(r.connection.send({ type: 'read', conversation: 'c' })).toBe(true);
	expect(r.links).toEqual(['connecting', 'live']);
});

test('it comes back with the place it has then', () => {
	const r = greeted();
	r.at('7.5');
	r.last.end(1006);
	r.pass();
	expect(r.sockets.map((s) => s.since)).toEqual(['7.1', '7.5']);
});

describe('close codes of a connection that stood', () => {
	test.each([
		[1001, 5000],
		[1006, 500],
		[1009, 0],
		[4002, 0],
		[4003, 30_000],
		[4004, 500],
		[4999, 500],
	])('%i comes back within %i ms', (code, ms) => {
		const r = greeted();
		r.last.end(code);
		expect(r.waits.at(-1)?.ms).toBe(ms);
		r.pass();
		expect(r.sockets).toHaveLength(2);
	});

	test.each([
		[1008, 'defect'],
		[4001, 'signed out'],
	])('%i does not come back: %s', (code, link) => {
		const r = greeted();
		r.last.end(code);
		expect(r.waits).toEqual([]);
		expect(r.links.at(-1)).toBe(link);
		r.connection.open();
		r.connection.reopen();
		expect(r.sockets).toHaveLength(1);
	});
});

test('attempts that fail wait longer each time, until one is greeted', () => {
	const r = rig();
	r.connection.open();
	for (let i = 0; i < 4; i++) {
		r.last.end(1006);
		r.pass();
	}
	expect(r.waits.map((w) => w.ms)).toEqual([500, 1000, 2000, 4000]);
	expect(r.away).toBe(4);
	r.last.hello();
	r.last.end(1006);
	expect(r.waits.at(-1)?.ms).toBe(500);
});

test.each([
	[1006, 8000],
	[1001, 8000],
	[4004, 8000],
	[4002, 0],
])('lost with %i, it comes back spread as the server has told', (code, ms) => {
	const r = rig();
	r.connection.open();
	r.last.hello(8000);
	r.last.end(code);
	expect(r.waits.at(-1)?.ms).toBe(ms);
	r.pass();
	r.last.end(1006);
	expect(r.waits.at(-1)?.ms).toBeLessThanOrEqual(1000);
});

test('who was told to come later by the server does not ask who they are', () => {
	const r = rig();
	for (const [code, away] of [[4004, 0], [1001, 0], [1006, 1], [4003, 1]] as const) {
		r.connection.open();
		r.last.end(code);
		expect(r.away).toBe(away);
	}
});

test('a code that says at once is not believed before hello', () => {
	const r = rig();
	r.connection.open();
	r.last.end(4002);
	expect(r.waits.at(-1)?.ms).toBe(500);
});

test('frames of a connection that was dropped are not heard', () => {
	const r = greeted();
	const old = r.last;
	r.connection.reopen();
	expect(old.closed).toBe(true);
	old.hello();
	old.end(4001);
	expect(r.heard).toBe(1);
	expect(r.links.at(-1)).toBe('connecting');
});

test('offline ends attempts, and online begins one at once', () => {
	const r = greeted();
	r.last.end(1006);
	r.connection.pause();
	expect(r.waits.at(-1)?.off).toBe(true);
	r.connection.reopen();
	expect(r.sockets).toHaveLength(2);
});

test('stopped, it stays so', () => {
	const r = greeted();
	r.connection.stop();
	r.connection.open();
	expect(r.sockets).toHaveLength(1);
});
