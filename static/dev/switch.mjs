// Measures switching to a conversation of 500 messages, all of them loaded, at a CPU four times slower (TARGETS.md T10):
// from the click to the frame that shows it. Against the mock server; prints p50 and p95 in ms.
import { spawn } from 'node:child_process';
import { chromium } from 'playwright-core';

const rounds = 20;
const mock = spawn(process.execPath, [new URL('mock-server.mjs', import.meta.url).pathname, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
const base = await new Promise((resolve) => mock.stdout.once('data', (d) => resolve(String(d).trim())));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(`${base}/sign-in`);
await page.getByLabel('Email').fill('helen@ward.example');
await page.getByLabel('Password').fill('anything');
await page.getByRole('button', { name: 'Sign in' }).click();
await page.getByRole('link', { name: /Bookkeeping questions/ }).click();
await page.getByTestId('message').first().waitFor();
await page.getByTestId('writer').and(page.locator('[data-ready=true]')).waitFor();
while ((await page.getByText('Loading earlier messages').count()) > 0) {
	await page.getByTestId('log').evaluate((log) => log.scrollTo(0, 0));
	await page.waitForTimeout(50);
}
console.log(`loaded ${await page.getByTestId('message').count()} messages`);
const slow = await page.context().newCDPSession(page);
await slow.send('Emulation.setCPUThrottlingRate', { rate: 4 });

const times = [];
for (let i = 0; i < rounds; i++) {
	await page.getByRole('link', { name: /VAT return/ }).click();
	await page.waitForTimeout(400);
	times.push(await page.evaluate(() => new Promise((resolve) => {
		const link = [...document.querySelectorAll('[data-testid=row]')].find((a) => a.textContent.includes('Bookkeeping questions'));
		const begun = performance.now();
		link.click();
		requestAnimationFrame(() => {
			const channel = new MessageChannel();
			channel.port1.onmessage = () => resolve(document.querySelectorAll('[data-testid=message]').length > 10 ? performance.now() - begun : NaN);
			channel.port2.postMessage(0);
		});
	})));
}
times.sort((a, b) => a - b);
console.log(`switch-to-500 n=${rounds} p50_ms=${times[rounds / 2].toFixed(0)} p95_ms=${times[Math.floor(rounds * 0.95)].toFixed(0)}`);
await browser.close();
mock.kill();
