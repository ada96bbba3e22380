import { attending } from './attending';
import { Gaze } from './gaze';

/** Watches which rows of a pane are on screen while somebody attends to the page, and tells the newest that was for a second. */
export class Watch {
	readonly #gaze: Gaze;
	#observer: IntersectionObserver | undefined;

	constructor(saw: (position: string) => void) {
		this.#gaze = new Gaze(saw, attending());
	}

	/** Begins, with the rows that are there; `row` adds those that come later. The answer ends it. */
	begin(pane: HTMLElement): () => void {
		this.#observer = new IntersectionObserver((changes) => this.#look(changes), { root: pane, threshold: [0, 0.5, 1] });
		for (const element of pane.querySelectorAll('[data-position]')) this.#observer.observe(element);
		const attend = () => this.#gaze.attend(attending());
		for (const name of ['focus', 'blur']) addEventListener(name, attend);
		document.addEventListener('visibilitychange', attend);
		return () => {
			this.#observer?.disconnect();
			this.#gaze.stop();
			for (const name of ['focus', 'blur']) removeEventListener(name, attend);
			document.removeEventListener('visibilitychange', attend);
		};
	}

	/** A row has come. */
	row(element: HTMLElement): void {
		this.#observer?.observe(element);
	}

	/** A row is no more. */
	leave(element: HTMLElement): void {
		this.#observer?.unobserve(element);
		this.#gaze.show(element.dataset.position ?? '', false);
	}

	/** Half of a message, or half of the pane full of it, is on screen. */
	#look(changes: IntersectionObserverEntry[]): void {
		for (const change of changes) {
			const enough = change.intersectionRatio >= 0.5 || change.intersectionRect.height >= (change.rootBounds?.height ?? 0) / 2;
			const position = (change.target as HTMLElement).dataset.position ?? '';
			this.#gaze.show(position, change.isIntersecting && enough);
		}
	}
}
