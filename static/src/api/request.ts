import type { Problem } from '../wire';

/** A request that was refused, with the sentence to show. */
export class Refused extends Error {
	constructor(readonly problem: Problem) {
		super(problem.detail);
		this.name = 'Refused';
	}
}

/** What stands for a server that could not be reached at all. */
export const unreachable: Problem = {
	type: 'about:blank',
	title: 'Not reached',
	code: 'unavailable',
	detail: 'The server cannot be reached. Check your connection and try again.',
	retry: true,
};

const root = '/api/v1';

/** Where a path of the API is. */
export const address = (path: string): string => root + path;

/** Asks the API; anything but a 2xx is a {@link Refused}. */
export async function request<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
	const answer = await reach(method, path, body);
	if (!answer.ok) throw new Refused(problemOf(answer.status, await answer.text()));
	const text = await answer.text();
	return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

async function reach(method: string, path: string, body: unknown): Promise<Response> {
	const headers: Record<string, string> = { Accept: 'application/json' };
	if (body !== undefined) headers['Content-Type'] = 'application/json';
	try {
		return await fetch(address(path), {
			method,
			headers,
			credentials: 'same-origin',
			cache: 'no-store',
			body: body === undefined ? null : JSON.stringify(body),
		});
	} catch {
		throw new Refused(unreachable);
	}
}

/** Reads an error body; one that is not ours (a proxy's page) still gives a sentence. */
export function problemOf(status: number, text: string): Problem {
	try {
		const read = JSON.parse(text) as Partial<Problem> | null;
		if (read?.code && read.detail) {
			return { type: 'about:blank', title: '', retry: false, ...read, status, code: read.code, detail: read.detail };
		}
	} catch {
		// not JSON
	}
	const away = status >= 500;
	return {
		type: 'about:blank',
		title: 'Refused',
		status,
		code: away ? 'unavailable' : 'invalid',
		detail: away ? 'The server is not available just now. Try again in a moment.' : `The server refused this (${status}).`,
		retry: away,
	};
}

/** The problem behind anything thrown. */
export function problemIn(thrown: unknown): Problem {
	if (thrown instanceof Refused) return thrown.problem;
	return { type: 'about:blank', title: 'Fault', code: 'internal', detail: 'Something went wrong here. Load the page again.', retry: true };
}
