import type { Bindings, Run } from './bindings';
import { pressed, told } from './chord';
import { singleKeys } from './single';
import { keys, type Name, shortcuts } from './table';

/** How long after its first key a sequence goes on, in ms. */
const patience = 1500;

/** Listens to the keys of a window, and runs what is bound to them. Nothing is run by keys that type text. */
export class Keyboard {
	#begun = { step: '', at: -Infinity };

	constructor(private readonly bindings: Bindings) {}

	/** Begins to listen. The answer ends it. */
	listen(): () => void {
		const press = (e: KeyboardEvent) => this.#press(e);
		addEventListener('keydown', press);
		for (const e of this.bindings.early.splice(0)) press(e);
		for (const name of ['pointerover', 'focusin']) document.addEventListener(name, tell);
		return () => {
			removeEventListener('keydown', press);
			for (const name of ['pointerover', 'focusin']) document.removeEventListener(name, tell);
		};
	}

	#press(e: KeyboardEvent): void {
		if (e.defaultPrevented || e.isComposing) return;
		const typed = !(e.ctrlKey || e.metaKey || e.altKey);
		if (typed && !free(e)) return;
		const begun = e.timeStamp - this.#begun.at < patience ? this.#begun.step : '';
		this.#begun.at = -Infinity;
		const run = (begun && this.#find(e, begun)) || this.#find(e, '');
		if (run) {
			e.preventDefault();
			run(e);
		} else if (typed && this.#begins(e.key)) this.#begun = { step: e.key, at: e.timeStamp };
	}

	#find(e: KeyboardEvent, begun: string): Run | undefined {
		for (const { group, runs } of this.bindings.all) {
			for (const [name, [chord]] of Object.entries(shortcuts[group])) {
				const [first, second] = chord.split(' ') as [string, string?];
				const step = second === undefined ? (begun ? undefined : first) : first === begun ? second : undefined;
				// Held down, a key goes along the list, and does nothing else again and again.
				if (step && pressed(step, e) && (!e.repeat || group === 'list')) return runs[name as Name];
			}
		}
		return undefined;
	}

	#begins(key: string): boolean {
		return this.bindings.all.some(({ group }) => Object.values(shortcuts[group]).some(([chord]) => chord.startsWith(`${key} `)));
	}
}

/** Whether a key pressed there is no part of a text or a choice, and letters may act. */
function free(e: KeyboardEvent): boolean {
	const at = e.target instanceof Element ? e.target : null;
	if (at?.closest('input:not([type=checkbox]), textarea, select, [contenteditable]') || document.querySelector('dialog[open], :popover-open')) return false;
	return e.key.length > 1 || singleKeys();
}

/** Puts the keys into the tooltip of what is pointed at or focused: `data-shortcut` names them. */
function tell(e: Event): void {
	const at = e.target instanceof Element ? e.target.closest<HTMLElement>('[data-shortcut]') : null;
	if (!at) return;
	const chord = told(keys(at.dataset.shortcut as Name));
	const said = at.title || at.ariaLabel || '';
	if (!said.endsWith(`(${chord})`)) at.title = `${said} (${chord})`.trim();
}
