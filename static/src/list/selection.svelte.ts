import { activity } from '../state/rows';
import type { Row } from '../wire';

/** The rows that are chosen to be marked together. As long as there are any, rows keep their places: what happens meanwhile moves nothing under the hand. */
export class Selection {
	chosen: ReadonlySet<string> = $state.raw(new Set());
	/** The rows as they stood when the first was chosen. */
	#order: readonly Row[] = [];
	#last: string | undefined;

	/** Chooses a row, or no longer; as a range, all from the last one that was touched. */
	toggle(id: string, shown: readonly Row[], range = false): void {
		if (this.chosen.size === 0) this.#order = shown;
		const ids = shown.map((r) => r.conversation.id);
		const [from, to] = [range && this.#last ? ids.indexOf(this.#last) : -1, ids.indexOf(id)];
		const on = from >= 0 || !this.chosen.has(id);
		const touched = from < 0 ? [id] : ids.slice(Math.min(from, to), Math.max(from, to) + 1);
		const chosen = new Set(this.chosen);
		for (const one of touched) chosen[on ? 'add' : 'delete'](one);
		this.chosen = chosen;
		this.#last = id;
	}

	/** By the keyboard: the row at hand, or (by 1 or -1) that row and the one beside it. The answer is where the focus goes. */
	along(id: string, by: number, shown: readonly Row[]): string {
		const to = shown[shown.findIndex((r) => r.conversation.id === id) + by]?.conversation.id ?? id;
		if (by === 0 || !this.chosen.has(id)) this.toggle(id, shown);
		if (!this.chosen.has(to) && by !== 0) this.toggle(to, shown);
		return to;
	}

	all(shown: readonly Row[]): void {
		if (this.chosen.size === 0) this.#order = shown;
		this.chosen = new Set(shown.map((r) => r.conversation.id));
	}

	clear(): void {
		this.chosen = new Set();
		this.#last = undefined;
	}

	/** The rows of a list in the places they had, as they are now (`known`: also those that left it), with older ones that were loaded since below; and how many came on top. */
	hold(rows: readonly Row[], known: (id: string) => Row | undefined): { rows: readonly Row[]; above: number } {
		if (this.chosen.size === 0) return { rows, above: 0 };
		const held = new Set(this.#order.map((r) => r.conversation.id));
		const rest = rows.filter((r) => !held.has(r.conversation.id));
		const end = Date.parse(this.#order.length > 0 ? activity(this.#order.at(-1) as Row) : '');
		const below = rest.filter((r) => Date.parse(activity(r)) <= end);
		return { rows: [...this.#order.map((r) => known(r.conversation.id) ?? r), ...below], above: rest.length - below.length };
	}
}
