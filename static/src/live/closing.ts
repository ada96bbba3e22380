/** What a close code says of coming back (docs/protocol.md, "Closing"). */
export type Verdict =
	| { back: false; because: 'signed out' | 'defect' }
	| { back: true; wait: 'backoff' }
	| { back: true; wait: 'spread' | 'fixed'; ms: number };

/** Reads a close code. The code alone decides; the reason is for people with the console open. */
export function verdict(code: number): Verdict {
	switch (code) {
		case 1001:
			return { back: true, wait: 'spread', ms: 5000 };
		case 1008:
			return { back: false, because: 'defect' };
		case 1009:
		case 4002:
			return { back: true, wait: 'fixed', ms: 0 };
		case 4001:
			return { back: false, because: 'signed out' };
		case 4003:
			return { back: true, wait: 'fixed', ms: 30_000 };
		default:
			return { back: true, wait: 'backoff' };
	}
}

/** Whether the server itself closed, and with a word of its own: then the session is not what is wrong, unless the code says so. */
export const told = (code: number): boolean => code === 1001 || code >= 4000;
