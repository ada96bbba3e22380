// One person on two devices at two nodes: what is typed on one stands in the editor of the other, survives a reload, is sent from the other, and is
// gone from both; a conversation not yet started waits in the list, and is started from there.
import { enter, input, open, start, unhurt, withBrowser } from './lib.mjs';

const { url, staff, again, contact } = input();

await withBrowser(async (browser) => {
	const laptop = await enter(browser, url, staff);
	await start(laptop, contact.name, 'Drafts', 'a first word');
	const phone = await enter(browser, url, again);
	await open(phone, 'Drafts');
	await open(laptop, 'Drafts');

	const editor = (page) => page.locator('.composer .ProseMirror');
	const says = (page, words) => editor(page).filter({ hasText: words }).waitFor({ timeout: 15_000 });
	const empty = (page) => page.waitForFunction(() => document.querySelector('.composer .ProseMirror')?.textContent === '', undefined, { timeout: 15_000 });

	await editor(laptop).click();
	await laptop.keyboard.type('half a thought');
	await says(phone, 'half a thought');
	await editor(phone).click();
	await phone.keyboard.press('Control+End');
	await phone.keyboard.type(', made whole');
	await says(laptop, 'half a thought, made whole');
	await laptop.reload();
	await says(laptop, 'half a thought, made whole');
	await laptop.goto(new URL('/', laptop.url()).href);
	const marked = laptop.getByTestId('row').filter({ hasText: 'Draft:half a thought, made whole' });
	await marked.waitFor();
	await phone.keyboard.press('Control+Enter');
	await phone.getByRole('log').getByText('half a thought, made whole').waitFor();
	await marked.waitFor({ state: 'detached', timeout: 15_000 });
	await open(laptop, 'Drafts');
	await empty(laptop);
	await laptop.reload();
	await laptop.getByTestId('writer').and(laptop.locator('[data-ready=true]')).waitFor();
	await empty(laptop);

	await laptop.goto(new URL('/new', laptop.url()).href);
	await laptop.getByLabel('Title').fill('Not yet begun');
	await phone.goto(new URL('/', phone.url()).href);
	const waiting = phone.getByTestId('drafts').getByText('Not yet begun');
	await waiting.waitFor({ timeout: 15_000 });
	await waiting.click();
	await phone.waitForFunction(() => document.querySelector('#title')?.value === 'Not yet begun', undefined, { timeout: 15_000 });
	await phone.getByRole('combobox', { name: 'To' }).fill(contact.name.slice(0, 4));
	await phone.getByRole('option', { name: new RegExp(contact.name) }).click();
	await phone.locator('.writer .ProseMirror').click();
	await phone.keyboard.type('begun on the phone');
	await phone.keyboard.press('Control+Enter');
	await phone.getByRole('log').getByText('begun on the phone').waitFor();
	await laptop.goto(new URL('/', laptop.url()).href);
	await laptop.getByTestId('row').filter({ hasText: 'Not yet begun' }).waitFor();
	const left = await laptop.evaluate(async () => (await (await fetch('/api/v1/drafts')).json()).drafts.length);
	unhurt(laptop, phone);
	return { devices: 2, left };
});
