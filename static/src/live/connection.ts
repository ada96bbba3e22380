import type { Command } from '../wire';
import { backoff } from './backoff';
import { told, verdict } from './closing';
import { heard, type Heard } from './frames';

/** Where the connection stands. `live` means that hello was said; `signed out` and `defect` do not come back. */
export type Link = 'connecting' | 'live' | 'waiting' | 'signed out' | 'defect';

/** What of a WebSocket is used. */
export interface Socket {
	send(text: string): void;
	close(): void;
	onmessage: ((e: { data: unknown }) => void) | null;
	onclose: ((e: { code: number }) => void) | null;
}

/** Time, chance and the network, so that tests can have their own. */
export interface World {
	open(since: string): Socket;
	/** Runs later; the answer cancels. */
	later(ms: number, run: () => void): () => void;
	random(): number;
}

export interface Listener {
	/** The place to go on from. */
	since(): string;
	heard(frames: Heard[]): void;
	/** The connection stands otherwise now. `code` is that of the close. */
	changed(link: Link, code?: number): void;
	/** A connection ended before its hello: the session may be over, which a failed handshake does not tell. */
	turnedAway(): void;
}

/** The live connection: opened, and opened again by what its close code says, until stopped. */
export class Connection {
	link: Link = 'waiting';
	#socket: Socket | null = null;
	#attempt = 0;
	#spread = 0;
	#cancel: (() => void) | null = null;

	constructor(
		private readonly world: World,
		private readonly listener: Listener,
	) {}

	/** Opens the connection now, without waiting out a back-off; one that stands is left alone. */
	open(): void {
		if (this.#socket || this.#over()) return;
		this.#stopWaiting();
		this.#stand('connecting');
		const socket = this.world.open(this.listener.since());
		this.#socket = socket;
		socket.onmessage = (e) => this.#socket === socket && this.#hear(String(e.data));
		socket.onclose = (e) => this.#socket === socket && this.#closed(e.code);
	}

	/** Drops a connection that is believed dead, and opens another at once. */
	reopen(): void {
		this.#drop();
		this.open();
	}

	/** The network is gone: no attempts until `open`. */
	pause(): void {
		this.#drop();
		this.#stopWaiting();
		if (!this.#over()) this.#stand('waiting');
	}

	/** Ends it for good. */
	stop(): void {
		this.pause();
		this.link = 'signed out';
	}

	/** Says whether the frame went out on a connection that stands. That is no promise that it arrived. */
	send(command: Command): boolean {
		if (this.link !== 'live' || !this.#socket) return false;
		this.#socket.send(JSON.stringify(command));
		return true;
	}

	#hear(text: string): void {
		const frames = heard(text);
		this.listener.heard(frames);
		const hello = frames.find((f) => f.type === 'hello');
		if (hello) {
			this.#attempt = 0;
			this.#spread = hello.data.spread_ms ?? 0;
			this.#stand('live');
		}
	}

	#closed(code: number): void {
		const greeted = this.link === 'live';
		this.#socket = null;
		const v = verdict(code);
		if (!v.back) {
			this.#stand(v.because, code);
			return;
		}
		this.#stand('waiting', code);
		if (!greeted && !told(code)) this.listener.turnedAway();
		if (!this.#over()) this.#wait(greeted || v.wait === 'backoff' ? v : { back: true, wait: 'backoff' }, greeted);
	}

	// A code that says "at once" is believed only of a connection that had stood, or a server in trouble is hammered. One that had stood and is
	// lost comes back as its server has said: many others have lost the same.
	#wait(v: Extract<ReturnType<typeof verdict>, { back: true }>, greeted: boolean): void {
		const spread = greeted ? this.#spread : 0;
		const ms =
			v.wait === 'fixed'
				? v.ms
				: v.wait === 'spread'
					? this.world.random() * Math.max(v.ms, spread)
					: Math.max(backoff(this.#attempt++, this.world.random), this.world.random() * spread);
		this.#stopWaiting();
		this.#cancel = this.world.later(ms, () => {
			this.#cancel = null;
			this.open();
		});
	}

	#stand(link: Link, code?: number): void {
		this.link = link;
		this.listener.changed(link, code);
	}

	#over(): boolean {
		return this.link === 'signed out' || this.link === 'defect';
	}

	#drop(): void {
		const socket = this.#socket;
		this.#socket = null;
		socket?.close();
	}

	#stopWaiting(): void {
		this.#cancel?.();
		this.#cancel = null;
	}
}
