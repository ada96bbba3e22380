// Staff put themselves on the list of who hears of reading, by its page, and write; a client opens the conversation, until the server has it that they did. The second time there is a reader only.
import { enter, input, open, unhurt, withBrowser, write } from './lib.mjs';

const { url, title, word, reader, writer } = input();

await withBrowser(async (browser) => {
	if (writer) await writes(await enter(browser, url, writer));
	const page = await enter(browser, url, reader);
	await open(page, title);
	await page.getByTestId('message').filter({ hasText: word }).waitFor();
	while ((await page.evaluate(async () => (await (await fetch('/api/v1/me')).json()).badge)) > 0) await page.waitForTimeout(100);
	unhurt(page);
	return { opened: 1 };
});

async function writes(page) {
	await page.goto(`${url}/settings`);
	await page.getByRole('link', { name: 'When a message is read' }).click();
	await page.getByRole('combobox', { name: 'Tell these people' }).fill(writer.name.slice(0, 3));
	await page.getByRole('option', { name: new RegExp(writer.name) }).click();
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByText('They are told of what is opened from now on.').waitFor();
	await page.goto(url);
	await open(page, title);
	await write(page, word);
	await page.getByTestId('message').filter({ hasText: word }).waitFor();
	unhurt(page);
}
