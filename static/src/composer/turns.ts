/** Lets so many things be done at a time; the others wait in order. */
export class Turns {
	#busy = 0;
	readonly #waiting: (() => void)[] = [];

	constructor(private readonly most: number) {}

	/** Does it when it is its turn. What comes back gives the turn up: it is not begun any more, or others need not wait for its end. */
	take(todo: () => Promise<unknown>): () => void {
		let left = false;
		const leave = () => {
			if (left) return;
			left = true;
			const at = this.#waiting.indexOf(begin);
			if (at >= 0) this.#waiting.splice(at, 1);
			else this.#next();
		};
		const begin = () => {
			this.#busy += 1;
			todo().then(leave, leave);
		};
		if (this.#busy < this.most) begin();
		else this.#waiting.push(begin);
		return leave;
	}

	#next(): void {
		this.#busy -= 1;
		this.#waiting.shift()?.();
	}
}
