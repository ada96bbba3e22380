// Mentions in the editor: a node that stands for a person, and the list that an @ opens.
import { type Editor, Extension, Node } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import type { Person } from '../wire';
import { typedName } from './mentioning';
import { placeholder } from './placeholders';

/** Somebody is being mentioned: what is typed of the name, and from where. */
export interface Mentioning {
	typed: string;
	from: number;
	to: number;
}

/** A person in the text, as the server has it: <span data-mention="ID">@Name</span>. */
export const Mention = Node.create({
	name: 'mention',
	group: 'inline',
	inline: true,
	atom: true,
	selectable: false,
	addAttributes: () => ({ id: {}, name: {} }),
	parseHTML: () => [{ tag: 'span[data-mention]', getAttrs: (e) => ({ id: e.dataset.mention, name: (e.textContent ?? '').replace(/^@/, '') }) }],
	renderHTML: ({ node }) => ['span', { 'data-mention': String(node.attrs.id) }, `@${String(node.attrs.name)}`],
	renderText: ({ node }) => `@${String(node.attrs.name)}`,
});

/** Tells whenever somebody begins, goes on or ceases to mention. */
export const mentions = (told: (m: Mentioning | undefined) => void) =>
	Extension.create({
		name: 'mentions',
		onTransaction: ({ editor }) => told(mentioning(editor)),
		onBlur: () => told(undefined),
	});

function mentioning(e: Editor): Mentioning | undefined {
	const { $from, empty } = e.state.selection;
	if (!empty || !e.isFocused || e.isActive('code') || e.isActive('codeBlock')) return undefined;
	const before = $from.parent.textBetween(Math.max(0, $from.parentOffset - 80), $from.parentOffset, undefined, '\ufffc');
	const typed = typedName(before);
	return typed === undefined ? undefined : { typed, from: $from.pos - typed.length - 1, to: $from.pos };
}

/** Puts somebody in the place of what was typed of their name. */
export function mention(e: Editor, m: Mentioning, person: Person): void {
	const content = [{ type: 'mention', attrs: { id: person.id, name: person.name } }, { type: 'text', text: ' ' }];
	e.chain().focus().insertContentAt({ from: m.from, to: m.to }, content).run();
}

/** Shows what a template left to be filled in. */
export const placeholders = Extension.create({
	name: 'placeholders',
	addProseMirrorPlugins: () => [
		new Plugin({
			props: {
				decorations: ({ doc }) => {
					const found: Decoration[] = [];
					doc.descendants((node, at) => {
						for (const hit of node.text?.matchAll(placeholder) ?? []) found.push(Decoration.inline(at + hit.index, at + hit.index + hit[0].length, { class: 'placeholder' }));
					});
					return DecorationSet.create(doc, found);
				},
			},
		}),
	],
});
