// Looks at every screen as people see it, light and dark, wide, zoomed and on a phone: axe finds nothing, nothing scrolls sideways or is cut off, and a
// picture of each is left in the folder given.
import { mkdirSync } from 'node:fs';
import { arrive, enter, input, open, start, unhurt, withBrowser, write } from './lib.mjs';
import { lookAt } from './looking.mjs';
import { attach, noise, paper, send } from './papers.mjs';

const { url, folder, staff, colleague, contact, links } = input();
mkdirSync(folder, { recursive: true });
const look = (page, name, seen) => lookAt(page, folder, name, seen);

const shapes = [
	{ name: 'wide', viewport: { width: 1440, height: 900 } },
	{ name: 'wide-dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
	{ name: 'phone', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
	{ name: 'zoomed', viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 }, // a window of 1440 by 900 at 200 %
	{ name: '4k', viewport: { width: 3840, height: 2160 } },
	{ name: 'narrow-dark', viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true, colorScheme: 'dark' },
];

await withBrowser(async (browser) => {
	const seen = { screens: 0, violations: 0 };
	const ada = await enter(browser, url, staff);
	await talk(browser, ada);
	for (const [i, { name, ...shape }] of shapes.entries()) {
		const outside = await arrive(browser, url, '', shape);
		await outside.goto(`${url}/sign-in`);
		await outside.getByLabel('Email').waitFor();
		await look(outside, `sign-in-${name}`, seen);
		await inside(await enter(browser, url, { name: staff.name, ...links[i] }, shape), name, seen);
	}
	await tend(ada);
	unhurt(ada);
	return seen;
});

// talk makes an office worth looking at.
async function talk(browser, ada) {
	await start(ada, contact.name, 'VAT return, third quarter', 'Hello, could you send me the till reports of August by Friday?');
	const carl = await enter(browser, url, contact);
	await open(carl, 'VAT return, third quarter');
	await write(carl, 'The oven invoice is on its way. The till reports I have to look for.');
	await ada.getByRole('log').getByText('The oven invoice').waitFor();
	await write(ada, 'Thank you. Take your time, Friday is fine.');
	await carl.getByRole('log').getByText('Friday is fine').waitFor();
	await write(ada, 'Sent to the wrong people');
	await act(ada, 'Sent to the wrong people', 'Retract…');
	await ada.getByRole('dialog').getByRole('button', { name: 'Retract', exact: true }).click();
	await ada.getByTestId('retracted').waitFor();
	await ada.keyboard.press('r');
	await ada.keyboard.press('Alt+i');
	await write(ada, 'He always needs a second reminder.');
	await ada.getByTestId('message').filter({ hasText: 'second reminder' }).waitFor();
	await start(carl, staff.name, 'Payroll for the new apprentice', 'Elena starts on the first. What do you need from her?');
	await start(ada, contact.name, 'The new oven', 'Please send me its invoice, and a picture.');
	await open(carl, 'The new oven');
	await attach(carl, papers());
	await send(carl);
	await ada.getByTestId('attachment').filter({ hasText: 'invoice.pdf' }).waitFor();
	// One that Ada is not in.
	await start(carl, colleague.name, 'Lease of the delivery van', 'Between the two of us: is the van the firm’s?');
	await attach(carl, papers());
	await send(carl);
	unhurt(ada, carl);
}

function papers() {
	return [
		{ name: 'oven.png', mimeType: 'image/png', buffer: noise(700, 500) },
		{ name: 'invoice.pdf', mimeType: 'application/pdf', buffer: paper(['Invoice 4711', 'Page two, the small print']) },
	];
}

async function inside(page, name, seen) {
	await page.getByTestId('row').first().waitFor();
	await look(page, `list-${name}`, seen);
	await page.getByRole('button', { name: 'All lists' }).click();
	await page.getByRole('dialog', { name: 'All lists' }).waitFor();
	await look(page, `lists-${name}`, seen);
	await page.getByRole('button', { name: /^Archived/ }).click();
	await page.getByRole('heading', { name: 'Nothing archived' }).waitFor();
	await look(page, `empty-${name}`, seen);
	await page.locator('#tab-inbox').click();
	await page.getByRole('checkbox', { name: /^Select/ }).first().click();
	await page.getByTestId('bulk').waitFor();
	await look(page, `selecting-${name}`, seen);
	await page.getByRole('button', { name: /^Clear the selection/ }).click();
	await page.getByRole('button', { name: 'Search', exact: true }).click();
	await page.getByRole('button', { name: 'Last 7 days' }).waitFor();
	await look(page, `search-${name}`, seen);
	await page.getByRole('searchbox').fill('till report');
	await page.getByTestId('hit').first().waitFor();
	await look(page, `found-${name}`, seen);
	await page.getByRole('button', { name: 'Filters' }).click();
	await page.getByRole('searchbox').fill('nowhere');
	await page.getByRole('heading', { name: 'Nothing found' }).waitFor();
	await look(page, `not-found-${name}`, seen);
	await page.getByRole('button', { name: 'Close the search' }).click();
	await open(page, 'VAT return, third quarter');
	await look(page, `conversation-${name}`, seen);
	await writing(page, name, seen);
	await filed(page, name, seen);
	await page.goto(`${url}/new`);
	await page.getByRole('combobox', { name: 'To' }).waitFor();
	await look(page, `new-${name}`, seen);
	await page.goto(`${url}/settings`);
	await page.getByRole('heading', { name: 'Settings' }).first().waitFor();
	await page.getByLabel(/^Not in my quiet hours/).check();
	await page.getByLabel(/^Collected/).check();
	await look(page, `settings-${name}`, seen);
	await page.locator('.mail-times-save').scrollIntoViewIfNeeded();
	await page.screenshot({ path: `${folder}/mail-times-${name}.png` });
	await people(page, name, seen);
	await letters(page, name, seen);
	await reading(page, name, seen);
	await mail(page, name, seen);
	await anyConversation(page, name, seen);
	await page.keyboard.press('Control+/');
	await page.getByRole('dialog').waitFor();
	await look(page, `shortcuts-${name}`, seen);
	unhurt(page);
}

// act opens a message's menu and presses what is in it.
async function act(page, text, what) {
	const message = page.getByTestId('message').filter({ hasText: text });
	await message.and(page.locator('[data-id]')).hover();
	await message.getByRole('button', { name: 'More' }).click();
	await page.getByRole('button', { name: what }).click();
}

// writing looks at what stands around the field: whom to mention, what a template left open, a note, the offer to undo it, and the dialogs.
async function writing(page, name, seen) {
	const field = page.locator('.composer .ProseMirror');
	await field.click();
	await page.keyboard.type('Dear {{recipient.name}}, ask @');
	await page.getByTestId('mentions').waitFor();
	await look(page, `mention-${name}`, seen);
	await page.keyboard.press('Escape');
	await page.getByRole('button', { name: 'Templates' }).click();
	await page.getByRole('button', { name: 'New template' }).click();
	await page.getByLabel('Title of the template').waitFor();
	await page.locator('.template-name').first().waitFor();
	await look(page, `template-${name}`, seen);
	await page.keyboard.press('Escape');
	await act(page, 'Friday is fine', 'Retract…');
	await look(page, `retract-${name}`, seen);
	await page.keyboard.press('Escape');
	await field.click();
	await page.keyboard.press('Control+a');
	await page.keyboard.insertText(`Noted on ${name}`);
	await page.getByRole('button', { name: 'Internal note' }).click();
	await look(page, `note-${name}`, seen);
	await page.keyboard.press('Control+Enter');
	await page.locator('.word').getByRole('button', { name: 'Undo' }).waitFor();
	await look(page, `undo-${name}`, seen);
}

// filed looks at a thread with a picture, at the picture, and at a document.
async function filed(page, name, seen) {
	await page.goto(url);
	await open(page, 'The new oven');
	const picture = page.getByTestId('attachment').filter({ hasText: 'oven.png' });
	await picture.scrollIntoViewIfNeeded();
	await page.waitForFunction((img) => img.complete && img.naturalWidth > 0, await picture.locator('img').elementHandle());
	await look(page, `files-${name}`, seen);
	await picture.click();
	const viewer = page.getByTestId('viewer');
	await viewer.locator('img').evaluate((img) => img.decode());
	await look(page, `lightbox-${name}`, seen);
	await page.keyboard.press('ArrowRight');
	await viewer.locator('[data-testid=pdf][data-drawn="1"]').waitFor();
	await look(page, `pdf-${name}`, seen);
	await page.keyboard.press('Escape');
	await viewer.waitFor({ state: 'detached' });
}

// people looks after the office's people, by the keys that anybody has: a role changed and undone, one deactivated with a successor, and brought back.
async function people(page, name, seen) {
	await page.getByRole('link', { name: 'People' }).click();
	const sam = page.getByTestId('user').filter({ hasText: colleague.name });
	await sam.waitFor();
	await look(page, `people-${name}`, seen);
	await sam.getByRole('button').focus();
	await page.keyboard.press('Enter');
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('Role').selectOption('admin');
	await look(page, `person-${name}`, seen);
	await dialog.getByRole('button', { name: 'Save' }).click();
	await sam.getByText('Administrator').waitFor();
	await page.keyboard.press('z');
	await sam.getByText('Staff', { exact: true }).waitFor();
	await sam.getByRole('button').click();
	await dialog.getByRole('button', { name: 'Deactivate…' }).click();
	const successor = dialog.getByRole('combobox', { name: 'Who takes over?' });
	await successor.fill('nobody');
	await dialog.getByRole('button', { name: 'Deactivate' }).click();
	await dialog.getByText('Choose somebody from the list').waitFor();
	await successor.fill(staff.name.slice(0, 3));
	await dialog.getByRole('option', { name: new RegExp(staff.name) }).waitFor();
	await look(page, `deactivate-${name}`, seen);
	await successor.press('Enter');
	await dialog.getByRole('button', { name: 'Back' }).click();
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	await firm(page, name, seen);
	await page.getByLabel('Show').selectOption('deactivated');
	await page.getByText('Nobody.', { exact: true }).waitFor();
	await look(page, `deactivated-${name}`, seen);
	await page.getByRole('link', { name: 'Back to the settings' }).click();
}

// firm makes the mail of a client's firm private, and lifts that.
async function firm(page, name, seen) {
	const carl = page.getByTestId('user').filter({ hasText: contact.name });
	await carl.getByRole('button').click();
	const mail = page.getByRole('dialog').getByRole('region', { name: /^Mail of / });
	await mail.getByRole('button', { name: 'Make it private' }).click();
	await mail.getByText('only that a message waits').waitFor();
	await look(page, `firm-${name}`, seen);
	await mail.getByRole('button', { name: 'Let it say more' }).click();
	await mail.getByText('what the office lets it').waitFor();
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
}

// letters looks at the addresses of teams: the switch, and one that cannot be.
async function letters(page, name, seen) {
	await page.getByRole('link', { name: 'Letters to teams' }).click();
	await page.getByRole('heading', { name: 'Letters to teams' }).waitFor();
	const address = page.getByLabel(/^Tax and payroll/);
	await address.waitFor();
	await page.getByRole('checkbox', { name: 'Letters to teams start conversations' }).check();
	await address.fill('not an address');
	await page.getByRole('button', { name: 'Save the address of Tax and payroll' }).click();
	await page.getByRole('alert').waitFor();
	await look(page, `team-letters-${name}`, seen);
	await page.getByRole('link', { name: 'Back to the settings' }).click();
}

// reading looks at whom mail tells of reading.
async function reading(page, name, seen) {
	await page.getByRole('link', { name: 'When a message is read' }).click();
	const who = page.getByRole('combobox', { name: 'Tell these people' });
	await who.fill(colleague.name.slice(0, 3));
	await page.getByRole('option', { name: new RegExp(colleague.name) }).waitFor();
	await who.press('Enter');
	await who.press('Escape'); // what is still offered
	await page.getByRole('button', { name: 'Save' }).and(page.locator(':enabled')).waitFor();
	await look(page, `told-read-${name}`, seen);
	await page.getByRole('link', { name: 'Back to the settings' }).click();
}

// mail looks at what came and went, and at what became of one.
async function mail(page, name, seen) {
	await page.getByRole('link', { name: 'Mail', exact: true }).click();
	await page.locator('[aria-label="Mails and letters"][aria-busy=false]').waitFor({ state: 'attached' });
	const sent = page.getByTestId('transaction').first(); // who was mailed by now depends on how quick all this is
	if ((await sent.count()) > 0) await sent.locator('summary').click();
	await look(page, `mail-${name}`, seen);
	await page.getByLabel('Address', { exact: true }).fill('nobody');
	await page.getByText('Nothing like that.').waitFor();
	await page.getByRole('link', { name: 'Back to the settings' }).click();
}

// anyConversation opens one that Ada is not in, as its owner, and downloads a file.
async function anyConversation(page, name, seen) {
	await page.getByRole('link', { name: 'All conversations' }).click();
	const lease = page.getByTestId('office-conversation').filter({ hasText: 'Lease of the delivery van' });
	await lease.waitFor();
	await look(page, `office-${name}`, seen);
	await lease.click();
	await page.getByRole('heading', { name: 'Open it as an owner?' }).waitFor();
	await look(page, `opening-${name}`, seen);
	await page.getByRole('button', { name: 'Open and put it on record' }).click();
	await page.getByTestId('looked').filter({ hasText: 'Between the two of us' }).waitFor();
	await look(page, `opened-${name}`, seen);
	const [down] = await Promise.all([page.waitForEvent('download'), page.getByTestId('owner-file').filter({ hasText: 'invoice.pdf' }).click()]);
	if (down.suggestedFilename() !== 'invoice.pdf') throw new Error(`downloaded as ${down.suggestedFilename()}`);
	await page.getByRole('link', { name: 'Back to all conversations' }).click();
	await page.waitForFunction(() => document.activeElement?.matches('[data-testid=office-conversation]'));
}

// tend deactivates a colleague for somebody who takes over, and brings them back.
async function tend(page) {
	await page.goto(`${url}/settings#people`);
	const sam = page.getByTestId('user').filter({ hasText: colleague.name });
	await sam.getByRole('button').click();
	const dialog = page.getByRole('dialog');
	await dialog.getByRole('button', { name: 'Deactivate…' }).click();
	await dialog.getByRole('combobox').fill(staff.name.slice(0, 3));
	await dialog.getByRole('option', { name: new RegExp(staff.name) }).click();
	await dialog.getByRole('button', { name: 'Deactivate' }).click();
	await sam.waitFor({ state: 'detached' });
	await page.getByLabel('Show').selectOption('deactivated');
	await sam.getByRole('button', { name: /^Bring back/ }).click();
	await sam.waitFor({ state: 'detached' });
	await page.getByLabel('Show').selectOption('active');
	await sam.getByRole('button', { name: /^Change/ }).waitFor();
	await page.getByRole('searchbox', { name: 'Find by name' }).fill('nobody at all');
	await page.getByText('Nobody by that name.').waitFor();
	await open(page, 'Lease of the delivery van'); // it is hers now
}
