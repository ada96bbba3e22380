import { problemIn } from '../api/request';
import type { Problem } from '../wire';

/** A page of an answer; `next` asks for the one after it, and is absent at the end. */
export interface Answer<Item> {
	items: readonly Item[];
	next?: string | undefined;
}

type Call<Question, Item> = (q: Question, after?: string) => Promise<Answer<Item>>;

/** What was asked, and the pages of the answer that are here. What was there before stays until something else is. */
export class Pages<Question, Item> {
	question: Question | undefined = $state.raw();
	items: readonly Item[] = $state.raw([]);
	/** There is more. */
	next: string | undefined = $state.raw();
	problem: Problem | undefined = $state.raw();
	/** The answer to the question is here. */
	done = $state(false);
	#turn = 0;
	#more = false;

	constructor(private readonly call: Call<Question, Item>) {}

	/** Asks anew. */
	async ask(q: Question): Promise<void> {
		const turn = this.begin(q);
		await this.#answer(turn, () => this.call(q), (a) => this.take(a.items, a.next));
	}

	/** Asks for the next page. */
	async more(): Promise<void> {
		const [q, next, turn] = [this.question, this.next, this.#turn];
		if (q === undefined || !next || this.#more) return;
		this.#more = true;
		await this.#answer(turn, () => this.call(q, next), (a) => this.take([...this.items, ...a.items], a.next));
		this.#more = false;
	}

	protected begin(q: Question): number {
		this.question = q;
		this.problem = undefined;
		this.done = false;
		return ++this.#turn;
	}

	protected take(items: readonly Item[], next: string | undefined): void {
		this.items = items;
		this.next = next;
		this.done = true;
	}

	// Answers may overtake each other: only that of the last question counts.
	async #answer(turn: number, call: () => Promise<Answer<Item>>, take: (a: Answer<Item>) => void): Promise<void> {
		try {
			const answer = await call();
			if (turn !== this.#turn) return;
			this.problem = undefined;
			take(answer);
		} catch (thrown) {
			if (turn === this.#turn) this.problem = problemIn(thrown);
		}
	}
}
