// In a long conversation: to dates, to the first unread message, and what was archived is brought back.
import { enter, input, open, unhurt, withBrowser } from './lib.mjs';

const { url, staff, title, conversation, goals, unread, last } = input();

const inPane = (page, word) => page.evaluate((w) => {
	const pane = document.querySelector('[data-testid=log]')?.getBoundingClientRect();
	const found = [...document.querySelectorAll('[data-testid=log] [data-testid=message]')].find((e) => e.textContent.includes(w))?.getBoundingClientRect();
	return found !== undefined && found.top >= pane.top && found.bottom <= pane.bottom + 1;
}, word);

// It opens there; from the end, F goes back there, though all was read on the way.
async function firstUnread(page) {
	await open(page, title);
	await settled(page, unread, 'new-divider');
	await page.evaluate(() => document.activeElement?.blur());
	await page.keyboard.press('End');
	await until(() => inPane(page, last));
	await until(async () => !(await inPane(page, unread)));
	await page.keyboard.press('f');
	await settled(page, unread, 'new-divider');
}

async function toDate(page, { date, word }) {
	await page.keyboard.press('End');
	await until(() => inPane(page, last));
	await page.keyboard.press('d');
	await page.getByLabel('Date', { exact: true }).fill(date);
	await page.getByRole('button', { name: 'Go', exact: true }).click();
	await settled(page, word, 'day');
}

// settled waits until a message stands in the upper half of the pane, with a mark right above it, and stays there.
async function settled(page, word, mark) {
	await page.waitForFunction(([w, m]) => {
		const pane = document.querySelector('[data-testid=log]');
		const found = [...(pane?.querySelectorAll('[data-testid=message]') ?? [])].find((e) => e.textContent.includes(w));
		if (!found?.previousElementSibling?.matches(`.${m}`)) return false;
		const top = found.getBoundingClientRect().top - pane.getBoundingClientRect().top;
		globalThis.stood = top > 0 && top < pane.clientHeight / 2 ? (globalThis.stood ?? 0) + 1 : 0;
		return globalThis.stood > 10;
	}, [word, mark], { polling: 'raf' });
	await page.evaluate(() => { globalThis.stood = 0; });
}

async function archiveAndUndo(page, undo) {
	const row = page.getByTestId('row').filter({ hasText: title });
	const archived = () => page.evaluate(async (id) => (await (await fetch(`/api/v1/conversations/${id}`)).json()).row.standing.archived, conversation);
	await open(page, title);
	await page.evaluate(() => document.activeElement?.blur());
	await page.keyboard.press('e');
	await row.waitFor({ state: 'detached' });
	await until(async () => await archived());
	await undo(page);
	await row.waitFor();
	await until(async () => !(await archived()));
}

async function until(so) {
	for (const end = Date.now() + 8000; !(await so());) {
		if (Date.now() > end) throw new Error(`not so in time: ${so}`);
		await new Promise((resolve) => { setTimeout(resolve, 20); });
	}
}

await withBrowser(async (browser) => {
	const page = await enter(browser, url, staff, { timezoneId: 'UTC' });
	page.setDefaultTimeout(8000);
	const found = { dates: 0, first_unread: 0, undone: 0 };
	await firstUnread(page);
	found.first_unread++;
	for (const goal of goals) {
		await toDate(page, goal);
		found.dates++;
	}
	for (const undo of [(p) => p.keyboard.press('z'), (p) => p.getByRole('button', { name: 'Undo' }).click()]) {
		await archiveAndUndo(page, undo);
		found.undone++;
	}
	unhurt(page);
	return found;
});
