/** How long a page waits after it was opened before it fetches ahead, in ms: what is looked at comes first. */
const after = 400;

/** Runs tasks one after the other while the page has nothing else to do. What fails is left to whoever wants it. The answer cancels. */
export function whenIdle(tasks: readonly (() => Promise<unknown>)[]): () => void {
	let stopped = false;
	const timer = setTimeout(() => void run(), after);

	async function run() {
		for (const task of tasks) {
			await idle();
			if (stopped) return;
			await task().catch(() => undefined);
		}
	}

	return () => {
		stopped = true;
		clearTimeout(timer);
	};
}

// Safari has no requestIdleCallback.
const idle = () => new Promise<unknown>((resolve) => ('requestIdleCallback' in globalThis ? requestIdleCallback(resolve, { timeout: 5000 }) : setTimeout(resolve, 50)));
