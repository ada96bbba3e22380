import type { Found } from '../api/answers';
import type { Draft } from '../wire';

/** A conversation that is being started. Going elsewhere and coming back loses nothing. */
class Plan {
	to: Found[] = $state.raw([]);
	/** Staff here join; each client gets a copy. */
	cc: Found[] = $state.raw([]);
	title = $state('');
	important = $state(false);
	/** Clients of several accounts are to share the conversation: said on purpose, each time. */
	shared = $state(false);

	clear(): void {
		this.to = [];
		this.cc = [];
		this.title = '';
		this.important = false;
		this.shared = false;
	}

	/** Takes what a draft says. Who of several clients' people share it is asked anew: their accounts are not in a draft. */
	take(kept: Draft): void {
		this.to = kept.to;
		this.cc = kept.cc;
		this.title = kept.title;
		this.important = kept.important;
		this.shared = kept.audience === 'shared';
	}
}

export const plan = new Plan();
