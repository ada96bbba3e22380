// Two of staff and a client: who answers and how far it is, people added, removed, brought back, leaving with a hand-over; each seen live in another
// browser. The client's frames and answers hold nothing of who answers, and somebody who is out hears nothing more.
import { enter, input, open, start, unhurt, withBrowser, write } from './lib.mjs';

const { url, ada, sam, carl } = input();
const title = 'Hand over to Sam';
const ids = {};
let acts = 0;

const blurred = (page) => page.evaluate(() => document.activeElement?.blur());

await withBrowser(async (browser) => {
	const a = await enter(browser, url, ada);
	const s = await enter(browser, url, sam);
	const c = await enter(browser, url, carl);
	const received = [];
	listen(c, received);
	await c.reload(); // so that the socket is one that is listened to
	await c.getByRole('navigation', { name: 'Main' }).waitFor();
	for (const page of [a, s, c]) page.setDefaultTimeout(15_000);

	await start(a, carl.name, title, 'the first words');
	await open(c, title);
	await added(a, sam.name, 'will see everything');
	await open(s, title);
	await said(s, 'the first words');
	await said(c, `${ada.name} added ${sam.name}.`);

	await assignment(a, s);
	await answeredAgain(a, s, c);
	await removal(a, s, c);
	await leaving(a, s, c);

	const leaks = received.filter((text) => /"(state|assignee|unanswered_since|sees_from|role)":"(open|waiting|done|0|admin|owner|staff)/.test(text) && !text.includes('"email"'));
	if (leaks.length > 0) console.error(`the client received: ${leaks[0].slice(0, 600)}`);
	const shown = await c.getByTestId('answering').count();
	unhurt(a, s, c);
	return { acts, leaked: leaks.length + shown };
});

// Who answers, by key and by mouse, and the state.
async function assignment(a, s) {
	await blurred(a);
	await a.keyboard.press('a');
	await chip(s, 'open', ada);
	await s.getByTestId('answering').click();
	await s.getByRole('dialog', { name: 'Answering' }).getByText(`${sam.name} (you)`).click();
	await chip(a, 'open', sam);
	await s.keyboard.press('Escape');
	await blurred(a);
	await a.keyboard.press('w');
	await chip(s, 'waiting', sam);
	await said(s, `${ada.name} waits for the client.`);
}

// What a client writes opens it again; taken back at once, the word offers the way.
async function answeredAgain(a, s, c) {
	await write(c, 'an answer from Carl');
	await chip(a, 'open', sam);
	await chip(s, 'open', sam);
	await blurred(s);
	await s.keyboard.press('c');
	await chip(a, 'done', sam);
	await s.keyboard.press('z');
	await chip(a, 'open', sam);
}

// Carl is removed: he hears no more, what he saw stays; added again from now on, he does not see what came between.
async function removal(a, s, c) {
	await removed(a, carl.name);
	await c.getByTestId('closed').getByText('You are no longer in this conversation since').waitFor();
	await said(c, 'the first words');
	await said(s, `${ada.name} removed ${carl.name}.`);
	await write(a, 'between the two of us');
	await said(s, 'between the two of us');
	await added(a, carl.name, 'will see only what is written from now on');
	await c.getByTestId('writer').and(c.locator('[data-ready=true]')).waitFor();
	await write(a, 'welcome back');
	await said(c, 'welcome back');
	if (await c.getByRole('log').getByText('between the two of us').count()) throw new Error('Carl sees what was written while he was out');
	await removed(a, sam.name);
	await s.getByTestId('closed').waitFor();
	await a.keyboard.press('z');
	await s.getByTestId('answering').waitFor();
	await said(s, 'welcome back');
	acts++;
}

// Sam leaves; then Ada is the last of staff, and has to hand over to him.
async function leaving(a, s, c) {
	await blurred(s);
	await s.keyboard.press('q');
	await s.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click();
	await s.getByText(`You left “${title}”.`).waitFor();
	await said(a, `${sam.name} left.`);
	await blurred(a);
	await a.keyboard.press('a');
	await a.locator(`[data-testid=answering][data-assignee="${await idOf(a, ada)}"]`).waitFor();

	await a.keyboard.press('q');
	const dialog = a.getByRole('dialog', { name: 'Leave this conversation?' });
	await dialog.getByText('Who takes over?').waitFor();
	await dialog.getByRole('button', { name: 'Leave', exact: true }).click();
	await dialog.getByText('Choose who takes over').waitFor();
	await dialog.getByRole('combobox').fill('Sam');
	await dialog.getByRole('option', { name: new RegExp(sam.name) }).click();
	await dialog.getByRole('button', { name: 'Hand over and leave' }).click();
	await a.getByText(`${sam.name} takes over.`).waitFor();

	await open(s, title);
	await s.locator('[data-testid=answering][aria-label^="You answer"]').waitFor();
	await open2(a);
	await write(c, 'for Sam alone');
	await said(s, 'for Sam alone');
	await a.getByTestId('closed').getByText('since').waitFor();
	await said(a, 'welcome back');
	if (await a.getByText('for Sam alone').count()) throw new Error('Ada hears of what was written after she left');
	await added(s, ada.name, 'will see everything');
	await said(a, 'for Sam alone');
	acts++;
}

// open2 goes to a conversation that one may only read.
async function open2(page) {
	await page.getByTestId('row').filter({ hasText: title }).first().click();
	await page.getByTestId('closed').waitFor();
}

async function said(page, text) {
	await page.getByRole('log').getByText(text).first().waitFor();
	acts++;
}

async function idOf(page, person) {
	ids[person.name] ??= await page.evaluate(async (name) => {
		const { people } = await (await fetch(`/api/v1/directory?q=${encodeURIComponent(name)}`)).json();
		return people.find((p) => p.name === name)?.id ?? (await (await fetch('/api/v1/me')).json()).user.id;
	}, person.name);
	return ids[person.name];
}

// chip waits until the header says how far it is, and who answers.
async function chip(page, state, who) {
	await page.locator(`[data-testid=answering][data-state="${state}"][data-assignee="${await idOf(page, who)}"]`).waitFor();
	acts++;
}

async function people(page) {
	if (await page.getByRole('dialog', { name: 'People' }).isVisible()) return;
	await blurred(page);
	await page.getByRole('button', { name: /^People/ }).click();
	await page.getByRole('dialog', { name: 'People' }).waitFor();
}

// added brings somebody in by the panel, which says beforehand what they will see.
async function added(page, name, says) {
	await people(page);
	const panel = page.getByRole('dialog', { name: 'People' });
	await panel.getByRole('combobox', { name: 'Add people' }).fill(name.split(' ')[0]);
	await panel.getByRole('option', { name: new RegExp(name) }).click();
	await panel.getByText(says).waitFor();
	await panel.getByRole('button', { name: `Add ${name}` }).click();
	await panel.getByTestId('participant').filter({ hasText: name }).waitFor();
	await page.keyboard.press('Escape');
	await panel.waitFor({ state: 'detached' });
	if (!(await page.getByRole('button', { name: /^People/ }).evaluate((button) => button === document.activeElement))) throw new Error('the focus went nowhere');
	acts++;
}

async function removed(page, name) {
	await people(page);
	const panel = page.getByRole('dialog', { name: 'People' });
	await panel.getByRole('button', { name: `Remove ${name}` }).click();
	await panel.getByRole('button', { name: 'Remove', exact: true }).click();
	await page.getByText(`${name} is no longer in the conversation.`).waitFor();
	await page.keyboard.press('Escape');
	await panel.waitFor({ state: 'detached' });
	await blurred(page);
	acts++;
}

// listen keeps every frame and every answer of the API that the page gets.
function listen(page, received) {
	page.on('websocket', (socket) => socket.on('framereceived', (frame) => received.push(String(frame.payload))));
	page.on('response', async (answer) => {
		if (answer.url().includes('/api/')) received.push(await answer.text().catch(() => ''));
	});
}
