import { expect, test } from 'vitest';
import type { Read } from '../state/reading';
import { position } from '../state/testing';
import { Reads } from './reads';

function rig(http = true) {
	let [now, up] = [1000, true];
	const live: [string, Read][] = [];
	const posted: string[] = [];
	const reads = new Reads({
		now: () => now,
		live: (c, read) => up && live.push([c, read]) > 0,
		http: async (c) => {
			if (!http) throw new Error('away');
			posted.push(c);
		},
	});
	return {
		reads, live, posted,
		later: (ms: number) => (now += ms),
		cut() {
			up = false;
			reads.lost();
		},
		mend() {
			up = true;
			reads.connected();
		},
	};
}

const read = (n: number, opened = false): Read => ({ position: position(n), opened });

test('what was told just before the connection was lost is told again', () => {
	const r = rig();
	r.reads.add('c1', read(1, true));
	r.cut();
	r.mend();
	expect(r.live).toEqual([['c1', read(1, true)], ['c1', read(1, true)]]);
});

test('what the server has answered, or has long had, is not', () => {
	const r = rig();
	r.reads.add('c1', read(1, true));
	r.reads.known('c1', position(1));
	r.reads.add('c2', read(1, true));
	r.later(10_001);
	r.cut();
	r.mend();
	expect(r.live).toHaveLength(2);
});

test('an older cursor answers nothing', () => {
	const r = rig();
	r.reads.add('c1', read(2));
	r.reads.known('c1', position(1));
	r.cut();
	r.mend();
	expect(r.live).toHaveLength(2);
});

test('without a connection it goes by HTTP', async () => {
	const r = rig();
	r.cut();
	r.reads.add('c1', read(1));
	await Promise.resolve();
	r.mend();
	expect([r.posted, r.live]).toEqual([['c1'], []]);
});

test('without any way it waits, as one report of all', async () => {
	const r = rig(false);
	r.cut();
	r.reads.add('c1', read(1, true));
	r.reads.add('c1', read(3));
	r.reads.add('c1', read(2));
	await Promise.resolve();
	r.mend();
	expect(r.live).toEqual([['c1', read(3, true)]]);
});
