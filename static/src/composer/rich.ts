import type { Act } from './editor';

/** What a loaded editor gives to whoever shows it: its toolbar, and what that needs. */
export interface Rich {
	Toolbar: typeof import('./Toolbar.svelte').default;
	marks(): ReadonlySet<Act>;
	act(name: Act): void;
	link(): void;
}
