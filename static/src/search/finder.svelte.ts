import { request } from '../api/request';
import { Pages } from '../state/pages.svelte';
import type { Hit } from '../wire';
import { body, isEmpty, type Question, same } from './question';

interface Found {
	hits: Hit[];
	next?: string;
}

const ask = (q: Question, after?: string) => request<Found>('POST', '/search', body(q, after));

/** What was looked for, and what was found. */
export class Finder extends Pages<Question, Hit> {
	constructor(call: typeof ask = ask) {
		super((q, after) => call(q, after).then(({ hits, next }) => ({ items: hits, next })));
	}

	get hits(): readonly Hit[] {
		return this.items;
	}

	/** Asks, unless that is what was asked last. */
	async find(q: Question, again = false): Promise<void> {
		if (this.question && same(q, this.question) && !again) return;
		if (!isEmpty(q)) return this.ask(q);
		this.begin(q);
		this.take([], undefined);
	}

	/** A message says no more what it did. */
	forget(message: string): void {
		if (this.items.some((h) => h.message === message)) this.items = this.items.filter((h) => h.message !== message);
	}
}
