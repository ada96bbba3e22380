// Switches to a long conversation, all of it loaded, on a slower processor; measured in the page from the click to the frame that shows its end.
import { enter, input, open, percentile, unhurt, withBrowser } from './lib.mjs';

const { url, staff, title, other, first, last, rounds, slower } = input();

// loadAll goes up until the first message is there: nothing is left to be fetched. Each time it comes to the top of the pane, more is laid out.
async function loadAll(page) {
	await page.getByTestId('log').focus();
	await page.keyboard.press('End');
	await page.locator('[data-testid=row][data-unread=false]').filter({ hasText: title }).waitFor(); // read, it opens at its end later
	await page.evaluate(async (word) => {
		const pane = document.querySelector('[data-testid=log]');
		const frame = () => new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)); });
		for (let n = 0; ![...pane.querySelectorAll('[data-testid=message]')].some((m) => m.textContent.includes(word)); n++) {
			pane.scrollTo(0, n % 2 ? pane.scrollHeight / 2 : 0);
			await frame();
			await frame();
		}
	}, first);
}

// In the page: clicks the row, and waits for the frame whose content has the last message in the pane. A task posted in a frame runs after it was drawn.
function change({ title, last }) {
	const link = [...document.querySelectorAll('[data-testid=row]')].find((a) => a.textContent.includes(title));
	const drawn = () => {
		const pane = document.querySelector(`[data-conversation="${link.dataset.conversation}"] [data-testid=log]`);
		const newest = [...(pane?.querySelectorAll('[data-testid=message]') ?? [])].at(-1);
		return newest?.textContent.includes(last) && newest.getBoundingClientRect().bottom <= pane.getBoundingClientRect().bottom + 1;
	};
	return new Promise((resolve) => {
		const begun = performance.now();
		link.click();
		requestAnimationFrame(function look() {
			if (!drawn()) return requestAnimationFrame(look);
			const { port1, port2 } = new MessageChannel();
			port1.addEventListener('message', () => resolve({ ms: performance.now() - begun, messages: document.querySelectorAll('[data-testid=log] [data-testid=message]').length }));
			port1.start();
			port2.postMessage(0);
		});
	});
}

await withBrowser(async (browser) => {
	const page = await enter(browser, url, staff);
	await open(page, title);
	await loadAll(page);
	await open(page, other);
	const session = await page.context().newCDPSession(page);
	await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
	const shown = [];
	for (let i = 0; i < rounds; i++) {
		await open(page, other);
		await page.evaluate(() => new Promise((resolve) => { requestIdleCallback(resolve, { timeout: 2000 }); }));
		shown.push(await page.evaluate(change, { title, last }));
	}
	unhurt(page);
	const took = shown.map((s) => s.ms);
	return { n: took.length, least_ms: Math.min(...took), p50_ms: percentile(took, 0.5), longest_ms: Math.max(...took), laid_out: Math.max(...shown.map((s) => s.messages)) };
});
