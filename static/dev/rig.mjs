// The built client, the mock server and Chromium: what every script here starts with.
import { spawn } from 'node:child_process';
import { chromium } from 'playwright-core';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Runs a script's body with a way to open windows, and stops everything after it. Its faults decide the exit code. */
export async function withClient(body) {
	const mock = spawn(process.execPath, [new URL('mock-server.mjs', import.meta.url).pathname, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
	const base = await new Promise((resolve) => mock.stdout.once('data', (d) => resolve(String(d).trim())));
	const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: flags });
	const rig = new Rig(browser, base);
	try {
		await body(rig);
	} catch (e) {
		rig.fault(e.stack);
	} finally {
		await browser.close();
		mock.kill();
	}
	console.log(rig.faults === 0 ? 'nothing found' : `${rig.faults} faults`);
	process.exitCode = rig.faults === 0 ? 0 : 1;
}

class Rig {
	faults = 0;

	constructor(browser, base) {
		this.browser = browser;
		this.base = base;
	}

	fault(text) {
		this.faults += 1;
		console.log(`FAULT ${text}`);
	}

	/** A window of one's own. What the page logs as an error is a fault, but for answers that are meant to refuse. */
	async window(options = {}) {
		const context = await this.browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', ...options });
		const page = await context.newPage();
		page.setDefaultTimeout(10_000);
		page.on('console', (m) => ['error', 'warning'].includes(m.type()) && !/\b4\d\d \(|ERR_FAILED|inline (style|event)/.test(m.text()) && this.fault(`console: ${m.text()}`));
		page.on('pageerror', (e) => this.fault(`page: ${e.stack}`));
		return page;
	}

	async enter(email, options) {
		const page = await this.window(options);
		await page.goto(`${this.base}/sign-in`);
		await signIn(page, email);
		return page;
	}

	async step(name, run) {
		try {
			await run();
			console.log(`ok ${name}`);
		} catch (e) {
			this.fault(`${name}: ${e.message}`);
		}
	}
}

export async function signIn(page, email) {
	await page.getByLabel('Email').fill(email);
	await page.getByLabel('Password').fill('anything at all');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByTestId('row').first().waitFor({ state: 'attached' });
}

/** Opens a conversation by its row, and waits until one can write. */
export async function open(page, title) {
	await page.getByRole('link', { name: title }).click();
	await ready(page);
}

export const ready = (page) => page.getByTestId('writer').and(page.locator('[data-ready=true]')).waitFor();

export async function say(page, text) {
	await page.locator('.writer .ProseMirror').click();
	await page.keyboard.type(text);
	await page.keyboard.press('Control+Enter');
}

export function must(holds, otherwise = 'it does not hold') {
	if (!holds) throw new Error(otherwise);
}
