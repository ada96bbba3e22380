import { type ListName, listNames } from '../api/answers';
import { router, toConversation } from '../route.svelte';
import type { Desk } from '../state/desk.svelte';
import type { Row } from '../wire';
import type { Choice } from './lists';
import type { Selection } from './selection.svelte';

/** The list as the keyboard finds it. */
export interface Pane {
	rows(): readonly Row[];
	tabs(): readonly Choice[];
	/** The conversation that is open. */
	open(): string | undefined;
	element(): HTMLElement | undefined;
	selection: Selection;
	choose(name: ListName): void;
	search(): void;
	/** Opens the menu of all lists. */
	lists(): void;
}

/** What the keys do in the list. Like the keys themselves it comes when the page is idle. */
export class Hands {
	constructor(private readonly pane: Pane) {}

	/** Binds the list's keys. The answer unbinds them. */
	bind(desk: Desk): () => void {
		const { pane } = this;
		const to = (name: ListName) => [name, () => pane.choose(name)] as const;
		const lists = Object.fromEntries(listNames.map(to)) as Record<ListName, () => void>;
		const unbind = [
			desk.keys.bind('list', {
				next: () => this.#step(1),
				previous: () => this.#step(-1),
				select: () => this.#select(0),
				selectNext: () => this.#select(1),
				selectPrevious: () => this.#select(-1),
			}),
			desk.keys.bind('lists', { ...lists, lists: () => pane.lists(), search: () => pane.search() }),
		];
		return () => unbind.forEach((undo) => undo());
	}

	/** The arrows go along the rows without opening them. */
	along(e: KeyboardEvent): void {
		const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
		if (!by || e.ctrlKey || e.metaKey || e.altKey) return;
		e.preventDefault();
		this.#link(this.#beside(this.#focused(), by))?.focus();
	}

	/** From tab to tab. */
	alongTabs(e: KeyboardEvent): void {
		const by = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
		if (!by) return;
		e.preventDefault();
		const tabs = this.pane.tabs();
		const at = tabs.findIndex((t) => document.activeElement?.id === `tab-${t.name}`);
		const to = tabs[(at + by + tabs.length) % tabs.length];
		if (!to) return;
		this.pane.choose(to.name);
		document.getElementById(`tab-${to.name}`)?.focus();
	}

	#step(by: number): void {
		const open = this.pane.open();
		const to = this.#beside(this.#link(open) ? open : undefined, by);
		if (!to) return;
		router.go(toConversation(to));
		this.#link(to)?.focus();
	}

	/** Selects the row that has the focus, or is open, and goes on. */
	#select(by: number): void {
		const at = this.#focused() ?? this.pane.open() ?? this.pane.rows()[0]?.conversation.id;
		if (at && this.#link(at)) this.#link(this.pane.selection.along(at, by, this.pane.rows()))?.focus();
	}

	/** The row so many further, within the ends; the first one, where there is none. */
	#beside(id: string | undefined, by: number): string | undefined {
		const rows = this.pane.rows();
		const at = rows.findIndex((r) => r.conversation.id === id);
		return rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))]?.conversation.id;
	}

	#link(id: string | undefined): HTMLElement | null | undefined {
		return id === undefined ? undefined : this.pane.element()?.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(id)}"]`);
	}

	#focused(): string | undefined {
		return this.pane.element()?.querySelector<HTMLElement>('li:focus-within > [data-conversation]')?.dataset.conversation;
	}
}
