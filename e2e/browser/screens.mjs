// Looks at every screen as people see it, light and dark, wide, zoomed and on a phone: axe finds nothing, nothing scrolls sideways or is cut off, and a
// picture of each is left in the folder given.
import { mkdirSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { arrive, enter, input, open, start, unhurt, withBrowser, write } from './lib.mjs';

const { url, folder, staff, contact, links } = input();
mkdirSync(folder, { recursive: true });

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
	const misfits = await page.evaluate(misfit);
	for (const m of misfits) console.error(`${name}: ${m}`);
	seen.screens++;
	seen.violations += violations.length + misfits.length;
}

// In the page: what does not fit. Words may end in an ellipsis, and what scrolls downwards may be below; nothing else may stand outside of its place.
function misfit() {
	const told = [];
	if (document.documentElement.scrollWidth > innerWidth) told.push('the page scrolls sideways');
	for (const e of document.querySelectorAll('body *')) {
		if (!e.checkVisibility({ visibilityProperty: true }) || e.matches('option') || e.closest('.skip')) continue;
		if (e.getBoundingClientRect().width <= 1) continue; // for screen readers alone
		const style = getComputedStyle(e);
		const shortened = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none';
		const clips = style.overflowX !== 'visible' && !shortened && style.display !== 'inline';
		if (clips && e.scrollWidth > e.clientWidth + 1) told.push(`cut off at its side: ${e.outerHTML.slice(0, 120)}`);
		const lines = [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim() !== '');
		if (lines && ['hidden', 'clip'].includes(style.overflowY) && !shortened && e.scrollHeight > e.clientHeight + 2) told.push(`cut off below: ${e.outerHTML.slice(0, 120)}`);
		if (e.matches('button, a, input, select, textarea')) {
			const box = e.getBoundingClientRect();
			if (box.right > innerWidth + 1 || box.left < -1) told.push(`beside the page: ${e.outerHTML.slice(0, 120)}`);
		}
	}
	return told;
}
