// Runs the built client against the mock server in Chromium: a picture of every screen (into the folder given), axe on
// each, and a message from one browser to another. `node dev/look.mjs [folder]`
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const folder = process.argv[2] ?? '/tmp/look';
mkdirSync(folder, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const mock = spawn(process.execPath, [new URL('mock-server.mjs', import.meta.url).pathname, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
const base = await new Promise((resolve) => mock.stdout.once('data', (d) => resolve(String(d).trim())));
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: flags });
let faults = 0;

async function visitor(email, options = {}) {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', ...options });
	const page = await context.newPage();
	page.on('console', (m) => ['error', 'warning'].includes(m.type()) && !/\b401\b|\b410\b|\b413\b|\b404\b|\b400\b/.test(m.text()) && fault(`console: ${m.text()}`));
	page.on('pageerror', (e) => fault(`page: ${e.stack}`));
	await page.goto(`${base}/sign-in`);
	if (!email) return page;
	await page.getByLabel('Email').fill(email);
	await page.getByLabel('Password').fill('anything at all');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByTestId('row').first().waitFor();
	return page;
}

function fault(text) {
	faults += 1;
	console.log(`FAULT ${text}`);
}

async function look(page, name) {
	await page.waitForTimeout(350);
	await page.screenshot({ path: `${folder}/${name}.png` });
	await page.evaluate(axe);
	const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
	for (const v of violations) fault(`axe ${name}: ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 140) + ' ' + (n.any[0]?.message ?? '')).join(' | ')}`);
	const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
	if (wide) fault(`${name}: the page scrolls sideways`);
	console.log(`looked at ${name}`);
}

async function screens(page, suffix) {
	await look(page, `list${suffix}`);
	await page.getByRole('link', { name: /Annual accounts/ }).click();
	await page.getByTestId('message').first().waitFor();
	await page.getByTestId('writer').and(page.locator('[data-ready=true]')).waitFor();
	await look(page, `conversation${suffix}`);
	await page.getByRole('button', { name: /^People/ }).click();
	await page.getByLabel('Add people').fill('a');
	await look(page, `people${suffix}`);
	await page.keyboard.press('Escape');
	await page.keyboard.press('Escape');
	await page.getByRole('button', { name: 'More' }).click();
	await look(page, `more${suffix}`);
	await page.keyboard.press('Escape');
	const note = page.getByRole('button', { name: 'Internal note' });
	if (await note.count()) await note.click();
	await page.getByTestId('file-input').setInputFiles([{ name: 'statement.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(90_000) }, { name: 'huge.zip', mimeType: 'application/zip', buffer: Buffer.alloc(9000) }]);
	await page.locator('.writer .ProseMirror').click();
	await page.keyboard.type('The oven came in January: ');
	await page.keyboard.press('Control+b');
	await page.keyboard.type('it belongs to 2026.');
	await look(page, `composer${suffix}`);
	if (await note.count()) await note.click();
	await page.goto(`${base}/new`);
	await page.getByRole('combobox', { name: 'To' }).fill('ke');
	await page.getByRole('option').first().waitFor();
	await look(page, `picker${suffix}`);
	await page.keyboard.press('Enter');
	await page.getByRole('combobox', { name: 'To' }).fill('ami');
	await page.getByRole('option', { name: /Amira/ }).click();
	await page.getByLabel('Title').fill('Changes in the new year');
	await look(page, `new${suffix}`);
	await page.goto(`${base}/settings`);
	await page.getByText('Safari on iPhone').waitFor();
	await look(page, `settings${suffix}`);
	const convenience = page.getByRole('radio', { name: /Convenience/ });
	if (await convenience.count()) {
		await convenience.click();
		await look(page, `mode${suffix}`);
		await page.keyboard.press('Escape');
	}
	await page.keyboard.press('Control+/');
	await look(page, `shortcuts${suffix}`);
	await page.keyboard.press('Escape');
	const invite = page.getByRole('button', { name: 'Invite a person' });
	if (await invite.isVisible()) {
		await invite.click();
		await look(page, `invite${suffix}`);
		await page.keyboard.press('Escape');
	}
}

try {
	const outside = await visitor('');
	await look(outside, 'sign-in');
	await outside.getByLabel('Email').fill('helen@ward.example');
	await outside.getByLabel('Password').fill('wrong');
	await outside.getByRole('button', { name: 'Sign in' }).click();
	await outside.getByRole('alert').waitFor();
	await look(outside, 'sign-in-refused');
	await outside.goto(`${base}/forgotten`);
	await look(outside, 'forgotten');
	await outside.goto(`${base}/link#good`);
	await look(outside, 'link');
	await outside.goto('about:blank');
	await outside.goto(`${base}/link#bad`);
	await look(outside, 'link-spent');
	await screens(await visitor('helen@ward.example'), '');
	await screens(await visitor('helen@ward.example', { colorScheme: 'dark' }), '-dark');
	await screens(await visitor('maria@keller.example', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }), '-phone');
	await screens(await visitor('helen@ward.example', { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true, colorScheme: 'dark' }), '-narrow-dark');
	await live();
} catch (e) {
	fault(String(e.stack));
} finally {
	await browser.close();
	mock.kill();
}
console.log(faults === 0 ? 'nothing found' : `${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;

async function live() {
	const [helen, maria] = [await visitor('tomas@ward.example'), await visitor('maria@keller.example')];
	for (const page of [helen, maria]) {
		await page.bringToFront();
		await page.getByRole('link', { name: /Annual accounts/ }).click();
		await page.getByTestId('writer').and(page.locator('[data-ready=true]')).waitFor();
	}
	await maria.locator('.writer .ProseMirror').click();
	await maria.keyboard.type('Live from <Maria>');
	await helen.getByText('Maria is writing').waitFor();
	await look(helen, 'typing');
	await maria.keyboard.press('Control+Enter');
	await helen.getByTestId('message').filter({ hasText: 'Live from <Maria>' }).waitFor();
	await maria.locator('[data-testid=message]').filter({ hasText: 'Live from' }).waitFor();
	await maria.getByTestId('read-by').filter({ hasText: 'Tomás Brandt' }).waitFor();
	await maria.keyboard.type('refuse me');
	await maria.keyboard.press('Control+Enter');
	await maria.getByText('Not sent.').waitFor();
	await look(maria, 'refused');
	await helen.goto(`${base}/c/k9`);
	await helen.getByTestId('message').first().waitFor();
	await helen.mouse.move(900, 400);
	for (let i = 0; i < 30; i++) await helen.mouse.wheel(0, -900).then(() => helen.waitForTimeout(30));
	await look(helen, 'long');
	await helen.getByRole('button', { name: 'Newest' }).click();
	await helen.getByTestId('log').getByText('1499').waitFor();
}
