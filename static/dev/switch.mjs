// Measures switching to a conversation of 500 messages, all of them loaded, at a CPU four times slower (TARGETS.md T10):
// from the click to the frame that shows it, in ms. `node dev/switch.mjs`
import { must, open, withClient } from './rig.mjs';

const rounds = 20;

await withClient(async (rig) => {
	const page = await rig.enter('helen@ward.example');
	await open(page, /Bookkeeping questions/);
	while ((await page.getByText('Loading earlier messages').count()) > 0) {
		await page.getByTestId('log').evaluate((log) => log.scrollTo(0, 0));
		await page.waitForTimeout(50);
	}
	must((await page.getByTestId('message').count()) === 500, 'not all messages are loaded');
	const slow = await page.context().newCDPSession(page);
	await slow.send('Emulation.setCPUThrottlingRate', { rate: 4 });
	const times = [];
	for (let i = 0; i < rounds; i++) {
		await open(page, /VAT return/);
		await page.waitForTimeout(400);
		times.push(await page.evaluate(shown));
	}
	const sorted = times.toSorted((a, b) => a - b).map((t) => t.toFixed(0));
	console.log(`switch-to-500 n=${rounds} least_ms=${sorted[0]} p50_ms=${sorted[rounds / 2]} p95_ms=${sorted[Math.floor(rounds * 0.95)]}`);
});

// In the page: a click, and the time until the frame after it is drawn.
function shown() {
	const link = [...document.querySelectorAll('[data-testid=row]')].find((a) => a.textContent.includes('Bookkeeping questions'));
	return new Promise((resolve) => {
		const begun = performance.now();
		link.click();
		requestAnimationFrame(() => {
			const channel = new MessageChannel();
			channel.port1.addEventListener('message', () => resolve(document.querySelectorAll('[data-testid=message]').length > 10 ? performance.now() - begun : NaN));
			channel.port1.start();
			channel.port2.postMessage(0);
		});
	});
}
