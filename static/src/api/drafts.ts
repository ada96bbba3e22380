// Drafts, as the server keeps them.
import type { Draft } from '../wire';
import { request } from './request';

/** A draft to be saved, whole. */
export interface DraftSave {
	based_on: number;
	conversation?: string;
	/** People, teams and circles; `cc` is for staff to say. */
	to?: string[];
	cc?: string[];
	audience?: string;
	title?: string;
	important: boolean;
	note: boolean;
	unsigned?: boolean;
	secure?: boolean;
	bcc?: boolean | undefined;
	html: string;
	attachments: string[];
}

export interface DraftKept {
	draft: Draft;
	/** The one that stands, where what was saved became a draft of its own. */
	beside?: Draft;
	as_of: string;
}

const at = (id: string) => `/drafts/${encodeURIComponent(id)}`;

export const list = () => request<{ drafts: Draft[]; as_of: string }>('GET', '/drafts');
export const read = (id: string) => request<DraftKept>('GET', at(id));
export const save = (id: string, draft: DraftSave) => request<DraftKept>('PUT', at(id), draft);
export const discard = (id: string, version?: number) => request<void>('DELETE', at(id) + (version === undefined ? '' : `?version=${version}`));
