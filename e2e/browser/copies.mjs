// Staff write to one client and copy another: the copied client answers, and staff find the answer under the message. The first client's screen,
// answers and frames never hold the second's name, address or words.
import { enter, input, open, unhurt, withBrowser, write } from './lib.mjs';

const { url, staff, first, copied, hidden } = input();

await withBrowser(async (browser) => {
	const ada = await enter(browser, url, staff);
	const anna = await enter(browser, url, first);
	const ben = await enter(browser, url, copied);
	const received = [];
	listen(anna, received);
	await anna.reload(); // so that the socket is one that is listened to
	await anna.getByRole('navigation', { name: 'Main' }).waitFor();

	await startWithCC(ada);
	await anna.getByTestId('row').filter({ hasText: 'Papers of the year' }).waitFor();
	const under = ada.getByTestId('copied');
	await under.getByText(copied.name).waitFor();
	await inList(ada, 1);

	await open(ben, 'Papers of the year');
	await ben.getByRole('log').getByText('please look at these').waitFor();
	await under.getByText('(read)').waitFor({ timeout: 15_000 });
	await write(ben, 'secondcanary has seen them');
	await under.getByText('(answered)').waitFor({ timeout: 15_000 });
	await inList(ada, 2);

	await under.getByRole('link', { name: copied.name }).click();
	await ada.getByRole('log').getByText('secondcanary has seen them').waitFor();
	await ada.getByTestId('original').click();
	await ada.getByTestId('copied').waitFor();

	await open(anna, 'Papers of the year');
	await write(anna, 'here is what I found');
	await ada.getByRole('log').getByText('here is what I found').waitFor();
	await write(ada, 'a later word for both');
	await copyAgain(ada, 'a later word for both');
	await ben.getByRole('log').getByText('a later word for both').waitFor();
	await anna.getByRole('log').getByText('a later word for both').waitFor();

	await anna.getByRole('button', { name: /^People/ }).click();
	await anna.getByRole('list', { name: 'Clients' }).waitFor();
	received.push(await anna.content());
	const leaks = received.filter((text) => hidden.some((word) => text.toLowerCase().includes(word.toLowerCase())));
	if (leaks.length > 0) console.error(`the first client received: ${leaks[0].slice(0, 400)}`);
	unhurt(ada, anna, ben);
	return { looked: received.length, leaked: leaks.length };
});

// listen keeps every frame and every answer of the API that the page gets.
function listen(page, received) {
	page.on('websocket', (socket) => socket.on('framereceived', (frame) => received.push(String(frame.payload))));
	page.on('response', async (answer) => {
		if (answer.url().includes('/api/')) received.push(JSON.stringify(answer.headers()) + (await answer.text().catch(() => '')));
	});
}

async function choose(page, field, name) {
	await page.getByRole('combobox', { name: field, exact: true }).fill(name.split(' ')[0]);
	await page.getByRole('option', { name: new RegExp(name) }).click();
}

async function startWithCC(page) {
	await page.goto(new URL('/new', page.url()).href);
	await choose(page, 'To', first.name);
	await choose(page, 'CC', copied.name);
	await page.getByLabel('Title').fill('Papers of the year');
	await page.getByTestId('writer').and(page.locator('[data-ready=true]')).waitFor();
	await page.locator('.writer .ProseMirror').click();
	await page.keyboard.insertText('please look at these');
	await page.keyboard.press('Control+Enter');
	await page.getByRole('log').getByText('please look at these').waitFor();
}

// inList waits until the inbox holds so many conversations of the title: the copy is in it only once somebody has written there.
async function inList(page, n) {
	await page.waitForFunction((want) => [...document.querySelectorAll('[data-testid=row]')].filter((r) => r.textContent.includes('Papers of the year')).length === want, n, { timeout: 15_000 });
}

async function copyAgain(page, text) {
	const message = page.getByTestId('message').filter({ hasText: text });
	await message.and(page.locator('[data-id]')).hover();
	await message.getByRole('button', { name: 'More' }).click();
	await page.getByRole('button', { name: 'Copy to…' }).click();
	await choose(page.getByRole('dialog', { name: 'Copy this message' }), 'To', copied.name);
	await page.getByRole('button', { name: 'Copy', exact: true }).click();
	await message.getByTestId('copied').getByText(copied.name).waitFor();
}
