import type { Delivery, DeliveryState } from '../api/deliveries';

/** One line of a recipient's timeline. */
export interface Step {
	what: string;
	/** The mail that it is about. */
	mail?: string | undefined;
	at?: string | undefined;
	why?: string | undefined;
}

const words: Record<DeliveryState, string> = {
	queued: 'Waits to be sent',
	unneeded: 'Not mailed: read in time, or no longer allowed',
	suppressed: 'Not mailed: no mail goes to this address',
	accepted: 'Accepted by the relay',
	delayed: 'Delayed',
	delivered: 'Delivered',
	bounced: 'Bounced',
	complained: 'Called unwanted',
};

const waits = { digest: 'Waits for their digest', quiet_hours: 'Waits until their quiet hours end' };

/** What became of word of a message for one recipient, in the order in which it happened. */
export function told(d: Delivery): Step[] {
	const steps: Step[] = d.mails.map((m) => ({
		what: words[m.state],
		mail: m.id,
		at: m.at ?? m.made_at,
		why: m.reason ?? (m.state === 'accepted' && m.queue_id ? m.queue_id : undefined),
	}));
	if (d.state !== d.mails.at(-1)?.state) steps.push(d.waits_for ? { what: waits[d.waits_for], at: d.waits_until } : { what: words[d.state], at: d.at });
	const heard: Step[] = [];
	if (d.seen_at) heard.push({ what: 'Seen', at: d.seen_at });
	if (d.replied_at) heard.push({ what: 'Replied by email', at: d.replied_at });
	return [...steps, ...heard.toSorted((a, b) => Date.parse(a.at ?? '') - Date.parse(b.at ?? ''))];
}
