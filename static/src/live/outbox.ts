import type { Sent } from '../api/answers';
import { problemIn } from '../api/request';
import type { Ack, Command, Problem } from '../wire';
import { backoff } from './backoff';

/** The largest frame that the server takes (hub/wire MaxFrame), in bytes. */
const maxFrame = 384 * 1024;
/** How long without a connection, or without an answer on it, before a message goes by HTTP, in ms. */
const patience = { connection: 4000, answer: 8000 };
/** How long a server that says "later" is asked again before the writer is told, in ms. */
const persistence = 30_000;

/** A message on its way. The key stays the same over every attempt, so that it arrives once. */
interface Entry {
	command: Command & { key: string };
	begun: number;
	/** When it last went out on the socket that stands; 0: not on this one. */
	sent: number;
	attempt: number;
	/** It went out, and may have arrived. */
	tried: boolean;
	notBefore: number;
}

export interface Post {
	now(): number;
	random(): number;
	/** Writes to the live connection; false: there is none. */
	live(command: Command): boolean;
	/** Sends by HTTP. */
	http(command: Command & { key: string }): Promise<Sent>;
	acked(key: string, ack: Ack): void;
	delivered(command: Command & { key: string }, answer: Sent): void;
	failed(command: Command & { key: string }, problem: Problem): void;
}

/** Messages on their way: over the socket while it stands, else by HTTP, in the order they were written. */
export class Outbox {
	#entries: Entry[] = [];
	#lost: number;
	#connected = false;
	#posting = false;

	constructor(private readonly post: Post) {
		this.#lost = post.now();
	}

	get waiting(): number {
		return this.#entries.length;
	}

	add(command: Command & { key: string }): void {
		if (new TextEncoder().encode(JSON.stringify(command)).length > maxFrame) {
			this.post.failed(command, tooLarge);
			return;
		}
		const entry: Entry = { command, begun: this.post.now(), sent: 0, attempt: 0, tried: false, notBefore: 0 };
		this.#entries.push(entry);
		if (this.#connected) this.#write(entry);
	}

	/** The connection stands: all that is not answered goes out again, with its key. */
	connected(): void {
		this.#connected = true;
		for (const entry of this.#entries) {
			entry.notBefore = 0;
			this.#write(entry);
		}
	}

	/** The connection is gone. A frame over the limit may be why (1009): HTTP says which. */
	lost(code?: number): void {
		if (this.#connected) this.#lost = this.post.now();
		this.#connected = false;
		for (const entry of this.#entries) entry.sent = 0;
		if (code === 1009) void this.#postAll();
	}

	/** The server has it: by ack, by answer, or because it came back as an event. */
	arrived(key: string): void {
		this.#entries = this.#entries.filter((e) => e.command.key !== key);
	}

	/** The server says on the socket that it has it. */
	acked(key: string, ack: Ack): void {
		this.arrived(key);
		this.post.acked(key, ack);
	}

	/** Takes back what has not gone out yet. Says whether it was in time. */
	take(key: string): boolean {
		const entry = this.#entries.find((e) => e.command.key === key);
		if (!entry || entry.tried) return false;
		this.arrived(key);
		return true;
	}

	/** The server refused it on the socket. */
	refused(key: string, problem: Problem): void {
		const entry = this.#entries.find((e) => e.command.key === key);
		if (entry) this.#refuse(entry, problem);
	}

	/** To be called every second or so: what has waited too long goes by HTTP. Says whether a socket looks dead. */
	tick(): { dead: boolean } {
		const now = this.post.now();
		const unanswered = this.#entries.some((e) => e.sent > 0 && now - e.sent > patience.answer);
		const alone = !this.#connected && now - this.#lost > patience.connection;
		const again = this.#entries.some((e) => e.notBefore > 0 && now >= e.notBefore);
		if (this.#entries.length > 0 && (unanswered || alone || again)) void this.#postAll();
		return { dead: unanswered };
	}

	#write(entry: Entry): void {
		if (entry.notBefore > this.post.now()) return;
		if (!this.post.live(entry.command)) return;
		entry.sent = this.post.now();
		entry.tried = true;
	}

	// One after the other, or two messages could change places.
	async #postAll(): Promise<void> {
		if (this.#posting) return;
		this.#posting = true;
		for (const entry of this.#entries.slice()) {
			if (entry.notBefore > this.post.now() || !(await this.#postOne(entry))) break;
		}
		this.#posting = false;
	}

	async #postOne(entry: Entry): Promise<boolean> {
		entry.tried = true;
		try {
			const answer = await this.post.http(entry.command);
			this.arrived(entry.command.key);
			this.post.delivered(entry.command, answer);
			return true;
		} catch (thrown) {
			return this.#refuse(entry, problemIn(thrown));
		}
	}

	/** Says whether the ones behind it may go on. */
	#refuse(entry: Entry, problem: Problem): boolean {
		const now = this.post.now();
		const away = problem.code === 'unavailable' && problem.status === undefined;
		if (!problem.retry || (!away && now - entry.begun > persistence)) {
			this.arrived(entry.command.key);
			this.post.failed(entry.command, problem);
			return true;
		}
		entry.sent = 0;
		entry.notBefore = now + (problem.retry_after_s ?? 0) * 1000 + backoff(entry.attempt++, this.post.random);
		return false;
	}
}

const tooLarge: Problem = {
	type: 'about:blank',
	title: 'Too large',
	code: 'too_large',
	detail: 'This message is too long to send. Put the longest part into a file and attach it.',
	retry: false,
};
