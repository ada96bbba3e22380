// Staff look at a mail as its recipient got it, find it in the office's ledger with the report that came back, and let its address get mail again.
import { mkdirSync } from 'node:fs';
import { enter, input, open, unhurt, withBrowser } from './lib.mjs';
import { lookAt } from './looking.mjs';

const { url, folder, title, word, sent, address, reply, staff, client } = input();
mkdirSync(folder, { recursive: true });

const shapes = [
	{ name: 'wide' },
	{ name: 'narrow-dark', viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true, colorScheme: 'dark' },
];

await withBrowser(async (browser) => {
	const seen = { screens: 0, violations: 0 };
	for (const [i, { name, ...shape }] of shapes.entries()) {
		const page = await enter(browser, url, staff[i], shape);
		await asItWent(page, name, seen);
		if (i === 0) await comesIn(page, await enter(browser, url, client));
		await page.goto(`${url}/settings#mail`);
		await found(page);
		await lookAt(page, folder, `maillog-${name}`, seen);
		if (i === shapes.length - 1) await mailedAgain(page);
		unhurt(page);
	}
	return seen;
});

// asItWent opens the mail from what became of the message.
async function asItWent(page, name, seen) {
	await open(page, title);
	await page.getByTestId('message').filter({ hasText: word }).locator('.message-when').first().click();
	const carls = page.getByTestId('deliveries').locator('[data-state=bounced]');
	await carls.getByText('no such user').waitFor();
	await lookAt(page, folder, `delivery-${name}`, seen);
	await carls.getByRole('button', { name: 'Show it' }).click();
	const mail = page.getByTestId('opened-mail');
	await mail.frameLocator('iframe').getByText(word).waitFor();
	const said = await page.getByRole('dialog').innerText();
	if (said.includes(reply)) throw new Error('the reply address is shown whole');
	if (!said.includes(`${reply.slice(0, 8)}…`)) throw new Error(`the header does not name its reply address: ${said}`);
	const acts = await mail.locator('iframe').evaluate((frame) => ({ to: frame.contentDocument.querySelector('a')?.getAttribute('href'), sandbox: frame.getAttribute('sandbox') }));
	if (acts.to !== '' || acts.sandbox !== 'allow-same-origin') throw new Error(`in the mail something may act: ${JSON.stringify(acts)}`);
	await page.screenshot({ path: `${folder}/opened-mail-${name}.png` });
	await mail.locator('iframe').evaluate((frame) => frame.remove()); // axe waits for ever where no script runs
	await lookAt(page, folder, `opened-mail-around-${name}`, seen);
	await page.getByRole('button', { name: 'Close' }).click();
	await page.waitForFunction(() => document.activeElement?.classList.contains('message-when'));
}

// comesIn has the timeline of a message open while its mail goes, its recipient sees it in another browser, and answers by mail: each shows without a reload.
async function comesIn(page, theirs) {
	const message = page.getByTestId('message').filter({ hasText: sent });
	await message.locator('.message-when').first().click();
	const carls = page.getByTestId('deliveries').getByRole('listitem').filter({ hasText: 'Carl' }).first();
	await carls.getByText('Accepted by the relay').waitFor();
	if ((await carls.getByText('Seen').count()) > 0) throw new Error('it was seen before');
	await open(theirs, title);
	await theirs.getByTestId('message').filter({ hasText: sent }).waitFor();
	await carls.getByText('Seen').waitFor();
	await carls.getByText('Replied by email').waitFor();
	await page.screenshot({ path: `${folder}/timeline.png` });
	unhurt(theirs);
	await theirs.context().close();
	await page.keyboard.press('Escape');
}

// found narrows the ledger down to the client's address, and to what came back.
async function found(page) {
	const rows = page.getByTestId('transaction');
	await page.getByLabel('Address', { exact: true }).fill(address.slice(0, 6).toUpperCase());
	await rows.filter({ hasText: address }).first().waitFor();
	await page.getByLabel('Address', { exact: true }).fill('');
	await page.getByLabel('What became of it').selectOption('bounced');
	await page.waitForFunction(() => [...document.querySelectorAll('[data-testid=transaction]')].every((row) => row.dataset.fate === 'bounced'));
	await rows.first().locator('summary').click();
	if (!(await rows.first().innerText()).includes('no such user')) throw new Error('the reason is not told');
}

// mailedAgain clears the address.
async function mailedAgain(page) {
	const one = page.getByTestId('suppressed').filter({ hasText: address });
	await one.getByRole('button', { name: `Mail again: ${address}` }).click();
	await one.waitFor({ state: 'detached' });
	await page.getByText('None. An address comes here').waitFor();
}
