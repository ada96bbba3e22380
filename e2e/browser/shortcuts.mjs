// Presses each key that the reference lists, as it is written there, where it acts, and sees its effect: not there before, there after.
import { enter, input, open, unhurt, withBrowser } from './lib.mjs';

const { url, staff, long, short } = input();
const words = '.writer .ProseMirror';

// reference reads the dialog: by name, what is pressed one after the other.
async function reference(page) {
	await page.keyboard.press('Control+/');
	const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
	await dialog.waitFor();
	const listed = await dialog.locator('[data-shortcut]').evaluateAll((all) => all.map((row) => [row.dataset.shortcut, [...row.querySelectorAll('kbd')].map((cap) => cap.textContent)]));
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	return new Map(listed.map(([name, caps]) => [name, pressesOf(caps)]));
}

function pressesOf(caps) {
	const keys = caps.map((cap) => ({ Ctrl: 'Control', Esc: 'Escape' }[cap] ?? (cap.length === 1 ? cap.toLowerCase() : cap)));
	return ['Control', 'Alt', 'Shift'].includes(keys[0]) ? [keys.join('+')] : keys;
}

// trial gives what is wrong with a shortcut, or nothing.
async function trial(page, name, keys) {
	if (!effects[name]) return 'nobody has said how its effect is seen';
	const { at, is } = effects[name];
	await at(page);
	if (await is(page)) return 'its effect is there before it is pressed';
	for (const key of keys) await page.keyboard.press(key);
	return (await soon(() => is(page))) ? '' : 'nothing came of it';
}

async function soon(is) {
	for (const end = Date.now() + 5000; Date.now() < end;) {
		if (await is()) return true;
		await new Promise((resolve) => { setTimeout(resolve, 20); });
	}
	return false;
}

// typing writes all single keys as words: none of them acts.
async function typing(page, letters) {
	await field(page);
	const before = page.url();
	const text = [...new Set(letters)].join('');
	await page.keyboard.type(text);
	const written = await page.locator(words).textContent();
	if (written !== text || page.url() !== before || (await page.locator('dialog[open], :popover-open').count()) > 0) throw new Error(`typing ${text} wrote ${written} at ${page.url()}`);
	return text.length;
}

// Where one stands before the key is pressed. Nothing is focused there that types, and nothing is open.
const go = (path) => async (page) => {
	if (await page.locator('dialog[open], :popover-open, .title-form').count()) await page.keyboard.press('Escape');
	await page.locator(`a[href="${path}"]:visible`).first().click();
	if (await page.getByTestId('search').count()) await page.getByRole('button', { name: 'Close the search' }).click();
	if (await page.getByTestId('bulk').count()) await page.getByRole('button', { name: /^Clear the selection/ }).click();
	await page.locator('#tab-inbox').click();
	await page.getByTestId('row').first().waitFor();
};
const home = go('/');
const within = (title) => async (page) => {
	await home(page);
	await open(page, title);
	await blurred(page);
};
const blurred = (page) => page.evaluate(() => document.activeElement?.blur());
const conversation = within(short[0]);
const list = (name) => async (page) => {
	await home(page);
	await page.getByRole('tab', { name }).click();
};
// With the focus on nothing, one row is selected; the rest are not.
async function selecting(page) {
	await home(page);
	await page.getByTestId('row').first().focus();
	await page.keyboard.press('x');
	await page.getByTestId('bulk').waitFor();
}
// What the key that archives has put there comes back.
async function selectingArchived(page) {
	await home(page);
	await page.getByRole('button', { name: 'All lists' }).click();
	await page.getByRole('dialog', { name: 'All lists' }).getByRole('button', { name: /Archived/ }).click();
	await row(page, short[1]).focus();
	await page.keyboard.press('x');
	await page.getByTestId('bulk').waitFor();
}
async function field(page) {
	await conversation(page);
	await page.locator(words).click();
	await page.keyboard.press('Control+a');
	await page.keyboard.press('Delete');
}
async function marked(page) {
	await field(page);
	await page.keyboard.type('some words');
	await page.keyboard.press('Control+a');
}

async function justSent(page) {
	await field(page);
	await page.keyboard.type('taken back');
	await page.keyboard.press('Control+Enter');
	await page.getByTestId('message').and(page.locator('[data-id]')).filter({ hasText: 'taken back' }).waitFor();
}

// What is seen.
const at = (path) => (page) => new URL(page.url()).pathname === path;
const shows = (find) => (page) => find(page).isVisible();
const dialog = (name) => shows((page) => page.getByRole('dialog', { name }));
const has = (tag) => (page) => page.locator(`${words} ${tag}`).isVisible();
const chosen = (name) => async (page) => (await page.locator(`#tab-${name}[aria-selected=true]`).count()) === 1;
const picked = (n) => async (page) => (await page.getByRole('checkbox', { name: /^Select/, checked: true }).count()) === n;
const focusedRow = async (page) => { await home(page); await page.getByTestId('row').first().focus(); };
const focused = (selector) => (page) => page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector);
const row = (page, title) => page.getByTestId('row').filter({ hasText: title });
const isAt = (index) => (page) => page.getByTestId('row').nth(index).evaluate((r) => location.pathname === `/c/${r.dataset.conversation}`);
const firstUnread = (unread) => async (page) => (await page.getByTestId('bulk').count()) === 0 && (await page.getByTestId('row').first().getAttribute('data-unread')) === String(unread);
const rowGone = (title) => async (page) => at('/')(page) && (await row(page, title).count()) === 0;
const format = (tag) => ({ at: marked, is: has(tag) });

async function archived(page) {
	await within(short[1])(page);
	await page.keyboard.press('e');
	await row(page, short[1]).waitFor({ state: 'detached' });
}

// Seen, it is put back into the archive, where others look for it.
async function deletedAndBack(page) {
	if (!(await page.getByText('Deleted from your lists.').isVisible())) return false;
	await page.keyboard.press('z');
	await page.getByText('Archived. A new message brings it back.').waitFor();
	return true;
}

// The shortcut before this one has archived it.
async function fromArchive(page) {
	await home(page);
	await blurred(page);
	await page.keyboard.press('7');
	await row(page, short[1]).click();
	await page.getByTestId('conversation').waitFor();
	await blurred(page);
}

async function filesAsked(page) {
	await conversation(page);
	page.asked = false;
	page.once('filechooser', () => { page.asked = true; });
}

// The unread messages begin far from the end, where one goes first.
async function farFromNew(page) {
	await within(long)(page);
	await page.getByTestId('new-divider').waitFor();
	await page.keyboard.press('End');
	await soon(() => effects.newest.is(page));
}

async function farFromEnd(page) {
	await within(long)(page);
	await page.getByTestId('log').evaluate((log) => log.scrollTo(0, 0));
}

const inView = (find) => async (page) => {
	const [box, pane] = await Promise.all([find(page).boundingBox({ timeout: 100 }).catch(() => null), page.getByTestId('log').boundingBox()]);
	return box !== null && box.y >= pane.y && box.y + box.height <= pane.y + pane.height + 1;
};

const effects = {
	help: { at: home, is: dialog('Keyboard shortcuts') },
	start: { at: home, is: at('/new') },
	home: { at: go('/settings'), is: at('/') },
	settings: { at: home, is: at('/settings') },
	undo: { at: archived, is: async (page) => (await row(page, short[1]).count()) === 1 },
	next: { at: async (page) => { await home(page); await page.keyboard.press('j'); await page.waitForURL('**/c/*'); await blurred(page); }, is: isAt(1) },
	previous: { at: async (page) => { await home(page); await page.getByTestId('row').nth(1).click(); await blurred(page); }, is: isAt(0) },
	select: { at: focusedRow, is: picked(1) },
	selectNext: { at: focusedRow, is: picked(2) },
	selectPrevious: { at: async (page) => { await home(page); await page.getByTestId('row').nth(1).focus(); }, is: picked(2) },
	markSelectedRead: { at: async (page) => { await selecting(page); await page.keyboard.press('Shift+u'); await page.locator('[data-testid=row][data-unread=true]').first().waitFor(); await selecting(page); }, is: firstUnread(false) },
	markSelectedUnread: { at: async (page) => { await selecting(page); await page.keyboard.press('Shift+i'); await soon(() => firstUnread(false)(page)); await selecting(page); }, is: firstUnread(true) },
	archiveSelected: { at: selectingArchived, is: shows((page) => page.getByText('1 conversation brought back.')) },
	selectAll: { at: selecting, is: async (page) => (await page.getByRole('checkbox', { name: /^Select/, checked: true }).count()) === (await page.getByTestId('row').count()) },
	inbox: { at: list('Unread'), is: chosen('inbox') },
	unread: { at: home, is: chosen('unread') },
	mine: { at: home, is: chosen('mine') },
	unassigned: { at: home, is: chosen('unassigned') },
	important: { at: home, is: chosen('important') },
	recent: { at: home, is: chosen('recent') },
	archived: { at: home, is: chosen('archived') },
	deleted: { at: home, is: chosen('deleted') },
	lists: { at: home, is: dialog('All lists') },
	search: { at: home, is: focused('.search-field') },
	write: { at: conversation, is: focused('.ProseMirror') },
	archive: { at: within(short[1]), is: rowGone(short[1]) },
	markUnread: { at: conversation, is: async (page) => at('/')(page) && (await row(page, short[0]).getAttribute('data-unread')) === 'true' },
	remove: { at: fromArchive, is: deletedAndBack },
	quit: { at: conversation, is: dialog('Leave this conversation?') },
	answering: { at: conversation, is: dialog('Answering') },
	answerMyself: { at: conversation, is: shows((page) => page.locator('[data-testid=answering][aria-label^="You answer"]')) },
	waits: { at: conversation, is: shows((page) => page.locator('[data-testid=answering][data-state=waiting]')) },
	finish: { at: conversation, is: shows((page) => page.locator('[data-testid=answering][data-state=done]')) },
	mute: { at: conversation, is: shows((page) => page.locator('.head').getByText('Muted', { exact: true })) },
	markImportant: { at: conversation, is: shows((page) => page.locator('.head .head-important')) },
	title: { at: conversation, is: focused('.title-form input') },
	people: { at: conversation, is: dialog('People') },
	more: { at: conversation, is: dialog('More') },
	date: { at: conversation, is: dialog('Go to a date') },
	firstNew: { at: farFromNew, is: inView((page) => page.getByTestId('new-divider')) },
	newest: { at: farFromEnd, is: inView((page) => page.getByTestId('message').filter({ hasText: 'word 500.' })) },
	back: { at: conversation, is: at('/') },
	note: { at: conversation, is: shows((page) => page.locator('[data-testid=composer][data-note=true]')) },
	attach: { at: filesAsked, is: (page) => page.asked },
	send: { at: marked, is: shows((page) => page.getByTestId('message').filter({ hasText: 'some words' })) },
	bold: format('strong'),
	italic: format('em'),
	underline: format('u'),
	strike: format('s'),
	heading: format('h3'),
	bullets: format('ul'),
	numbers: format('ol'),
	quote: format('blockquote'),
	code: format('pre'),
	link: { at: marked, is: dialog('Link') },
	unsend: { at: justSent, is: async (page) => (await page.locator(words).textContent()) === 'taken back' && (await page.getByTestId('message').filter({ hasText: 'taken back' }).count()) === 0 },
	leave: { at: marked, is: async (page) => !(await focused('.ProseMirror')(page)) },
};

await withBrowser(async (browser) => {
	const page = await enter(browser, url, staff);
	page.setDefaultTimeout(5000);
	const listed = await reference(page);
	let working = 0;
	for (const [name, keys] of listed) {
		const fault = await trial(page, name, keys).catch((e) => e.message);
		if (fault) console.error(`${name} (${keys.join(' ')}): ${fault}`);
		else working++;
	}
	const typed = await typing(page, [...listed.values()].flat().filter((key) => key.length === 1));
	unhurt(page);
	return { listed: listed.size, working, typed };
});
