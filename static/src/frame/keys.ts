import { tinykeys } from 'tinykeys';

const name = 'postern.single-keys';

/** Whether single letters act. Who writes by voice turns this off (WCAG 2.1.4). */
export const singleKeys = (): boolean => localStorage.getItem(name) !== 'off';
export const useSingleKeys = (on: boolean): void => localStorage.setItem(name, on ? 'on' : 'off');

/** Binds keys on the window. Those without Ctrl or Alt act only outside of fields and dialogs. The answer unbinds. */
export function bind(keys: Readonly<Record<string, (e: KeyboardEvent) => void>>): () => void {
	const guarded = Object.fromEntries(
		Object.entries(keys).map(([key, run]) => [key, /\$mod|Alt/.test(key) ? always(run) : alone(run)]),
	);
	return tinykeys(window, guarded);
}

const always = (run: (e: KeyboardEvent) => void) => (e: KeyboardEvent) => {
	e.preventDefault();
	run(e);
};

const alone = (run: (e: KeyboardEvent) => void) => (e: KeyboardEvent) => {
	const at = e.target instanceof Element ? e.target : null;
	if (at?.closest('input, textarea, select, [contenteditable]') || document.querySelector('dialog[open], :popover-open')) return;
	if (e.key.length === 1 && !singleKeys()) return;
	e.preventDefault();
	run(e);
};
