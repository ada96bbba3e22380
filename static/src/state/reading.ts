/** What to tell the server of one's reading. */
export interface Read {
	position: string;
	opened: boolean;
}

/**
 * Decides what counts as read in one visit to a conversation. A visit begins with a navigation: its first report says
 * `opened`, which clears the marked-unread flag; a tab that merely stays open does not say it again.
 */
export class Visit {
	#opened = false;
	#told = '';

	/** `lastRead` is the position to which everything counts as read already. */
	constructor(private readonly lastRead: string) {}

	/** The newest message that was on screen, in a focused window, for a second. Gives what is to be told, if anything. */
	saw(position: string): Read | undefined {
		const newest = [position, this.#told, this.lastRead].reduce((a, b) => (a > b ? a : b));
		if (this.#opened && newest <= (this.#told > this.lastRead ? this.#told : this.lastRead)) return undefined;
		const read = { position: newest, opened: !this.#opened };
		this.#opened = true;
		this.#told = newest;
		return read;
	}
}
