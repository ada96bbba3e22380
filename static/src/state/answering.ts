// Who answers, how far a conversation is, and whether its mail is private.
import type { Conversation, Person } from '../wire';
import { change } from './changing';
import type { Desk } from './desk.svelte';

const said: Readonly<Record<string, string>> = { open: 'Open again.', waiting: 'Waiting for the client.', done: 'Marked as done. What a client writes opens it again.' };

/** Asks somebody to answer, or (undefined) nobody in particular. */
export function assign(desk: Desk, c: Conversation, to: Person | undefined): void {
	if ((to?.id ?? '') === (c.assignee ?? '')) return;
	void change(desk, c, { assignee: to?.id ?? '' }, !to ? 'Nobody in particular answers now.' : to.id === desk.self.id ? 'You answer this.' : `${to.name} answers this.`);
}

export function move(desk: Desk, c: Conversation, state: string): void {
	if (state !== c.state) void change(desk, c, { state }, said[state]);
}

export function tighten(desk: Desk, c: Conversation, strict: boolean): void {
	void change(desk, c, { strict }, strict ? 'Mail of this conversation is private.' : 'Mail of this conversation says what the office lets it.');
}
