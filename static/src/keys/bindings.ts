import type { Group, Name } from './table';

export type Run = (e: KeyboardEvent) => void;

/** What the keys do just now. Which keys those are, and the listening, comes later (keyboard.ts): it shows nothing. */
export class Bindings {
	/** The latest first: it goes before what was bound earlier. */
	readonly all: { group: Group; runs: Partial<Record<Name, Run>> }[] = [];

	/** Keys pressed before anybody listened: they are not lost. */
	readonly early: KeyboardEvent[] = [];

	/** Binds a whole group. The answer unbinds it. */
	bind<G extends Group>(group: G, runs: Record<Name<G>, Run>): () => void {
		const bound = { group, runs };
		this.all.unshift(bound);
		return () => void this.all.splice(this.all.indexOf(bound), 1);
	}
}
