import { problemIn, request } from '../api/request';
import type { Hit, Problem } from '../wire';
import { body, isEmpty, type Question, same } from './question';

interface Answer {
	hits: Hit[];
	next?: string;
}

const ask = (q: Question, after?: string) => request<Answer>('POST', '/search', body(q, after));

/** What was asked, and what was found. What was found before stays until something else is. */
export class Finder {
	question: Question | undefined = $state.raw();
	hits: readonly Hit[] = $state.raw([]);
	/** There is more. */
	next: string | undefined = $state.raw();
	problem: Problem | undefined = $state.raw();
	/** The answer to the question is here. */
	done = $state(false);
	#turn = 0;
	#more = false;

	constructor(private readonly call: typeof ask = ask) {}

	/** Asks, unless that is what was asked last. */
	async find(q: Question, again = false): Promise<void> {
		if (this.question && same(q, this.question) && !again) return;
		this.question = q;
		this.problem = undefined;
		this.done = false;
		const turn = ++this.#turn;
		if (isEmpty(q)) this.#take([], undefined);
		else await this.#answer(turn, () => this.call(q), (a) => this.#take(a.hits, a.next));
	}

	/** Asks for the next page. */
	async more(): Promise<void> {
		const [q, next, turn] = [this.question, this.next, this.#turn];
		if (!q || !next || this.#more) return;
		this.#more = true;
		await this.#answer(turn, () => this.call(q, next), (a) => this.#take([...this.hits, ...a.hits], a.next));
		this.#more = false;
	}

	/** A message says no more what it did. */
	forget(message: string): void {
		if (this.hits.some((h) => h.message === message)) this.hits = this.hits.filter((h) => h.message !== message);
	}

	#take(hits: readonly Hit[], next: string | undefined): void {
		this.hits = hits;
		this.next = next;
		this.done = true;
	}

	// Answers may overtake each other: only that of the last question counts.
	async #answer(turn: number, call: () => Promise<Answer>, take: (a: Answer) => void): Promise<void> {
		try {
			const answer = await call();
			if (turn === this.#turn) take(answer);
		} catch (thrown) {
			if (turn === this.#turn) this.problem = problemIn(thrown);
		}
	}
}
