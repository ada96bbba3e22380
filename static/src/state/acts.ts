// What a user does at the desk: each asks the server, and takes its answer into the state.
import type { ListName } from '../api/answers';
import * as calls from '../api/calls';
import { problemIn } from '../api/request';
import type { Attachment } from '../wire';
import type { Desk } from './desk.svelte';
import { newKey } from './key';
import type { Pending } from './state';
import type { Asked } from './thread';

/** Loads the first page of a list, or the next one. */
export async function loadList(desk: Desk, name: ListName, more: boolean): Promise<void> {
	const after = more ? desk.state.lists[name].next : undefined;
	if (more && after === undefined) return;
	const page = await desk.ask(`list ${name}`, () => calls.list(name, after));
	if (page) desk.do({ type: 'list', name, page, after });
}

/** Loads a stretch of a conversation. What comes live meanwhile is collected, so nothing falls between. */
export async function loadPage(desk: Desk, conversation: string, asked: Asked, at = ''): Promise<void> {
	desk.do({ type: 'opening', conversation });
	try {
		const page = await desk.ask(`page ${conversation}`, () => calls.page(conversation, where(asked, at)));
		if (page) desk.do({ type: 'page', conversation, page, asked });
	} catch (thrown) {
		desk.do({ type: 'page failed', conversation, problem: problemIn(thrown) });
	}
}

function where(asked: Asked, at: string): calls.Where {
	switch (asked) {
		case 'before':
			return { before: at };
		case 'after':
			return { after: at };
		case 'around':
			return { around: at };
		case 'end':
			return {};
	}
}

/** Something written, as the composer hands it over. */
export interface Words {
	html: string;
	note: boolean;
	important: boolean;
	attachments: readonly Attachment[];
	/** The editor's own form of it, to go on with should it be refused. */
	doc: object | undefined;
}

/** Sends a message: it shows at once, and stays until it comes back or is refused. */
export function send(desk: Desk, conversation: string, words: Words): void {
	const pending: Pending = { ...words, key: newKey(), conversation, at: new Date().toISOString(), problem: undefined };
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

function post(desk: Desk, { key, conversation, html, note, important, attachments }: Pending): void {
	desk.post({ type: 'send', key, conversation, html, note, important, attachments: attachments.map((a) => a.id) });
}

const standing = (ask: (conversation: string, on: boolean) => ReturnType<typeof calls.archive>) =>
	async (desk: Desk, conversation: string, on: boolean): Promise<boolean> => {
		const stood = await desk.try(`standing ${conversation}`, () => ask(conversation, on));
		if (stood) desk.do({ type: 'standing', conversation, ...stood });
		return stood !== undefined;
	};

export const archive = standing(calls.archive);
export const mute = standing(calls.mute);
export const markUnread = standing((conversation) => calls.markUnread(conversation));

export async function change(desk: Desk, conversation: string, to: { title?: string; important?: boolean }): Promise<boolean> {
	const changed = await desk.try(`change ${conversation}`, () => calls.change(conversation, to));
	if (changed) desk.do({ type: 'conversation', ...changed });
	return changed !== undefined;
}

export async function leave(desk: Desk, conversation: string): Promise<boolean> {
	const left = await desk.try(`leave ${conversation}`, async () => (await calls.removePerson(conversation, desk.self.id), true));
	return left === true;
}
