import { openAsOwner } from '../api/ownerview';
import { problemIn } from '../api/request';
import { withPage } from '../state/thread';
import { type Thread, unloaded } from '../state/state';
import type { Conversation, Problem } from '../wire';

/** A look at a conversation. Nothing of it is kept anywhere else, and nothing is asked for but by a press: each is put on record. */
export class Look {
	conversation: Conversation | undefined = $state.raw();
	thread: Thread = $state.raw(unloaded);
	problem: Problem | undefined = $state.raw();
	busy = $state(false);

	constructor(
		private readonly id: string,
		private readonly call: typeof openAsOwner = openAsOwner,
	) {}

	/** Opens it at its end, or goes on to what was written earlier. */
	async on(): Promise<void> {
		if (this.busy || (this.thread.loaded && !this.thread.moreBefore)) return;
		this.busy = true;
		this.problem = undefined;
		try {
			const { conversation, page } = await this.call(this.id, this.thread.messages[0]?.position);
			this.conversation = conversation;
			this.thread = withPage(this.thread, page, this.thread.loaded ? 'before' : 'end');
		} catch (thrown) {
			this.problem = problemIn(thrown);
		}
		this.busy = false;
	}
}
