// What changes a conversation for all who are in it.
import * as calls from '../api/conversation';
import { problemIn } from '../api/request';
import type { Conversation } from '../wire';
import type { Desk } from './desk.svelte';
import { written } from './place';

/**
 * Changes a conversation: it shows at once, and is put back when it is refused. Says whether it was done. What is said of it offers the way back.
 */
export async function change(desk: Desk, c: Conversation, to: calls.Change, said = ''): Promise<boolean> {
	const before = Object.fromEntries(Object.keys(to).map((part) => [part, c[part as keyof calls.Change] ?? '']));
	show(desk, { ...c, ...to });
	if (said) desk.tell(said, 'plain', { name: 'Undo', run: () => void change(desk, desk.state.rows[c.id]?.row.conversation ?? c, before) });
	try {
		const changed = await desk.inTurn(`change ${c.id}`, () => calls.change(c.id, to));
		if (changed) desk.do({ type: 'conversation', ...changed });
		return true;
	} catch (thrown) {
		show(desk, { ...(desk.state.rows[c.id]?.row.conversation ?? c), ...before });
		desk.tell(problemIn(thrown).detail, 'bad');
		return false;
	}
}

// Any news of the conversation replaces what is shown.
function show(desk: Desk, conversation: Conversation): void {
	desk.do({ type: 'conversation', conversation, as_of: written(desk.state.place) });
}

/** Leaves a conversation; the successor takes over. A refusal is thrown. */
export async function leave(desk: Desk, conversation: string, successor?: string): Promise<void> {
	await desk.ask(`leave ${conversation}`, () => calls.removePerson(conversation, desk.self.id, successor));
}

/** Adds people: those who see what was written before, and those who do not. Says whether all were. */
export async function add(desk: Desk, conversation: string, people: readonly { id: string; history: boolean }[]): Promise<boolean> {
	let all = true;
	for (const history of [true, false]) {
		const users = people.filter((p) => p.history === history).map((p) => p.id);
		if (users.length === 0) continue;
		const changed = await desk.try(`add ${conversation}`, () => calls.addPeople(conversation, users, history));
		if (changed) desk.do({ type: 'conversation', ...changed });
		all &&= changed !== undefined;
	}
	return all;
}

/** Removes somebody, and offers to add them again. Says whether it was done. */
export async function remove(desk: Desk, conversation: string, person: { id: string; name: string; kind: string }): Promise<boolean> {
	const done = await desk.try(`remove ${conversation}`, async () => (await calls.removePerson(conversation, person.id), true));
	if (!done) return false;
	const again = () => void add(desk, conversation, [{ id: person.id, history: person.kind === 'staff' }]);
	desk.tell(`${person.name} is no longer in the conversation.`, 'plain', { name: 'Undo', run: again });
	return true;
}
