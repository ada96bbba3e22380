// Every shortcut there is: the reference, menus and tooltips read them here, and what binds a group must bind all of it.

/** By where they act, and by name: the keys (see keys.ts), and what they do. */
export const shortcuts = {
	anywhere: {
		help: ['Mod+/', 'Show this list'],
		start: ['n', 'New conversation'],
		home: ['g i', 'Go to the conversations'],
		settings: ['g s', 'Go to the settings'],
		undo: ['z', 'Undo what was just done'],
	},
	list: {
		next: ['j', 'Next conversation'],
		previous: ['k', 'Previous conversation'],
		select: ['x', 'Select, or not'],
		selectNext: ['Shift+j', 'Select, and on to the next'],
		selectPrevious: ['Shift+k', 'Select, and back to the previous'],
	},
	selecting: {
		markSelectedRead: ['Shift+i', 'Mark read'],
		markSelectedUnread: ['Shift+u', 'Mark unread'],
		archiveSelected: ['Shift+e', 'Archive, or bring back'],
		selectAll: ['Shift+a', 'Select all shown'],
	},
	lists: {
		inbox: ['1', 'Inbox'],
		unread: ['2', 'Unread'],
		mine: ['3', 'Mine: to be answered by you'],
		unassigned: ['4', 'Unassigned'],
		important: ['5', 'Important'],
		recent: ['6', 'Recent, with drafts'],
		archived: ['7', 'Archived'],
		deleted: ['8', 'Deleted'],
		lists: ['l', 'All lists'],
		search: ['/', 'Search'],
	},
	conversation: {
		write: ['r', 'Write'],
		archive: ['e', 'Archive, or bring back'],
		markUnread: ['u', 'Mark unread, and go to the list'],
		remove: ['#', 'Delete from your lists, or bring back'],
		mute: ['m', 'Mute, or unmute'],
		markImportant: ['i', 'Mark important, or not'],
		title: ['t', 'Edit the title'],
		people: ['p', 'People'],
		more: ['.', 'All that can be done'],
		date: ['d', 'Go to a date'],
		firstNew: ['f', 'First new message'],
		newest: ['End', 'Newest message'],
		quit: ['q', 'Leave the conversation'],
		back: ['Escape', 'Back to the list'],
	},
	answering: {
		answering: ['s', 'Who answers, and how far it is'],
		answerMyself: ['a', 'Answer it yourself, or not any more'],
		waits: ['w', 'Waiting for the client, or open'],
		finish: ['c', 'Done, or open'],
	},
	composing: {
		note: ['Alt+i', 'Internal note, for staff'],
		attach: ['Alt+a', 'Attach files'],
	},
	writing: {
		send: ['Mod+Enter', 'Send. Enter alone never does'],
		bold: ['Mod+b', 'Bold'],
		italic: ['Mod+i', 'Italic'],
		underline: ['Mod+u', 'Underline'],
		strike: ['Mod+Shift+s', 'Strike'],
		heading: ['Mod+Shift+h', 'Heading'],
		bullets: ['Mod+Shift+8', 'Bulleted list'],
		numbers: ['Mod+Shift+7', 'Numbered list'],
		quote: ['Mod+Shift+b', 'Quote'],
		code: ['Mod+e', 'Code'],
		link: ['Mod+k', 'Link'],
		unsend: ['Mod+z', 'Undo the send, while nothing else is written'],
		leave: ['Escape', 'Leave the field. What you wrote stays'],
	},
} as const;

export type Group = keyof typeof shortcuts;
export type Name<G extends Group = Group> = G extends Group ? keyof (typeof shortcuts)[G] : never;

const keysOf = Object.assign({}, ...Object.values(shortcuts)) as Record<Name, readonly [string, string]>;

/** What contacts have no use for. */
export const forStaff: ReadonlySet<string> = new Set<Name>(['note', 'mine', 'unassigned']);

/** The keys of a shortcut, as keys.ts reads them. */
export const keys = (name: Name): string => keysOf[name][0];
