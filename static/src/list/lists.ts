import type { ListName } from '../api/answers';

/** A list of conversations, as it is chosen. */
export interface Choice {
	readonly name: ListName;
	readonly label: string;
	/** About who answers, which is the staff's affair. */
	readonly staff?: true;
}

/** All lists, in the order of their shortcuts. */
const all: readonly Choice[] = [
	{ name: 'inbox', label: 'Inbox' },
	{ name: 'unread', label: 'Unread' },
	{ name: 'mine', label: 'Mine', staff: true },
	{ name: 'unassigned', label: 'Unassigned', staff: true },
	{ name: 'important', label: 'Important' },
	{ name: 'recent', label: 'Recent' },
	{ name: 'archived', label: 'Archived' },
	{ name: 'deleted', label: 'Deleted' },
];

export const listsOf = (staff: boolean): readonly Choice[] => all.filter((l) => staff || !l.staff);

/** How many stand as tabs. Of the others only the one that is shown does, beside them. */
const tabs = 3;

export const tabsOf = (lists: readonly Choice[], shown: ListName): Choice[] => lists.filter((l, i) => i < tabs || l.name === shown);
