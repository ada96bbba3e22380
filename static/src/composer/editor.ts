// The editor, in a chunk of its own: it is fetched when somebody is about to write.
import { Editor, type JSONContent } from '@tiptap/core';
import { DOMParser } from '@tiptap/pm/model';
import { StarterKit } from '@tiptap/starter-kit';
import { isSafe } from '../html/allowed';
import { pasted } from '../html/pasted';
import { parsed } from '../html/trusted';
import { pressed } from '../keys/chord';
import { type Name, shortcuts } from '../keys/table';
import type { Person } from '../wire';
import { Mention, type Mentioning, mentions, placeholders } from './mention';

// A string, even an empty one, would be parsed as HTML.
const blank: JSONContent = { type: 'doc', content: [{ type: 'paragraph' }] };

/** What the toolbar can do. */
export const acts = {
	bold: { run: (e: Editor) => e.chain().focus().toggleBold().run(), on: (e: Editor) => e.isActive('bold') },
	italic: { run: (e: Editor) => e.chain().focus().toggleItalic().run(), on: (e: Editor) => e.isActive('italic') },
	underline: { run: (e: Editor) => e.chain().focus().toggleUnderline().run(), on: (e: Editor) => e.isActive('underline') },
	strike: { run: (e: Editor) => e.chain().focus().toggleStrike().run(), on: (e: Editor) => e.isActive('strike') },
	heading: { run: (e: Editor) => e.chain().focus().toggleHeading({ level: 3 }).run(), on: (e: Editor) => e.isActive('heading') },
	bullets: { run: (e: Editor) => e.chain().focus().toggleBulletList().run(), on: (e: Editor) => e.isActive('bulletList') },
	numbers: { run: (e: Editor) => e.chain().focus().toggleOrderedList().run(), on: (e: Editor) => e.isActive('orderedList') },
	quote: { run: (e: Editor) => e.chain().focus().toggleBlockquote().run(), on: (e: Editor) => e.isActive('blockquote') },
	code: { run: (e: Editor) => toggleCode(e), on: (e: Editor) => e.isActive('code') || e.isActive('codeBlock') },
};

export type Act = keyof typeof acts;

export interface Writing {
	label: string;
	doc: JSONContent | undefined;
	changed(doc: JSONContent, html: string, empty: boolean): void;
	/** The selection moved or its marks changed. */
	moved(): void;
	send(): void;
	link(): void;
	/** Out of the field, so that single keys act again. */
	leave(): void;
	files(files: File[]): void;
	/** Takes back the send before, if that is what undoing means just now. */
	unsend(): boolean;
	/** Whom may be mentioned: a mention of anybody else that is pasted becomes plain text. */
	people(): readonly Person[];
	/** Somebody begins, goes on or ceases to mention. */
	mentioning(m: Mentioning | undefined): void;
	/** A key goes to the list of people first, while that is open. Says whether it was for it. */
	mentionKey(key: string): boolean;
}

/** Makes an element an editor. No styles are injected and no HTML is parsed: the page's content policy allows neither. */
export function edit(element: HTMLElement, writing: Writing): Editor {
	const editor: Editor = new Editor({
		element,
		content: writing.doc ?? blank,
		injectCSS: false,
		extensions: [
			StarterKit.configure({
				heading: { levels: [2, 3] },
				horizontalRule: false,
				trailingNode: false,
				link: { openOnClick: false, autolink: true, defaultProtocol: 'https', isAllowedUri: (url) => isSafe(url) },
			}),
			Mention,
			mentions((m) => writing.mentioning(m)),
			placeholders,
		],
		editorProps: {
			attributes: { class: 'rich', role: 'textbox', 'aria-multiline': 'true', 'aria-label': writing.label, spellcheck: 'true' },
			handleKeyDown: (_, e) => (plainKey(e) && writing.mentionKey(e.key)) || key(e, bound(editor, writing)),
			transformPastedHTML: (html) => clean(html, writing.people()),
			handlePaste: (_, e) => took(e.clipboardData, writing),
			handleDrop: (_, e) => took(e.dataTransfer, writing),
		},
		onUpdate: ({ editor }) => writing.changed(editor.getJSON(), editor.getHTML(), editor.getText().trim() === ''),
		onTransaction: () => writing.moved(),
	});
	return editor;
}

/** What the keys of `writing` do (keys/table.ts), in an editor. */
export function bound(e: Editor, writing: Pick<Writing, 'send' | 'link' | 'leave' | 'unsend'>): Record<Name<'writing'>, () => unknown> {
	const marks = Object.fromEntries((Object.keys(acts) as Act[]).map((name) => [name, () => void acts[name].run(e)])) as Record<Act, () => void>;
	return { ...marks, send: writing.send, link: writing.link, leave: writing.leave, unsend: writing.unsend };
}

const plainKey = (e: KeyboardEvent): boolean => !e.isComposing && !(e.ctrlKey || e.metaKey || e.altKey || e.shiftKey);

// What a key runs may say, by false, that it was not for it.
function key(e: KeyboardEvent, run: Record<Name<'writing'>, () => unknown>): boolean {
	const names = Object.keys(shortcuts.writing) as Name<'writing'>[];
	const name = e.isComposing ? undefined : names.find((n) => pressed(shortcuts.writing[n][0], e));
	if (!name || run[name]() === false) return false;
	e.preventDefault();
	return true;
}

// Files are attached. Text that comes with them (a cell, a drawing of it) is what was meant, when there is any.
function took(data: DataTransfer | null, writing: Writing): boolean {
	const files = [...(data?.files ?? [])];
	if (files.length === 0 || data?.types.includes('text/html')) return false;
	writing.files(files);
	return true;
}

function clean(html: string, people: readonly Person[]): string {
	const box = document.createElement('div');
	box.append(pasted(parsed(html), document));
	for (const span of box.querySelectorAll<HTMLElement>('[data-mention]')) if (!people.some((p) => p.id === span.dataset.mention)) span.removeAttribute('data-mention');
	return box.innerHTML;
}

// Some words of a line, or whole lines.
function toggleCode(e: Editor): boolean {
	const { from, to, $from, $to } = e.state.selection;
	const words = from !== to && $from.sameParent($to) && !(from === $from.start() && to === $to.end());
	return words || e.isActive('code') ? e.chain().focus().toggleCode().run() : e.chain().focus().toggleCodeBlock().run();
}

/** Shows HTML of the server's in the place of what the editor holds, as far as the editor knows it. */
export function renewFrom(e: Editor, html: string): void {
	renew(e, docFrom(e, html));
}

/** Puts HTML of the server's where the cursor is. */
export function insert(e: Editor, html: string): void {
	e.chain().focus().insertContent(docFrom(e, html).content ?? []).run();
}

function docFrom(e: Editor, html: string): JSONContent {
	const box = document.createElement('div');
	box.append(pasted(parsed(html), document));
	return DOMParser.fromSchema(e.schema).parse(box).toJSON() as JSONContent;
}

/** Shows a document in the place of what the editor holds. */
export function renew(e: Editor, doc: JSONContent | undefined): void {
	e.commands.setContent(doc ?? blank, { emitUpdate: true });
}

export { mention } from './mention';
export { meant } from './mentioning';
export { default as Mentions } from './Mentions.svelte';
export { default as Toolbar } from './Toolbar.svelte';
export type { Editor };
