import type { Found } from '../api/answers';
import { newKey } from '../state/key';

/** A conversation that is being started. Going elsewhere and coming back loses nothing. */
class Plan {
	to: Found[] = $state.raw([]);
	title = $state('');
	important = $state(false);
	/** Clients of several accounts are to share the conversation: said on purpose, each time. */
	shared = $state(false);
	/** The idempotency key: however often it is asked, one conversation starts. */
	key = newKey();

	clear(): void {
		this.to = [];
		this.title = '';
		this.important = false;
		this.shared = false;
		this.key = newKey();
	}
}

export const plan = new Plan();
