// Messages that are written, on their way to the server.
import * as calls from '../api/conversation';
import { Outbox } from '../live/outbox';
import type { Attachment, Command } from '../wire';
import type { Desk } from './desk.svelte';
import { newKey } from './key';
import type { Pending } from './state';

/** Something written, as the composer hands it over. */
export interface Words {
	html: string;
	note: boolean;
	important: boolean;
	unsigned?: boolean;
	attachments: readonly Attachment[];
	/** The editor's own form of it, to go on with should it be refused. */
	doc: object | undefined;
	/** Its draft's id, to be sent under; and whether the server may have that draft. */
	key?: string;
	drafted?: boolean;
}

/** Sends a message: it shows at once, and stays until it comes back or is refused. */
export function send(desk: Desk, conversation: string, words: Words): void {
	const pending: Pending = { ...words, key: words.key ?? newKey(), conversation, at: new Date().toISOString(), problem: undefined };
	desk.do({ type: 'send', pending });
	post(desk, pending);
}

/** Sends again what was refused, with its key: had it arrived after all, it would not be there twice. */
export function sendAgain(desk: Desk, pending: Pending): void {
	desk.do({ type: 'send refused', conversation: pending.conversation, key: pending.key, problem: undefined });
	post(desk, pending);
}

export function drop(desk: Desk, pending: Pending): void {
	desk.do({ type: 'send dropped', conversation: pending.conversation, key: pending.key });
}

function post(desk: Desk, { key, conversation, html, note, important, unsigned, attachments, drafted }: Pending): void {
	desk.outbox ??= outbox(desk);
	desk.outbox.add({ type: 'send', key, conversation, html, note, important, unsigned, attachments: attachments.map((a) => a.id), drafted });
}

function outbox(desk: Desk): Outbox {
	const made = new Outbox({
		now: () => Date.now(),
		random: Math.random,
		live: (command) => desk.passing(command),
		http: (c) => calls.send(c.conversation, draftOf(c)),
		delivered: (_, answer) => desk.do({ type: 'sent', message: answer.message, as_of: answer.as_of }),
		failed: (c, problem) => desk.do({ type: 'send refused', conversation: c.conversation, key: c.key, problem }),
	});
	if (desk.link === 'live') made.connected();
	return made;
}

const draftOf = (c: Command & { key: string }) => ({
	key: c.key,
	html: c.html ?? '',
	note: c.note,
	important: c.important,
	attachments: c.attachments,
	drafted: c.drafted,
	unsigned: c.unsigned,
});
