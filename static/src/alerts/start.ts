import type { Office } from '../api/answers';
import * as calls from '../api/reading';
import { attending } from '../conversation/attending';
import { router, toConversation } from '../route.svelte';
import type { Desk } from '../state/desk.svelte';
import type { Message } from '../wire';
import { Alerts, type Word, type World } from './alerts';
import { chosen, permission } from './choices';
import { ring } from './sound';
import { type Told, told } from './told';

/** Begins to tell of messages outside of the page, as this device is set. The answer ends it. */
export function start(desk: Desk): () => void {
	const name = `postern.alerts.${desk.self.id}`;
	const channel = new BroadcastChannel(name);
	const shown = new Map<string, Notification>();
	const world: World = {
		now: Date.now,
		self: desk.self.id,
		row: (conversation) => desk.state.rows[conversation]?.row,
		looking: (conversation) => attending() && router.route.name === 'conversation' && router.route.id === conversation,
		chosen: (choice) => chosen(desk.self.id, choice) && (choice === 'sound' || permission() === 'granted'),
		say: async (m, row) => told(m, row, await own(desk)),
		show: (said, m) => show(shown, said, m),
		hide: (conversation) => {
			shown.get(conversation)?.close();
			shown.delete(conversation);
		},
		ring: () => void ring().catch(() => {}), // silence is no fault
		// oxlint-disable-next-line require-post-message-target-origin -- a channel has none: it reaches pages of this origin alone
		post: (word) => channel.postMessage(word),
		later: (run, ms) => void setTimeout(run, ms),
	};
	const alerts = new Alerts(world);
	channel.addEventListener('message', (e: MessageEvent<Word>) => alerts.word(e.data));
	desk.alerts = alerts;
	const stop = lead(name, alerts);
	return () => {
		stop();
		channel.close();
		desk.alerts = undefined;
		for (const n of shown.values()) n.close();
	};
}

// Who holds the lock tells, until the tab is gone; then the next one does. Without locks each tab tells: what they show replaces each other.
function lead(name: string, alerts: Alerts): () => void {
	if (!('locks' in navigator)) {
		alerts.leads = true;
		return () => {};
	}
	const stopped = new AbortController();
	const held = new Promise<void>((resolve) => stopped.signal.addEventListener('abort', () => resolve()));
	const hold = () => {
		alerts.leads = true;
		return held;
	};
	navigator.locks.request(name, { signal: stopped.signal }, hold).catch(() => {}); // ended while it waited
	return () => stopped.abort();
}

// Office, account or oneself may have become private since this page was opened: who says more than that something waits asks first.
async function own(desk: Desk): Promise<{ mode: string; office: Office }> {
	try {
		const me = await calls.me();
		desk.me = { ...desk.me, user: me.user, office: me.office, mode: me.mode };
		return me;
	} catch {
		return { office: desk.me.office, mode: 'privacy' };
	}
}

function show(shown: Map<string, Notification>, said: Told, m: Message): void {
	const about = new Notification(said.title, { body: said.body, tag: m.conversation, icon: '/favicon.svg', silent: true });
	shown.set(m.conversation, about);
	about.addEventListener('click', () => {
		window.focus();
		about.close();
		router.go(toConversation(m.conversation));
	});
	about.addEventListener('close', () => shown.get(m.conversation) === about && shown.delete(m.conversation));
}
