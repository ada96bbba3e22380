/** How long a message must be on screen to count as read, in ms. */
const long = 1000;

/**
 * Watches which messages are on screen in a focused window, and tells the newest that was for a second. A tab in the
 * background, or a window without the focus, reads nothing.
 */
export class Gaze {
	readonly #visible = new Map<string, number>(); // by position: since when it has been looked at
	#timer: ReturnType<typeof setTimeout> | undefined;
	#attending: boolean;

	constructor(
		private readonly saw: (position: string) => void,
		attending: boolean,
		private readonly now: () => number = Date.now,
	) {
		this.#attending = attending;
	}

	/** The message at the position came on screen, or left it. */
	show(position: string, on: boolean): void {
		if (!on) this.#visible.delete(position);
		else if (!this.#visible.has(position)) this.#visible.set(position, this.now());
		this.#look();
	}

	/** The window got the focus and is in view, or not any more. */
	attend(on: boolean): void {
		if (on === this.#attending) return;
		this.#attending = on;
		for (const position of this.#visible.keys()) this.#visible.set(position, this.now());
		this.#look();
	}

	stop(): void {
		clearTimeout(this.#timer);
		this.#visible.clear();
	}

	#look(): void {
		clearTimeout(this.#timer);
		if (!this.#attending) return;
		const now = this.now();
		const [seen, waiting] = [[], []] as [string[], number[]];
		for (const [position, since] of this.#visible) {
			if (now - since >= long) seen.push(position);
			else waiting.push(since + long - now);
		}
		const newest = seen.toSorted().at(-1);
		if (newest !== undefined) this.saw(newest);
		if (waiting.length > 0) this.#timer = setTimeout(() => this.#look(), Math.min(...waiting));
	}
}
