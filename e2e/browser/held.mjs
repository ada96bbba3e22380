// A letter that waits: two of staff, at two nodes, have it open; one accepts it, the other is told, and the client sees the message.
import { mkdirSync } from 'node:fs';
import { enter, input, open, unhurt, withBrowser } from './lib.mjs';

const { url, folder, title, word, staff, colleague, narrow, dark, contact } = input();
mkdirSync(folder, { recursive: true });

await withBrowser(async (browser) => {
	const look = async (page, name) => {
		await open(page, title);
		const panel = page.getByTestId('held-letter').filter({ hasText: word });
		// The end of the conversation is laid out a moment after its beginning: the last line may not be there yet.
		for (let tries = 0; tries < 20 && (await panel.count()) === 0; tries++) {
			await page.getByRole('button', { name: 'Look at it' }).last().click();
			await panel.waitFor({ timeout: 2000 }).catch(() => undefined);
		}
		await panel.waitFor();
		await panel.getByRole('button', { name: 'Reject' }).scrollIntoViewIfNeeded();
		await page.screenshot({ path: `${folder}/held-${name}.png` });
		if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) throw new Error(`${name}: the page scrolls sideways`);
		return panel;
	};
	const [ada, bob, carl] = await Promise.all([enter(browser, url, staff), enter(browser, url, colleague), enter(browser, url, contact)]);
	const thin = await enter(browser, url, narrow, { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true });
	const night = await enter(browser, url, dark, { colorScheme: 'dark' });
	await open(carl, title);
	if (await carl.getByText('held back').count()) throw new Error('the client is told of a letter that waits');
	const panel = await look(ada, 'desktop');
	const other = await look(bob, 'colleague');
	await look(thin, 'narrow');
	await look(night, 'dark');
	await panel.getByRole('button', { name: 'Accept once' }).click();
	await carl.getByRole('log').getByText(word).waitFor();
	await other.getByText('accepted this letter').waitFor();
	await panel.getByText('accepted this letter').waitFor();
	await panel.scrollIntoViewIfNeeded();
	await ada.screenshot({ path: `${folder}/held-accepted.png` });
	unhurt(ada, bob, carl, thin, night);
	return { told: true };
});
