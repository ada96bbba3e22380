import { createContext } from 'svelte';
import type { Me } from '../api/answers';
import * as calls from '../api/reading';
import { problemIn } from '../api/request';
import { Bindings } from '../keys/bindings';
import { Connection, type Link } from '../live/connection';
import type { Heard } from '../live/frames';
import type { Outbox } from '../live/outbox';
import type { Reads } from '../live/reads';
import { browser } from '../live/browser';
import type { Command, Draft, DraftMark, MailMark, Message, Person, Problem, Reset } from '../wire';
import { type Place, place, written } from './place';
import type { Read } from './reading';
import { type Action, reduce } from './reduce';
import { uncounted, unsaid, unsaidYet } from './rows';
import { forget, hear, holds, type Passing, spoke } from './signs';
import { empty, type State } from './state';

/** Something said in passing, and what can be done about it. */
export interface Word {
	text: string;
	tone: 'plain' | 'bad';
	act: { name: string; run: () => unknown; /** Until when it can be done (ms). */ until?: number; /** The conversation whose send it undoes. */ sent?: string } | undefined;
}

/** What has to hear of drafts. */
interface Drafts {
	of(conversation: string): readonly Draft[];
	load(again: boolean): Promise<void>;
	changed(mark: DraftMark): Promise<void>;
	drop(id: string): void;
}

/** Where a signed-in user works: the state, and the connection that keeps it true. */
export class Desk {
	me: Me = $state.raw() as Me;
	state: State = $state.raw() as State;
	link: Link = $state('connecting');
	typing: readonly Passing[] = $state.raw([]);
	viewing: readonly Passing[] = $state.raw([]);
	/** A passing word to the user (frame/Word.svelte). */
	word: Word | undefined = $state.raw();
	/** Made with the first message that is sent (sending.ts). */
	outbox: Outbox | undefined;
	/** What tells the server what was read, once a conversation is watched (state/reads.ts). */
	reads: Reads | undefined;
	/** The user's drafts, once the list is idle or somebody writes (composer/shelf.svelte.ts). */
	drafts: Drafts | undefined = $state.raw();
	/** What has to hear of what happens in copies, once somebody looks at their original (conversation/copies.svelte.ts). */
	copies: { heard: (conversation: string) => void } | undefined;

	/** What has to hear of the fates of mails, while somebody looks at them (conversation/Mails.svelte). */
	mails: ((mark: MailMark) => void) | undefined;
	/** What has to hear that a message that was looked for is on the screen, once somebody searches (search/found.ts). */
	found: { shown: (row: Element) => void } | undefined;
	/** What a search has found: of a message that was taken back it shows nothing (search/finder.svelte.ts). */
	finder: { forget: (message: string) => void } | undefined;
	/** What tells of messages outside of the page (alerts/alerts.ts). */
	alerts: { heard: (m: Message) => void; read: (conversation: string) => void } | undefined;
	readonly keys = new Bindings();

	readonly #connection: Connection;
	readonly #stops: (() => void)[] = [];
	readonly #under = new Set<string>();
	readonly #turns = new Map<string, Promise<unknown>>();

	/** `ended` is called once, when the session is over. */
	constructor(
		me: Me,
		private readonly ended: () => void,
	) {
		this.me = me;
		this.state = empty(me.user, place(me.as_of), me.badge);
		this.#connection = new Connection(browser, {
			since: () => written(this.state.place),
			heard: (frames) => this.#heard(frames),
			changed: (link, code) => this.#changed(link, code),
			turnedAway: () => void this.#whoAmI(),
		});
	}

	get self(): Person {
		return this.me.user;
	}

	get staff(): boolean {
		return this.me.user.kind === 'staff';
	}

	/** Messages that are written and not yet taken by the server. */
	get unsent(): number {
		return Object.values(this.state.pending).reduce((n, all) => n + all.length, 0);
	}

	start(): void {
		this.#connection.open();
		this.#listen(window, 'online', () => this.#connection.reopen());
		this.#listen(window, 'offline', () => this.#connection.pause());
		this.#listen(window, 'beforeunload', (e) => this.unsent > 0 && e.preventDefault());
		let last = Date.now();
		const ticking = setInterval(() => {
			const now = Date.now();
			this.#tick(now, now - last > 30_000);
			last = now;
		}, 1000);
		this.#stops.push(() => clearInterval(ticking));
	}

	stop(): void {
		for (const stop of this.#stops) stop();
		this.#connection.stop();
	}

	do(action: Action): void {
		this.state = reduce(this.state, action);
	}

	/** Asks the server, once at a time for each name, and tells the user when it fails. */
	async ask<Answer>(name: string, question: () => Promise<Answer>): Promise<Answer | undefined> {
		if (this.#under.has(name)) return undefined;
		this.#under.add(name);
		try {
			return this.#sameEpoch(await question());
		} catch (thrown) {
			const problem = problemIn(thrown);
			if (problem.code === 'unsigned') this.ended();
			throw thrown;
		} finally {
			this.#under.delete(name);
		}
	}

	/** Like `ask`, with the refusal told in passing. */
	async try<Answer>(name: string, question: () => Promise<Answer>): Promise<Answer | undefined> {
		try {
			return await this.ask(name, question);
		} catch (thrown) {
			this.tell(problemIn(thrown).detail, 'bad');
			return undefined;
		}
	}

	/** Undoes what was just done, where the word on it offers that. */
	undo(): void {
		const act = this.word?.act;
		if (act?.name !== 'Undo') return;
		this.word = undefined;
		act.run();
	}

	/** Asks when the earlier questions of this name are answered. */
	inTurn<Answer>(name: string, question: () => Promise<Answer>): Promise<Answer | undefined> {
		const ask = () => this.ask(name, question);
		const answer = (this.#turns.get(name) ?? Promise.resolve()).then(ask, ask);
		this.#turns.set(name, answer);
		return answer;
	}

	tell(text: string, tone: Word['tone'] = 'plain', act?: Word['act']): void {
		this.word = { text, tone, act };
	}

	/** Tells the server what was read; it gets there even if the connection is lost meanwhile. */
	read(conversation: string, read: Read): void {
		this.reads?.add(conversation, read);
	}

	/** Sends a frame that may be lost. Says whether there was a connection to send it on. */
	passing(command: Command): boolean {
		return this.#connection.send(command);
	}

	#heard(frames: Heard[]): void {
		for (const frame of frames) {
			if (frame.type === 'hello') this.do({ type: 'hello', hello: frame.data });
			else if (frame.type === 'reset') this.#reset(frame.data);
			else if (frame.type === 'typing') this.typing = hear(this.typing, frame.data, Date.now(), holds.typing);
			else if (frame.type === 'viewing') this.viewing = hear(this.viewing, frame.data, Date.now(), holds.viewing);
			else if (frame.type === 'ack') this.outbox?.acked(frame.key, frame.data);
			else if (frame.type === 'error') this.#refused(frame.key, frame.data);
			else this.#event(frame);
		}
	}

	#reset(reset: Reset): void {
		this.do({ type: 'reset', reset });
		void this.drafts?.load(true);
	}

	#event(event: Extract<Heard, { event: number }>): void {
		if (event.type === 'cursor.moved' || (event.type === 'conversation.left' && !event.data.vanished)) this.#unheld(event.data.conversation);
		const wanting = event.type === 'message.created' && unsaid(this.state.rows[event.data.conversation]?.row, event.data, this.self.id);
		this.do({ type: 'event', event });
		if (event.type === 'mail.changed') this.mails?.(event.data);
		if (event.type === 'cursor.moved') this.reads?.known(event.data.conversation, event.data.standing.last_read);
		if (event.type === 'cursor.moved') this.#count(event.data.conversation);
		if (event.type === 'cursor.moved' && !event.data.standing.unread) this.alerts?.read(event.data.conversation);
		if (event.type === 'message.created') this.alerts?.heard(event.data);
		if (event.type === 'conversation.joined') this.#count(event.data.conversation.id, unsaidYet(event.data));
		if (event.type === 'message.withdrawn') this.#withdrawn(event.data);
		if (event.type === 'message.created' || event.type === 'message.withdrawn' || event.type === 'receipt.created') this.copies?.heard(event.data.conversation);
		if (event.type === 'draft.changed') void this.drafts?.changed(event.data);
		if (event.type === 'draft.gone') this.drafts?.drop(event.data.id);
		if (event.type !== 'message.created') return;
		const { conversation, author, key } = event.data;
		if (author) this.typing = spoke(this.typing, conversation, author.id);
		if (author?.id === this.self.id && key) this.outbox?.arrived(key);
		if (wanting) void this.loadRow(conversation).catch(() => {}); // away: asked again when it is opened
	}

	// How the row stands without it only the server knows.
	#withdrawn(m: Message): void {
		this.finder?.forget(m.id);
		if (m.withdrawn?.how === 'undone') void this.loadRow(m.conversation).catch(() => {}); // away: what the row shows is put right with the next news
	}

	// A row further down than was loaded, of a copy beneath its original, or of a conversation one was in for a moment while this device was away.
	#unheld(conversation: string): void {
		if (!this.state.rows[conversation]) void this.loadRow(conversation);
	}

	#count(conversation: string, wanting = false): void {
		if (wanting || uncounted(this.state.rows[conversation]?.row)) void this.loadRow(conversation).catch(() => {}); // away: it shows that there is something
	}

	/** Fetches a row that is not held: of an old conversation that came to life, or one opened by its address. */
	async loadRow(conversation: string): Promise<void> {
		const opened = await this.inTurn(`row ${conversation}`, () => calls.open(conversation));
		if (opened) this.do({ type: 'row', row: opened.row, as_of: opened.as_of });
	}

	#refused(key: string, problem: Problem): void {
		if (key) this.outbox?.refused(key, problem);
	}

	#changed(link: Link, code: number | undefined): void {
		this.link = link;
		if (link === 'live') {
			this.outbox?.connected();
			this.reads?.connected();
		} else {
			this.outbox?.lost(code);
			this.reads?.lost();
		}
		if (link === 'signed out') this.ended();
	}

	// After a long sleep a connection may look alive and be dead.
	#tick(now: number, slept: boolean): void {
		this.typing = forget(this.typing, now);
		this.viewing = forget(this.viewing, now);
		if (this.outbox?.tick().dead || slept) this.#connection.reopen();
	}

	async #whoAmI(): Promise<void> {
		try {
			await this.ask('me', calls.me);
		} catch {
			// away: the connection's own back-off goes on
		}
	}

	// Numbers of another epoch cannot be compared with those held: everything is loaded again.
	#sameEpoch<Answer>(answer: Answer): Answer | undefined {
		const at = placeOf(answer);
		if (!at || at.epoch === this.state.place.epoch) return answer;
		this.do({ type: 'reset', reset: { epoch: Number(at.epoch), number: at.number } });
		this.#connection.reopen();
		return undefined;
	}

	#listen<K extends keyof WindowEventMap>(target: Window, name: K, run: (e: WindowEventMap[K]) => void): void {
		target.addEventListener(name, run);
		this.#stops.push(() => target.removeEventListener(name, run));
	}
}

function placeOf(answer: unknown): Place | undefined {
	if (typeof answer !== 'object' || answer === null || !('as_of' in answer)) return undefined;
	return place(String(answer.as_of));
}

export const [useDesk, setDesk] = createContext<Desk>();
