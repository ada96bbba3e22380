import type { Read } from '../state/reading';

/** A report that went out so long before its connection was lost is taken to have arrived, in ms. */
const arrives = 10_000;

interface Report extends Read {
	/** When it went out on the connection that stands; 0: it did not. */
	sent: number;
}

export interface Teller {
	now(): number;
	/** Writes to the live connection; false: there is none. */
	live(conversation: string, read: Read): boolean;
	/** Tells by HTTP. */
	http(conversation: string, read: Read): Promise<void>;
}

/** What was read and may not be known to the server yet: it is told again when the connection comes back. */
export class Reads {
	readonly #reports = new Map<string, Report>();

	constructor(private readonly teller: Teller) {}

	add(conversation: string, read: Read): void {
		const before = this.#reports.get(conversation);
		const position = before && before.position > read.position ? before.position : read.position;
		// What arrived as opened is not said again: it would undo a mark that was set meanwhile.
		const opened = read.opened || (before?.opened === true && before.sent === 0);
		const report = { position, opened, sent: 0 };
		this.#reports.set(conversation, report);
		void this.#tell(conversation, report);
	}

	/** The server's word on the cursor: what it covers needs no telling. */
	known(conversation: string, lastRead: string): void {
		const report = this.#reports.get(conversation);
		if (report && report.sent > 0 && report.position <= lastRead) this.#reports.delete(conversation);
	}

	connected(): void {
		for (const [conversation, report] of this.#reports) void this.#tell(conversation, report);
	}

	lost(): void {
		const now = this.teller.now();
		for (const [conversation, report] of this.#reports) {
			if (report.sent > 0 && now - report.sent > arrives) this.#reports.delete(conversation);
			else report.sent = 0;
		}
	}

	async #tell(conversation: string, report: Report): Promise<void> {
		const read = { position: report.position, opened: report.opened };
		if (this.teller.live(conversation, read)) {
			report.sent = this.teller.now();
			return;
		}
		try {
			await this.teller.http(conversation, read);
			if (this.#reports.get(conversation) === report) this.#reports.delete(conversation);
		} catch {
			// it waits for the connection
		}
	}
}
