// Messages that are written, on their way to the server.
import * as calls from '../api/conversation';
import { Outbox } from '../live/outbox';
import type { Attachment, Command } from '../wire';
import type { Desk } from './desk.svelte';
import { acknowledged } from './acknowledged';
import { newKey } from './key';
import type { Pending } from './state';

/** Something written, as the composer hands it over. */
export interface Words {
	html: string;
	note: boolean;
	important: boolean;
	unsigned?: boolean;
	/** A blind copy of the mail that goes out; undefined: as the profile has it. */
	bcc?: boolean | undefined;
	attachments: readonly Attachment[];
	/** false: in convenience mode the files travel in the mail. */
	secure?: boolean;
	/** The editor's own form of it, to go on with should it be refused. */
	doc: object | undefined;
	/** Its draft's id, to be sent under; whether the server may have that draft, and which version of it this is. */
	key?: string;
	drafted?: boolean;
	draft_version?: number;
}

/** Sends a message: it shows at once, and stays until it comes back or is refused. */
export function send(desk: Desk, conversation: string, words: Words): Pending {
	const pending: Pending = { ...words, key: words.key ?? newKey(), conversation, at: new Date().toISOString(), problem: undefined };
	desk.do({ type: 'send', pending });
	post(desk, pending);
	return pending;
}

/** Sends again what was refused, with its key: had it arrived after all, it would not be there twice. */
export function sendAgain(desk: Desk, pending: Pending): void {
	desk.do({ type: 'send refused', conversation: pending.conversation, key: pending.key, problem: undefined });
	post(desk, pending);
}

export function drop(desk: Desk, pending: Pending): void {
	desk.do({ type: 'send dropped', conversation: pending.conversation, key: pending.key });
}

function post(desk: Desk, pending: Pending): void {
	desk.outbox ??= outbox(desk);
	desk.outbox.add(commandOf(pending));
}

const commandOf = ({ key, conversation, html, note, important, unsigned, bcc, attachments, secure, drafted, draft_version }: Pending) => ({
	type: 'send', key, conversation, html, note, important, unsigned, bcc, attachments: attachments.map((a) => a.id), secure, drafted, draft_version,
});

/** The message that something sent has become: the same key with the same content is answered by the first answer, as often as it is asked. */
export const arrived = (pending: Pending) => calls.send(pending.conversation, draftOf(commandOf(pending)));

function outbox(desk: Desk): Outbox {
	const made = new Outbox({
		now: () => Date.now(),
		random: Math.random,
		live: (command) => desk.passing(command),
		http: (c) => calls.send(c.conversation, draftOf(c)),
		acked: (key, ack) => {
			const message = acknowledged(desk.state, key, ack);
			if (message) desk.do({ type: 'sent', message });
		},
		delivered: (_, answer) => desk.do({ type: 'sent', message: answer.message }),
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
	secure: c.secure,
	drafted: c.drafted,
	draft_version: c.draft_version,
	unsigned: c.unsigned,
	bcc: c.bcc,
});
