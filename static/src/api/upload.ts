import { backoff } from '../live/backoff';
import type { Attachment, Problem } from '../wire';
import { address, problemIn, problemOf, Refused, request, unreachable } from './request';

/** An upload under way. */
export interface Upload {
	done: Promise<Attachment>;
	cancel(): void;
}

/** What is told of an upload on its way. */
export interface Told {
	/** How much of it (0 to 1) is over. */
	moved(part: number): void;
	/** Why it waits just now; empty: it goes on. */
	broken(word: string): void;
}

/** Tries before somebody has to say that it is to go on: two minutes or so. */
const tries = 10;
/** How long a connection may stand still, in ms, before another one is tried. */
const patience = 30_000;

/**
 * Uploads a file under a key. After a broken connection the server is asked whether it has arrived, and it is sent again if not: the key keeps it from being
 * there twice. A cancelled upload never settles.
 */
export function upload(file: File, key: string, told: Told): Upload {
	const gone = new AbortController();
	return { done: persist(file, key, told, gone.signal), cancel: () => gone.abort() };
}

async function persist(file: File, key: string, told: Told, gone: AbortSignal): Promise<Attachment> {
	for (let attempt = 0; ; attempt += 1) {
		try {
			return await send(file, key, told.moved, gone);
		} catch (thrown) {
			const problem = problemIn(thrown);
			if (!problem.retry || attempt + 1 >= tries) throw thrown;
			told.broken(problem === unreachable ? 'Connection lost. It goes on by itself.' : problem.detail);
			await pause(problem, attempt);
			if (gone.aborted) return never;
		}
		const arrived = await ask(key);
		if (arrived) return arrived;
		told.broken('');
		told.moved(0);
	}
}

const never = new Promise<Attachment>(() => {});

/** Waits as long as it makes sense; a connection that comes back ends it. */
function pause(problem: Problem, attempt: number): Promise<void> {
	const ms = Math.max((problem.retry_after_s ?? 0) * 1000, 300 + backoff(attempt, Math.random));
	return new Promise((resolve) => {
		const over = () => {
			clearTimeout(timer);
			removeEventListener('online', over);
			resolve();
		};
		const timer = setTimeout(over, ms);
		addEventListener('online', over);
	});
}

/** What has arrived under the key; a server that does not answer is asked by the next try. */
async function ask(key: string): Promise<Attachment | undefined> {
	try {
		return await request<Attachment>('GET', `/attachments?${new URLSearchParams({ key })}`);
	} catch {
		return undefined;
	}
}

function send(file: File, key: string, moved: (part: number) => void, gone: AbortSignal): Promise<Attachment> {
	const sender = new XMLHttpRequest(); // fetch tells nothing of a request body's progress
	return new Promise<Attachment>((resolve, reject) => {
		const lost = () => reject(new Refused(unreachable));
		const stuck = () => {
			sender.abort();
			lost();
		};
		let timer = setTimeout(stuck, patience);
		const alive = () => {
			clearTimeout(timer);
			timer = setTimeout(stuck, patience);
		};
		sender.upload.addEventListener('progress', (e) => {
			alive();
			if (e.lengthComputable) moved(e.loaded / e.total);
		});
		sender.addEventListener('loadend', () => clearTimeout(timer));
		sender.addEventListener('error', lost);
		sender.addEventListener('load', () => {
			if (sender.status === 201) resolve(JSON.parse(sender.responseText) as Attachment);
			else reject(new Refused(problemOf(sender.status, sender.responseText)));
		});
		gone.addEventListener('abort', () => {
			clearTimeout(timer);
			sender.abort();
		});
		sender.open('POST', address(`/attachments?${new URLSearchParams({ name: file.name, key })}`));
		sender.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
		sender.send(file);
	});
}
