// Looks at every screen as people see it, light and dark, wide and on a phone: axe finds nothing, nothing scrolls sideways, and a picture of each is
// left in the folder given.
import { mkdirSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { arrive, enter, input, open, start, unhurt, withBrowser, write } from './lib.mjs';

const { url, folder, staff, contact, links } = input();
mkdirSync(folder, { recursive: true });

const shapes = [
	{ name: 'wide', viewport: { width: 1440, height: 900 } },
	{ name: 'wide-dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
	{ name: 'phone', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
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
	await start(carl, staff.name, 'Payroll for the new apprentice', 'Elena starts on the first. What do you need from her?');
	unhurt(ada, carl);
}

async function inside(page, name, seen) {
	await page.getByTestId('row').first().waitFor();
	await look(page, `list-${name}`, seen);
	await open(page, 'VAT return, third quarter');
	await look(page, `conversation-${name}`, seen);
	await page.goto(`${url}/new`);
	await page.getByRole('combobox', { name: 'To' }).waitFor();
	await look(page, `new-${name}`, seen);
	await page.goto(`${url}/settings`);
	await page.getByRole('heading', { name: 'Settings' }).first().waitFor();
	await look(page, `settings-${name}`, seen);
	await page.keyboard.press('Control+/');
	await page.getByRole('dialog').waitFor();
	await look(page, `shortcuts-${name}`, seen);
	unhurt(page);
}

async function look(page, name, seen) {
	await page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished.catch(() => {}))));
	await page.screenshot({ path: `${folder}/${name}.png` });
	const { violations } = await new AxeBuilder({ page }).analyze();
	for (const v of violations) console.error(`${name}: ${v.id}: ${v.help}: ${v.nodes[0]?.html.slice(0, 200)}`);
	if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) {
		console.error(`${name}: the page scrolls sideways`);
		seen.violations++;
	}
	seen.screens++;
	seen.violations += violations.length;
}
