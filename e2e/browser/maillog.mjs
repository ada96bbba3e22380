// Staff look at a mail as its recipient got it, find it in the office's ledger with the report that came back, and let its address get mail again.
import { mkdirSync } from 'node:fs';
import { enter, input, open, unhurt, withBrowser } from './lib.mjs';
import { lookAt } from './looking.mjs';

const { url, folder, title, word, sent, address, reply, staff, client, acts } = input();
mkdirSync(folder, { recursive: true });

const shapes = [
	{ name: 'wide' },
	{ name: 'narrow-dark', viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true, colorScheme: 'dark' },
];

await withBrowser(async (browser) => {
	const seen = { screens: 0, violations: 0 };
	const pages = [];
	for (const [i, { name: _, ...shape }] of shapes.entries()) pages.push(await enter(browser, url, staff[i], shape));
	const live = await comesIn(pages, await enter(browser, url, client));
	for (const [i, page] of pages.entries()) {
		const { name } = shapes[i];
		await asItWent(page, name, seen);
		await page.goto(`${url}/settings#mail`);
		await found(page);
		await lookAt(page, folder, `maillog-${name}`, seen);
		if (i === shapes.length - 1) await mailedAgain(page);
		unhurt(page);
	}
	return { ...seen, live };
});

// asItWent opens the mail from what became of the message.
async function asItWent(page, name, seen) {
	await page.getByTestId('message').filter({ hasText: word }).locator('.message-when').first().click();
	const carls = page.getByTestId('deliveries').locator('.delivery[data-state=bounced]').filter({ hasText: 'Carl' });
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

// comesIn has the timeline of a message open at both nodes while mails of it wait, go and come back, and while a recipient sees it in another browser, and answers by mail: each shows without a reload.
async function comesIn(pages, theirs) {
	let shown = 0;
	for (const page of pages) {
		await open(page, title);
		await page.evaluate(() => (globalThis.unloaded = false));
		await page.getByTestId('message').filter({ hasText: sent }).locator('.message-when').first().click();
	}
	const tells = async (who, state, words) => {
		for (const page of pages) {
			await page.getByTestId('deliveries').locator(`.delivery[data-state=${state}]`).filter({ hasText: who }).getByText(words).first().waitFor();
			shown++;
		}
	};
	await tells('Carl', 'accepted', 'Accepted by the relay');
	await tells('Dora', 'queued', 'Waits for their digest');
	for (const page of pages) if ((await page.getByTestId('deliveries').getByText('Seen').count()) > 0) throw new Error('it was seen before');
	await pages[1].screenshot({ path: `${folder}/timeline-waits.png` });
	await done('digest');
	await tells('Dora', 'accepted', 'Accepted by the relay');
	await done('bounce');
	await tells('Dora', 'bounced', 'mailbox full');
	await open(theirs, title);
	await tells('Carl', 'accepted', 'Seen');
	await done('answer');
	await tells('Carl', 'accepted', 'Replied by email');
	await pages[0].screenshot({ path: `${folder}/timeline.png` });
	for (const page of pages) {
		if (await page.evaluate(() => globalThis.unloaded !== false)) throw new Error('the page was loaded anew');
		await page.keyboard.press('Escape');
	}
	unhurt(theirs);
	await theirs.context().close();
	return shown;
}

// done has the proof do something outside the browsers.
async function done(act) {
	const answer = await fetch(acts + act, { method: 'POST' });
	if (!answer.ok) throw new Error(`${act}: ${await answer.text()}`);
}

// found narrows the ledger down to the client's address, and to what came back.
async function found(page) {
	const rows = page.getByTestId('transaction');
	await page.getByLabel('Address', { exact: true }).fill(address.slice(0, 6).toUpperCase());
	await rows.filter({ hasText: address }).first().waitFor();
	await page.getByLabel('Address', { exact: true }).fill('');
	await page.getByLabel('What became of it').selectOption('bounced');
	await page.waitForFunction(() => [...document.querySelectorAll('[data-testid=transaction]')].every((row) => row.dataset.fate === 'bounced'));
	await rows.filter({ hasText: 'no such user' }).locator('summary').click();
}

// mailedAgain clears the address.
async function mailedAgain(page) {
	const one = page.getByTestId('suppressed').filter({ hasText: address });
	await one.getByRole('button', { name: `Mail again: ${address}` }).click();
	await one.waitFor({ state: 'detached' });
	await page.getByText('None. An address comes here').waitFor();
}
