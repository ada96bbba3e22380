import * as calls from '../api/conversation';
import { Reads } from '../live/reads';
import type { Desk } from './desk.svelte';

/** What tells the server what was read on this device. */
export const readsOf = (desk: Desk): Reads =>
	new Reads({
		now: () => Date.now(),
		live: (conversation, read) => desk.passing({ type: 'read', conversation, ...read }),
		http: async (conversation, read) => {
			const stood = await desk.ask(`read ${conversation}`, () => calls.read(conversation, read.position, read.opened));
			if (stood) desk.do({ type: 'standing', conversation, ...stood });
		},
	});
