// What every script here needs: a browser, people signed in at a node, and the times at which words appear on a screen.
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

// input is what the proof says, as JSON on standard input.
export const input = () => JSON.parse(readFileSync(0, 'utf8'));

// withBrowser runs a script's body and prints its result as the last line; whatever goes wrong ends the script with a failure.
export async function withBrowser(body) {
	const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: flags });
	try {
		const result = await body(browser);
		console.log(JSON.stringify(result));
	} catch (e) {
		console.error(e.stack);
		process.exitCode = 1;
	} finally {
		await browser.close();
	}
}

// arrive opens a window of one's own, pinned to a node by the balancer's cookie.
export async function arrive(browser, url, node, options = {}) {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', ...options });
	if (node) await context.addCookies([{ name: 'rig-node', value: node, url }]);
	const page = await context.newPage();
	page.faults = [];
	page.on('pageerror', (e) => page.faults.push(e.stack));
	page.on('console', (m) => m.type() === 'error' && /Content Security Policy|TrustedHTML|Trusted Type/.test(m.text()) && page.faults.push(m.text()));
	return page;
}

// enter spends a sign-in link, by the button that a person would press.
export async function enter(browser, url, visitor, options) {
	const page = await arrive(browser, url, visitor.node, options);
	const answered = page.waitForResponse((r) => r.url().endsWith('/api/v1/links/use'));
	await page.goto(visitor.link);
	await page.getByRole('button', { name: 'Sign in' }).click();
	const answer = await answered;
	if (!answer.ok()) throw new Error(`${visitor.name} could not sign in: ${answer.status()} ${await answer.text()}`);
	if (visitor.node) await provePinned(page, visitor);
	await page.getByRole('navigation', { name: 'Main' }).waitFor();
	return page;
}

// provePinned makes sure that the page really talks to its node: a proof over two nodes must not run on one.
async function provePinned(page, visitor) {
	const node = await page.evaluate(async () => (await fetch('/api/v1/me')).headers.get('x-rig-node'));
	if (node !== visitor.node) throw new Error(`${visitor.name} is at ${node}, not at ${visitor.node}`);
}

// watchWords notes, from now on, when a word with the prefix first stands in the log of messages. Times are Date.now() of the page, the same clock as ours.
export async function watchWords(page, prefix) {
	await page.evaluate((start) => {
		globalThis.seen = {};
		const word = new RegExp(`${start}\\d+`, 'g');
		const look = () => {
			for (const log of document.querySelectorAll('[role=log]'))
				for (const [found] of log.textContent.matchAll(word)) globalThis.seen[found] ??= Date.now();
		};
		new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
		look();
	}, prefix);
}

// whenSeen waits until the word was seen, and gives the time.
export async function whenSeen(page, word, timeout = 15000) {
	await page.waitForFunction((w) => globalThis.seen[w] !== undefined, word, { timeout, polling: 5 });
	return page.evaluate((w) => globalThis.seen[w], word);
}

// write types a message and sends it; the time is that of the key that sends.
export async function write(page, text) {
	const writer = page.getByTestId('writer').and(page.locator('[data-ready=true]'));
	await writer.waitFor();
	await page.locator('.writer .ProseMirror').click();
	await page.keyboard.insertText(text);
	const at = Date.now();
	await page.keyboard.press('Control+Enter');
	return at;
}

// start begins a conversation by the pages a person would use.
export async function start(page, to, title, text) {
	await page.goto(new URL('/new', page.url()).href);
	await page.getByRole('combobox', { name: 'To' }).fill(to.slice(0, 4));
	await page.getByRole('option', { name: new RegExp(to) }).click();
	await page.getByLabel('Title').fill(title);
	await page.getByTestId('writer').and(page.locator('[data-ready=true]')).waitFor();
	await page.locator('.writer .ProseMirror').click();
	await page.keyboard.insertText(text);
	await page.keyboard.press('Control+Enter');
	await page.getByRole('log').getByText(text).waitFor();
}

// open goes to a conversation by its row in the list.
export async function open(page, title) {
	await page.getByTestId('row').filter({ hasText: title }).first().click();
	await page.getByTestId('writer').and(page.locator('[data-ready=true]')).waitFor();
}

export function percentile(list, share) {
	const sorted = [...list].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
}

export function unhurt(...pages) {
	for (const page of pages) if (page.faults.length > 0) throw new Error(`the page found fault: ${page.faults[0]}`);
}
