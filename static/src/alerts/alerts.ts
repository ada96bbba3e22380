import type { Message, Row } from '../wire';
import { type Told, worth } from './told';

/** How long the other tabs have to say that somebody looks at the message, in ms. */
const grace = 400;

/** Sounds at most once in so many ms. */
const quiet = 3000;

/** What alerts need of the page, the browser and the server. */
export interface World {
	now(): number;
	self: string;
	row(conversation: string): Row | undefined;
	/** Whether somebody looks at the conversation in this tab. */
	looking(conversation: string): boolean;
	chosen(choice: 'notify' | 'sound'): boolean;
	/** What may be said of the message, by what may go out to oneself as it is now. */
	say(m: Message, row: Row): Promise<Told>;
	show(told: Told, m: Message): void;
	/** Takes what was shown of a conversation away. */
	hide(conversation: string): void;
	ring(): void;
	/** To the browser's other tabs of the same user. */
	post(word: Word): void;
	/** Runs at the end of the grace. */
	later(run: () => void, ms: number): void;
}

/** What tabs tell each other. */
export type Word = { seen: string } | { read: string };

/**
 * Tells of messages outside of the page. All tabs of a browser hear of a message; one of them, which holds the lock, tells of it, unless one says that
 * somebody looks at it there.
 */
export class Alerts {
	/** This tab tells, for all. */
	leads = false;
	readonly #seen = new Set<string>();
	#rang = -Infinity;

	constructor(private readonly world: World) {}

	/** A message came. */
	heard(m: Message): void {
		const { world } = this;
		if (m.author?.id === world.self) return;
		if (world.looking(m.conversation)) world.post({ seen: m.id });
		else if (this.leads) world.later(() => void this.#tell(m), grace);
	}

	/** The conversation was read, on whatever device. */
	read(conversation: string): void {
		this.world.hide(conversation);
	}

	/** Another tab says something. */
	word(word: Word): void {
		if ('read' in word) this.world.hide(word.read);
		else {
			this.#seen.add(word.seen);
			this.world.later(() => this.#seen.delete(word.seen), 10 * grace);
		}
	}

	async #tell(m: Message): Promise<void> {
		const { world } = this;
		const row = world.row(m.conversation);
		if (this.#seen.has(m.id) || !row || !worth(m, row, world.self) || world.looking(m.conversation)) return;
		if (world.chosen('sound') && world.now() - this.#rang > quiet) {
			this.#rang = world.now();
			world.ring();
		}
		if (!world.chosen('notify')) return;
		const told = await world.say(m, row);
		if (worth(m, world.row(m.conversation), world.self)) world.show(told, m);
	}
}
