import type { Component } from 'svelte';

// An interface is no Record of unknown, so this is Svelte's own bound.
// oxlint-disable-next-line no-explicit-any
export type AnyComponent = Component<any>;

/** A component in a chunk of its own, fetched when it is first wanted or, before that, when the page is idle. */
export class Part<C extends AnyComponent = AnyComponent> {
	/** The component, once it has come: from then on it is shown in the same frame in which it is wanted. */
	component: C | undefined;
	#coming: Promise<C> | undefined;

	constructor(private readonly load: () => Promise<C>) {}

	fetch(): Promise<C> {
		this.#coming ??= this.load().then(
			(component) => (this.component = component),
			(thrown: unknown) => {
				this.#coming = undefined; // whoever wants it next asks again
				throw thrown;
			},
		);
		return this.#coming;
	}
}

/** Makes the parts of one chunk: a module that exports them all. */
export const chunk =
	<Module extends object>(load: () => Promise<Module>) =>
	<Name extends keyof Module>(name: Name) =>
		new Part(() => load().then((module) => module[name] as Module[Name] & AnyComponent));
