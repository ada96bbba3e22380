import { attending } from './attending';
import { Gaze } from './gaze';

/** Watches which rows of a pane are on screen while somebody attends to the page, and tells the newest that was for a second. */
export class Watch {
	readonly #gaze: Gaze;
	#observer: IntersectionObserver | undefined;

	constructor(saw: (position: string) => void) {
		this.#gaze = new Gaze(saw, attending());
	}

	/** Begins, with the rows that are there; `row` adds those that come. The answer ends it. */
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

	/** To be attached to each row. */
	readonly row = (element: HTMLElement) => {
		this.#observer?.observe(element);
		return () => {
			this.#observer?.unobserve(element);
			this.#gaze.show(element.dataset.position ?? '', false);
		};
	};

	/** Half of a message, or half of the pane full of it, is on screen. */
	#look(changes: IntersectionObserverEntry[]): void {
		for (const change of changes) {
			const enough = change.intersectionRatio >= 0.5 || change.intersectionRect.height >= (change.rootBounds?.height ?? 0) / 2;
			const position = (change.target as HTMLElement).dataset.position ?? '';
			this.#gaze.show(position, change.isIntersecting && enough);
		}
	}
}
