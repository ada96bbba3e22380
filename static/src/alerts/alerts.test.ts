import { beforeEach, expect, test } from 'vitest';
import { ann, ben, message, position, row } from '../state/testing';
import type { Message, Row } from '../wire';
import { Alerts, type Word, type World } from './alerts';
import { told } from './told';

let rows: Record<string, Row>;
let looking: string | undefined;
let on: Set<string>;
let due: (() => void)[];
let did: string[];
let posted: Word[];
let now: number;
let alerts: Alerts;

const unread = (more: Partial<Row['standing']> = {}): Row => ({ ...row('c1'), standing: { ...row('c1').standing, unread: true, ...more } });

beforeEach(() => {
	rows = { c1: unread() };
	looking = undefined;
	on = new Set(['notify', 'sound']);
	[due, did, posted, now] = [[], [], [], 10_000];
	const world: World = {
		now: () => now, self: ann.id, row: (c) => rows[c], looking: (c) => c === looking, chosen: (choice) => on.has(choice),
		say: async () => ({ title: '', body: '' }), show: (_, m) => did.push(`show ${m.id}`), hide: (c) => did.push(`hide ${c}`),
		ring: () => did.push('ring'), post: (w) => posted.push(w), later: (run) => due.push(run),
	};
	alerts = new Alerts(world);
	alerts.leads = true;
});

async function after(m: Message) {
	alerts.heard(m);
	for (const run of due.splice(0)) run();
	await new Promise((resolve) => setTimeout(resolve));
	return did;
}

test('a message rings and is shown', async () => {
	expect(await after(message(1))).toEqual(['ring', 'show m1']);
});

test('several at once ring once', async () => {
	await after(message(1));
	expect(await after(message(2))).toEqual(['ring', 'show m1', 'show m2']);
	now += 5000;
	expect(await after(message(3))).toContain('show m3');
	expect(did.filter((d) => d === 'ring')).toHaveLength(2);
});

test('only what was chosen happens', async () => {
	on = new Set(['sound']);
	expect(await after(message(1))).toEqual(['ring']);
	on = new Set();
	expect(await after(message(2))).toEqual(['ring']);
});

test.each<[string, Partial<Message>, Partial<Row['standing']>]>([
	['one\'s own', { author: ann }, {}],
	['a grey line', { kind: 'event', happening: { what: 'joined' } }, {}],
	['in a muted conversation', {}, { muted: true }],
	['read meanwhile', {}, { unread: false }],
	['behind the cursor', {}, { last_read: position(9) }],
	['copied beneath its original', {}, { beneath: true }],
])('%s is told by nothing', async (_, more, standing) => {
	rows = { c1: unread(standing) };
	expect(await after(message(1, more))).toEqual([]);
});

test('a tab that does not lead is silent', async () => {
	alerts.leads = false;
	expect(await after(message(1))).toEqual([]);
});

test('what somebody looks at is told by no tab', async () => {
	looking = 'c1';
	expect(await after(message(1))).toEqual([]);
	expect(posted).toEqual([{ seen: 'm1' }]);
	looking = undefined;
	alerts.heard(message(2));
	alerts.word({ seen: 'm2' });
	for (const run of due.splice(0, 1)) run();
	expect(did).toEqual([]);
});

test('what is read is shown no more', () => {
	alerts.read('c1');
	expect(did).toEqual(['hide c1']);
});

const m = message(1, { author: ben, text: 'The  secret\nfigures' });

test('in privacy mode, and of a strict conversation, nothing is said but that something waits', () => {
	const strict = { ...unread(), conversation: { ...row('c1').conversation, strict: true } };
	for (const said of [told(m, unread(), { mode: 'privacy', office: { name: 'Ward' } }), told(m, unread(), { mode: 'anything', office: { name: 'Ward' } }), told(m, strict, { mode: 'convenience', office: { name: 'Ward' } })]) {
		expect(said).toEqual({ title: 'Ward', body: 'A message waits for you in Postern.' });
	}
});

test('in convenience mode it says who wrote what', () => {
	expect(told(m, unread(), { mode: 'convenience', office: { name: 'Ward' } })).toEqual({ title: 'Ben Cole', body: 'Title c1\nThe secret figures' });
});
