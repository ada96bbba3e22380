import type { Name } from '../keys/table';

/** How far a conversation is, as staff see it. */
export const progress: readonly { id: string; name: string; brief: string; shortcut?: Name }[] = [
	{ id: 'open', name: 'Open', brief: 'Open' },
	{ id: 'waiting', name: 'Waiting for the client', brief: 'Waiting', shortcut: 'waits' },
	{ id: 'done', name: 'Done', brief: 'Done', shortcut: 'finish' },
];
