const first = 500;
const most = 30_000;

/** How long to wait, in ms, before the given attempt (0, 1, 2 ...): doubled from 0.5 s to 30 s, with full jitter. */
export function backoff(attempt: number, random: () => number): number {
	return random() * Math.min(most, first * 2 ** Math.min(attempt, 10));
}
