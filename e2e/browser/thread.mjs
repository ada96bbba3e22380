// Two of the staff and a client in one conversation, in three browsers: what is undone goes from all screens and comes back to where it was written,
// what is retracted leaves its place alone, a note and all signs of it are for staff, a mention is chosen by keyboard and seen by whom it names. None of
// it ever reaches the client's browser: no note, no name of a note's mention, no typing of it.
import { enter, input, open, start, unhurt, withBrowser, write } from './lib.mjs';

const { url, staff, colleague, contact, title, hidden } = input();

const editor = (page) => page.locator('.composer .ProseMirror');
const log = (page) => page.getByRole('log');
const message = (page, text) => page.getByTestId('message').filter({ hasText: text });
const row = (page) => page.getByTestId('row').filter({ hasText: title });
const toast = (page) => page.locator('.word').getByRole('button', { name: 'Undo' });
const gone = (page, text) => page.waitForFunction((t) => !document.body.textContent.includes(t), text, { timeout: 15_000 });
const counts = { undone: 0, retracted: 0, notes: 0, mentions: 0 };

await withBrowser(async (browser) => {
	const ada = await enter(browser, url, staff);
	const tess = await enter(browser, url, colleague);
	const carl = await enter(browser, url, contact);
	const received = [];
	listen(carl, received);
	await carl.reload(); // so that the socket is one that is listened to
	for (const page of [ada, tess, carl]) await open(page, title);

	await undone(ada, tess, carl, 'unsaid1', () => toast(ada).click());
	await undone(ada, tess, carl, 'unsaid2', async () => { await ada.keyboard.press('Escape'); await ada.keyboard.press('z'); });
	await undone(ada, tess, carl, 'unsaid3', () => ada.keyboard.press('Control+z'));
	await undone(carl, ada, tess, 'unsaid4', () => toast(carl).click());
	await besideOtherWords(ada, carl);
	await begunAnew(ada);
	await overSoon(ada);

	await retracted(ada, [tess, carl], 'retracted1', staff.name);
	await retracted(carl, [ada, tess], 'retracted2', contact.name);
	await mayNot(tess, ada, 'lasting3');

	await noted(ada, tess, carl);
	await mentioned(ada, tess);
	await copied(ada, carl);
	await placeholders(ada, carl);

	received.push(await carl.content());
	const leaks = received.filter((text) => hidden.some((word) => text.includes(word)));
	if (leaks.length > 0) console.error(`the client received: ${leaks[0].slice(0, 400)}`);
	unhurt(ada, tess, carl);
	return { ...counts, looked: received.length, leaked: leaks.length };
});

// listen keeps every frame and every answer of the API that the page gets.
function listen(page, received) {
	page.on('websocket', (socket) => socket.on('framereceived', (frame) => received.push(String(frame.payload))));
	page.on('response', async (answer) => {
		if (answer.url().includes('/api/')) received.push(await answer.text().catch(() => ''));
	});
}

async function cleared(page) {
	await editor(page).click();
	await page.keyboard.press('Control+a');
	await page.keyboard.press('Delete');
}

// undone: seen by all, then by nobody, neither in the log nor in a row; its words stand where they were written, there alone, and one goes on writing them.
async function undone(writer, one, other, word, undo) {
	await write(writer, word);
	for (const page of [one, other]) {
		await log(page).getByText(word).waitFor();
		await row(page).filter({ hasText: word }).waitFor();
	}
	await undo();
	for (const page of [one, other]) await gone(page, word);
	await editor(writer).filter({ hasText: word }).waitFor();
	await writer.waitForFunction(() => document.activeElement?.classList.contains('ProseMirror'));
	await message(writer, word).waitFor({ state: 'detached' });
	await cleared(writer);
	await gone(writer, word);
	counts.undone++;
}

// besideOtherWords: what comes back while something else is written is kept as a draft beside it.
async function besideOtherWords(ada, carl) {
	await write(ada, 'unsaid5');
	await log(carl).getByText('unsaid5').waitFor();
	await ada.keyboard.type('other words');
	await toast(ada).click();
	await gone(carl, 'unsaid5');
	await ada.getByTestId('other-draft').filter({ hasText: 'unsaid5' }).waitFor();
	if (!(await editor(ada).textContent()).includes('other words')) throw new Error('what was being written is gone');
	await ada.getByRole('button', { name: 'Show that one' }).click();
	await editor(ada).filter({ hasText: 'unsaid5' }).waitFor();
	await cleared(ada);
	await ada.getByTestId('other-draft').filter({ hasText: 'other words' }).waitFor();
	await ada.getByRole('button', { name: 'Show that one' }).click();
	await editor(ada).filter({ hasText: 'other words' }).waitFor();
	await cleared(ada);
	counts.undone++;
}

// begunAnew: a conversation taken back with its first message is a draft again, and one goes on writing it.
async function begunAnew(ada) {
	await start(ada, contact.name, 'Taken back', 'too early');
	await toast(ada).click();
	await ada.waitForURL(/\/new\?draft=/);
	await ada.waitForFunction(() => document.activeElement?.matches('.start .ProseMirror') && document.activeElement.textContent === 'too early');
	await open(ada, title);
}

// overSoon: the offer goes when the time is over, and what was sent stays.
async function overSoon(ada) {
	await write(ada, 'stays said');
	await toast(ada).waitFor();
	await toast(ada).waitFor({ state: 'detached', timeout: 20_000 });
	await message(ada, 'stays said').waitFor();
}

async function retracted(writer, readers, word, name) {
	await write(writer, word);
	for (const page of readers) await log(page).getByText(word).waitFor();
	await menu(writer, word);
	await writer.getByRole('button', { name: 'Retract…' }).click();
	await writer.getByRole('dialog', { name: 'Retract this message?' }).getByRole('button', { name: 'Retract', exact: true }).click();
	for (const page of [writer, ...readers]) {
		await log(page).getByTestId('retracted').filter({ hasText: `Retracted by ${name}` }).first().waitFor();
		await row(page).filter({ hasText: 'A message was retracted.' }).waitFor();
		await gone(page, word);
	}
	counts.retracted++;
}

async function menu(page, word) {
	await message(page, word).and(page.locator('[data-id]')).hover();
	await message(page, word).getByRole('button', { name: 'More' }).click();
}

// mayNot: staff who are neither owner nor admin retract nothing but their own.
async function mayNot(tess, ada, word) {
	await write(ada, word);
	await log(tess).getByText(word).waitFor();
	await menu(tess, word);
	await tess.getByRole('button', { name: 'Copy to…' }).waitFor();
	if (await tess.getByRole('button', { name: 'Retract…' }).count()) throw new Error('offered to retract what is not theirs');
	await tess.keyboard.press('Escape');
}

// kept waits until the server has a draft that says so.
async function kept(page, words) {
	const drafts = () => page.evaluate(async () => (await (await fetch('/api/v1/drafts')).json()).drafts.map((d) => d.preview));
	for (const end = Date.now() + 15_000; !(await drafts()).includes(words);) {
		if (Date.now() > end) throw new Error(`no draft says ${words}`);
		await new Promise((resolve) => { setTimeout(resolve, 100); });
	}
}

async function noted(ada, tess, carl) {
	const kind = (page) => page.getByTestId('composer').getAttribute('data-note');
	await editor(ada).click();
	await ada.keyboard.press('Alt+i');
	await ada.keyboard.type('secretnote for us', { delay: 200 }); // as a person types: a sign is passed on every two seconds
	await tess.getByTestId('typing').filter({ hasText: 'writing an internal note' }).waitFor();
	await kept(ada, 'secretnote for us');
	await ada.reload();
	await editor(ada).filter({ hasText: 'secretnote for us' }).waitFor();
	if ((await kind(ada)) !== 'true') throw new Error('the draft forgot that it is a note');
	await editor(ada).click();
	await ada.keyboard.press('Control+End');
	await ada.keyboard.type(', @ca');
	if (await ada.getByTestId('mentions').count()) throw new Error('a client is offered in a note');
	await ada.keyboard.press('Control+Enter');
	await message(tess, 'secretnote for us').getByText('only staff see this').waitFor();
	if ((await kind(ada)) !== 'false') throw new Error('the next one would be a note too');
	await write(ada, 'after the note');
	await log(carl).getByText('after the note').waitFor(); // by then the note would have come
	if (await carl.getByRole('button', { name: 'Internal note' }).count()) throw new Error('a client is offered notes');
	await editor(carl).click();
	await carl.keyboard.press('Alt+i');
	if ((await kind(carl)) !== 'false') throw new Error('a client writes a note');
	counts.notes++;
}

async function mentioned(ada, tess) {
	await tess.getByRole('link', { name: 'Conversations' }).first().click();
	await editor(ada).click();
	await ada.keyboard.type('ask @te');
	const list = ada.getByTestId('mentions');
	await list.getByRole('option', { name: new RegExp(colleague.name) }).waitFor();
	await ada.keyboard.press('ArrowDown');
	await ada.keyboard.press('ArrowUp');
	const active = await editor(ada).getAttribute('aria-activedescendant');
	if ((await list.getByRole('option', { selected: true }).getAttribute('id')) !== active) throw new Error('a screen reader is told of another person');
	await ada.keyboard.press('Enter');
	await list.waitFor({ state: 'detached' });
	await ada.keyboard.type('about this');
	await ada.keyboard.press('Control+Enter');
	await row(tess).filter({ hasText: 'Mentions you' }).waitFor();
	await open(tess, title);
	const theirs = tess.locator('.message.to-me').filter({ hasText: `ask @${colleague.name} about this` });
	await theirs.waitFor();
	await theirs.locator('[data-mention]').waitFor();
	counts.mentions++;
}

// copied: a copy of the mail is chosen for one message, and for that alone.
async function copied(ada, carl) {
	const box = ada.getByRole('button', { name: 'Send me a copy of the email' });
	await box.click();
	await write(ada, 'copytomyself');
	await log(carl).getByText('copytomyself').waitFor();
	if ((await box.getAttribute('aria-pressed')) !== 'false') throw new Error('the next one would be copied too');
}

// placeholders: what a template left open is not sent unawares.
async function placeholders(ada, carl) {
	await editor(ada).click();
	await ada.keyboard.insertText('Dear {{recipient.name}}');
	await editor(ada).locator('.placeholder').waitFor();
	await ada.keyboard.press('Control+Enter');
	const dialog = ada.getByRole('dialog', { name: 'Not filled in yet' });
	await dialog.getByRole('button', { name: 'Go on writing' }).click();
	await editor(ada).filter({ hasText: 'Dear {{recipient.name}}' }).waitFor();
	await ada.keyboard.press('Control+Enter');
	await dialog.getByRole('button', { name: 'Send it so' }).click();
	await log(carl).getByText('Dear {{recipient.name}}').waitFor();
}
