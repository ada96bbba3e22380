/** How often typing is told at most, and after how long without a key it is over, in ms. */
const again = 2000;
const over = 5000;

/** Tells that somebody types: at once, then every two seconds, and when it is over. */
export class Typing {
	#told = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly tell: (on: boolean) => void) {}

	/** A key was pressed; `words` says whether anything is written. */
	typed(words: boolean): void {
		if (!words) {
			this.stop();
			return;
		}
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.stop(), over);
		const now = Date.now();
		if (now - this.#told < again) return;
		this.#told = now;
		this.tell(true);
	}

	stop(): void {
		clearTimeout(this.#timer);
		if (this.#told === 0) return;
		this.#told = 0;
		this.tell(false);
	}
}
