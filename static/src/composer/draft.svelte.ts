import type { JSONContent } from '@tiptap/core';
import type { State } from '../state/state';
import type { Attachment, Draft as Kept } from '../wire';
import { Files } from './files.svelte';
import type { Keeper } from './keeper';

/** What comes back of a message to where it was written. */
export interface Taken {
	doc: object | undefined;
	note: boolean;
	important?: boolean;
	unsigned?: boolean | undefined;
	bcc?: boolean | undefined;
	secure?: boolean | undefined;
	attachments: readonly Attachment[];
}

/** What is being written in one place. It outlives the component: going elsewhere and coming back loses nothing. */
export class Draft {
	/** The editor's document; before the editor has loaded, `text` stands for it. */
	doc: JSONContent | undefined = $state.raw();
	text = $state('');
	html = $state('');
	empty = $state(true);
	note = $state(false);
	important = $state(false);
	/** Without the signature. */
	unsigned = $state(false);
	/** A blind copy of the mail that goes out; undefined: as the profile has it. */
	bcc: boolean | undefined = $state();
	/** Why the server does not keep it. */
	trouble = $state('');
	/** Grows when the document is set from outside the editor, which then takes it. */
	version = $state(0);
	/** Grows when the words of a send that was undone have come back: one goes on writing them. */
	returned = $state(0);
	readonly files = new Files();
	/** HTML that an editor is still to take; `text` stands for it until then. */
	source: string | undefined = $state.raw();
	/** Saves it, once somebody tends it (tending.svelte.ts). */
	keeper: Keeper | undefined;

	/** Whether there is something to send, and nothing it waits for. */
	get ready(): boolean {
		return (!this.empty || this.files.all.length > 0) && this.files.done;
	}

	/** Whether nothing is written or attached here. */
	get untouched(): boolean {
		return this.empty && this.files.all.length === 0;
	}

	/** What the server keeps of it, but for where it belongs. */
	get kept() {
		const { note, important, unsigned, bcc, files } = this;
		return { html: this.empty ? '' : this.html, note, important, unsigned, bcc, secure: files.secure, attachments: files.attachments.map((a) => a.id) };
	}

	/** Takes what was written in the plain field. */
	write(text: string): void {
		this.source = undefined;
		this.text = text;
		this.doc = docOf(text);
		this.html = htmlOf(text);
		this.empty = text.trim() === '';
	}

	/** Takes back what was sent and refused or undone, after what is being written. Together they are a note if one of them is: no note becomes a message; and no file
	 * travels in a mail that was to be a link. */
	take(words: Taken): void {
		const alone = this.untouched;
		const taken = (words.doc as JSONContent | undefined)?.content ?? [];
		const kept = this.empty ? [] : (this.doc?.content ?? []);
		this.doc = { type: 'doc', content: [...kept, ...taken] };
		this.text = this.doc.content?.map(textOf).join('\n') ?? '';
		this.html = htmlOf(this.text); // until an editor has taken the document
		this.empty = this.text.trim() === '';
		this.note = words.note || (this.note && !alone);
		if (alone) {
			this.important = words.important ?? false;
			this.unsigned = words.unsigned ?? false;
			this.bcc = words.bcc;
		}
		if (words.attachments.length > 0) this.files.secure = words.secure !== false || (this.files.secure && this.files.all.length > 0);
		this.files.add(words.attachments);
		this.version += 1;
	}

	/** Takes HTML of the server's, in place of what is here. */
	showHTML(html: string, text = html.replaceAll(/<[^>]*>/g, ' ')): void {
		this.source = html;
		this.doc = undefined;
		this.text = text;
		this.html = html;
		this.empty = text.trim() === '';
		this.version += 1;
	}

	/** Takes a draft as the server keeps it, in place of what is here. */
	show(kept: Kept): void {
		this.showHTML(kept.html ?? '', kept.preview);
		this.note = kept.note;
		this.important = kept.important;
		this.unsigned = kept.unsigned;
		this.bcc = kept.bcc;
		this.files.clear();
		this.files.secure = kept.secure;
		this.files.add(kept.attachments);
	}

	/** Empty again, for a message: a note is written on purpose, each time. */
	clear(): void {
		this.write('');
		this.doc = undefined;
		this.source = undefined;
		this.version += 1;
		this.note = false;
		this.important = false;
		this.unsigned = false;
		this.bcc = undefined;
		this.trouble = '';
		this.files.clear();
	}
}

const textOf = (node: JSONContent): string => node.text ?? (node.type === 'mention' ? `@${String(node.attrs?.name)}` : undefined) ?? node.content?.map(textOf).join('') ?? '';

const lines = (text: string): string[] => text.split('\n');

function docOf(text: string): JSONContent {
	const content = lines(text).map((line) => (line === '' ? { type: 'paragraph' } : { type: 'paragraph', content: [{ type: 'text', text: line }] }));
	return { type: 'doc', content };
}

function htmlOf(text: string): string {
	const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
	return lines(escaped).map((line) => `<p>${line}</p>`).join('');
}

const drafts = new Map<string, Draft>();

// Leaving the page with something that is not saved yet asks first, and saves it meanwhile.
addEventListener('beforeunload', (e) => {
	const unsaved = [...drafts.values()].filter((d) => (d.keeper ? d.keeper.dirty : !d.empty) || !d.files.done);
	for (const d of unsaved) void d.keeper?.flush();
	if (unsaved.length > 0) e.preventDefault();
});
document.addEventListener('visibilitychange', () => {
	if (document.visibilityState === 'hidden') for (const d of drafts.values()) void d.keeper?.flush();
});

/** The draft of a place (a conversation's id, or `new`), for as long as the page lives. */
export function draftOf(place: string): Draft {
	const known = drafts.get(place);
	if (known) return known;
	const fresh = new Draft();
	drafts.set(place, fresh);
	return fresh;
}

/** Keeps what was written and could not be sent before the session ended. */
export function keepUnsent(pending: State['pending']): void {
	for (const [conversation, all] of Object.entries(pending)) {
		for (const p of all) draftOf(conversation).take(p);
	}
}
