// The office's people, for owners and admins.
import type { User } from './answers';
import type { Person } from '../wire';
import { request } from './request';

/** Which of them: who is active, of one kind, or who is deactivated. */
export type Shown = 'active' | 'staff' | 'contact' | 'deactivated';

/** Either `active`, or `role`, `messaging` and `strict`. */
export interface UserChange {
	active?: boolean;
	role?: string;
	messaging?: boolean;
	strict?: boolean;
	/** A member of staff who takes over from one. */
	successor?: string | undefined;
}

/** A page of people, by name; `words` is the beginning of any word of the name. */
export function users(shown: Shown, words: string, after?: string, limit = 50): Promise<{ users: User[]; next?: string }> {
	const query = new URLSearchParams({ limit: String(limit) });
	if (shown === 'deactivated') query.set('active', 'false');
	else if (shown !== 'active') query.set('kind', shown);
	if (words) query.set('q', words);
	if (after) query.set('after', after);
	return request('GET', `/users?${query}`);
}

export const changeUser = (user: string, to: UserChange) => request<User>('PATCH', `/users/${encodeURIComponent(user)}`, to);

/** A client firm or household. */
export interface Account {
	id: string;
	name: string;
	/** The mail of conversations with its people says only that a message waits. */
	strict: boolean;
}

const of = (account: string) => `/accounts/${encodeURIComponent(account)}`;

export const account = (id: string) => request<Account>('GET', of(id));
export const changeAccount = (id: string, strict: boolean) => request<Account>('PATCH', of(id), { strict });

interface Added {
	by?: Person;
	at: string;
}

/** What letters of somebody are believed by beside their own address. */
export interface Trust {
	aliases: ({ address: string } & Added)[];
	signers: ({ domain: string } & Added)[];
}

/** One of them. */
export type Word = { address: string } | { domain: string };

const path = (user: string, what: string) => `/users/${encodeURIComponent(user)}/${what}`;

export const trust = (user: string) => request<Trust>('GET', path(user, 'trust'));
export const distrust = (user: string, word: Word) => request<undefined>('POST', path(user, 'distrust'), word);
