// All that the first screen (the list and an open conversation, to be read) does not show. Each part is fetched when it is first wanted, and all of
// them, in this order, when the page is idle: what somebody presses is mostly there already. docs/client.md says how to add one.
import { chunk } from './part';

const writing = chunk(() => import('../writing'));
const more = chunk(() => import('../more'));

export const parts = {
	headActs: writing('HeadActs'),
	composer: writing('Composer'),
	signs: writing('Signs'),
	pending: writing('Pending'),
	eventLine: writing('EventLine'),
	popover: more('Popover'),
	people: more('People'),
	menu: more('Menu'),
	leave: more('Leave'),
	answeringPanel: more('AnsweringPanel'),
	details: more('Details'),
	messageMenu: more('MessageMenu'),
	copied: more('Copied'),
	heldLetter: more('HeldLetter'),
	folded: more('Folded'),
	titleForm: more('TitleForm'),
	dateForm: more('DateForm'),
	fileList: more('FileList'),
	linkForm: more('LinkForm'),
	word: more('Word'),
	shortcuts: more('Shortcuts'),
	invite: more('Invite'),
	start: more('Start'),
	settings: more('Settings'),
	connection: more('Connection'),
	nothing: more('Nothing'),
	drafts: more('Drafts'),
	lists: more('Lists'),
	empty: more('Empty'),
	bulk: more('Bulk'),
	search: more('Search'),
	templates: more('Templates'),
	unfilled: more('Unfilled'),
};
