// Staff search, by words and by filters, open what was found at its message, and go back to the results; then they mark several conversations at once,
// while a client writes and a second tab looks on. That tab is told to notify, and does, without a word of what was written.
import { enter, input, start, unhurt, withBrowser, write } from './lib.mjs';

const { url, staff, again, contact, needle, titles } = input();

const field = (page) => page.getByRole('searchbox', { name: 'Search' });
const hits = (page) => page.getByTestId('hit');
const row = (page, title) => page.getByTestId('row').filter({ hasText: title });
const said = (page, words) => page.getByTestId('search').getByRole('status').filter({ hasText: words }).waitFor();

async function until(so) {
	for (const end = Date.now() + 15_000; !(await so());) {
		if (Date.now() > end) throw new Error(`not so in time: ${so} ${globalThis.state ? await globalThis.state() : ''}`);
		await new Promise((resolve) => { setTimeout(resolve, 20); });
	}
}

async function search(page, words) {
	await page.keyboard.press('/');
	await until(() => field(page).evaluate((f) => f === document.activeElement));
	await page.keyboard.type(words);
}

// The message that was found stands in the pane, has the focus, and its word is marked.
const atMessage = (page) => page.evaluate((word) => {
	const pane = document.querySelector('[data-testid=log]')?.getBoundingClientRect();
	const at = document.activeElement;
	const box = at?.getBoundingClientRect();
	return at?.matches('[data-testid=message]') && at.textContent.includes(word) && box.top >= pane.top && box.top < pane.top + pane.height / 2 && CSS.highlights.get('found')?.size > 0;
}, needle);

async function finds(page) {
	await search(page, 'nèedl');
	await said(page, '1 result');
	const marks = await hits(page).locator('mark').allTextContents();
	if (marks.length !== 1 || marks[0] !== 'Needle') throw new Error(`marked: ${marks}`);
	if (await page.getByTestId('search').locator('img, b').count()) throw new Error('what was written is shown as more than text');
	if (!(await hits(page).textContent()).includes('<b>bold</b>')) throw new Error('what was written is not shown as it was');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await until(() => atMessage(page));
	await page.goBack();
	await said(page, '1 result');
	await page.reload();
	await said(page, '1 result');
	await hits(page).first().click();
	await until(() => atMessage(page));
}

async function filters(page) {
	await field(page).focus();
	await page.keyboard.press('Control+a');
	await page.keyboard.type('from:carl needle ');
	await page.getByRole('list', { name: 'Filters' }).getByText(`From ${contact.name}`).waitFor();
	await said(page, '1 result');
	await page.keyboard.type('has:file ');
	await page.getByRole('heading', { name: 'Nothing found' }).waitFor();
	await page.getByRole('button', { name: 'Remove: Has attachment' }).click();
	await said(page, '1 result');
	await page.getByRole('button', { name: 'Filters' }).click();
	await page.getByLabel('Since').fill('2099-01-01');
	await page.getByRole('heading', { name: 'Nothing found' }).waitFor();
	await page.getByRole('button', { name: 'Without filters' }).click();
	await said(page, '1 result');
	await field(page).focus();
	await page.keyboard.press('Escape');
	await page.getByTestId('row').first().waitFor();
}

// Three are selected, two of them as a range; what comes meanwhile moves nothing, and says that it came.
async function select(page, carl) {
	await page.goto(new URL('/', page.url()).href);
	const [first, , third] = titles;
	await row(page, first).waitFor();
	await page.getByRole('checkbox', { name: `Select ${first}` }).click();
	await page.getByRole('checkbox', { name: `Select ${third}` }).click({ modifiers: ['Shift'] });
	await page.getByText('3 selected').waitFor();
	const places = () => page.getByRole('checkbox', { checked: true }).evaluateAll((all) => all.map((box) => `${box.ariaLabel} ${box.getBoundingClientRect().top}`).join());
	const before = await places();
	await start(carl, staff.name, 'Comes in between', 'while rows are selected');
	await page.getByText('3 selected · 1 new above').waitFor();
	if ((await places()) !== before) throw new Error(`the rows moved: ${before} to ${await places()}`);
}

const unread = (page) => page.getByTestId('row').evaluateAll((all, wanted) => all.filter((r) => r.dataset.unread === 'true' && wanted.some((t) => r.textContent.includes(t))).length, titles);
const there = (page) => page.getByTestId('row').evaluateAll((all, wanted) => all.filter((r) => wanted.some((t) => r.textContent.includes(t))).length, titles);
const badge = (page) => page.getByTestId('badge').getAttribute('data-count');

async function marks(page, second, carl) {
	let followed = 0;
	const follows = async (count, want) => {
		globalThis.state = async () => `${await count(page)} ${await count(second)} for ${want}, badges ${await badge(page)} ${await badge(second)}`;
		await until(async () => (await count(page)) === want && (await count(second)) === want && (await badge(page)) === (await badge(second)));
		followed++;
	};
	await second.getByTestId('row').first().waitFor();
	await select(page, carl);
	await page.keyboard.press('Shift+i');
	await follows(unread, 0);
	await row(page, 'Comes in between').waitFor();
	await again3(page);
	await page.keyboard.press('Shift+u');
	await follows(unread, 3);
	await page.keyboard.press('z');
	await follows(unread, 0);
	await again3(page);
	await page.keyboard.press('Shift+e');
	await follows(there, 0);
	await page.getByRole('button', { name: 'Undo' }).click();
	await follows(there, 3);
	return followed;
}

async function again3(page) {
	for (const title of titles) {
		await row(page, title).focus();
		await page.keyboard.press('x');
	}
	await page.getByText('3 selected').waitFor();
}

// Stands in for the system's notifications, which a browser without a screen has none of.
function standIn() {
	globalThis.notified = [];
	globalThis.Notification = class extends EventTarget {
		static permission = 'default';
		static asked = 0;
		static async requestPermission() {
			Notification.asked++;
			return (Notification.permission = 'granted');
		}
		constructor(title, { body }) {
			super();
			globalThis.notified.push(`${title}: ${body}`);
		}
		close() {
			this.dispatchEvent(new Event('close'));
		}
	};
}

// Once it is turned on, a message is told of, by no word of what it says; not where it is looked at.
async function alerts(page, carl) {
	await page.evaluate(standIn);
	const told = () => page.evaluate(() => globalThis.notified);
	await start(carl, staff.name, 'Before it is turned on', 'nobody is told of this');
	await row(page, 'Before it is turned on').waitFor();
	await page.getByRole('link', { name: 'Settings' }).click();
	await page.getByRole('checkbox', { name: 'Notifications' }).click();
	await until(async () => (await page.evaluate(() => Notification.asked)) === 1);
	await start(carl, staff.name, 'Once it is on', 'a secret for two');
	await until(async () => (await told()).length === 1);
	await row(page, 'Once it is on').click();
	await page.getByRole('log').getByText('a secret for two').waitFor();
	await page.bringToFront();
	await write(carl, 'and another that is looked at');
	await page.getByRole('log').getByText('and another that is looked at').waitFor();
	await start(carl, staff.name, 'At the end', 'a third secret');
	await until(async () => (await told()).length >= 2);
	const all = await told();
	if (all.length !== 2 || all.some((t) => !t.endsWith('A message waits for you in Postern.') || /Carl|secret|Once|looked/.test(t))) throw new Error(`told: ${all.join(' | ')}`);
	return all.length;
}

await withBrowser(async (browser) => {
	const ada = await enter(browser, url, staff);
	const second = await enter(browser, url, again);
	const carl = await enter(browser, url, contact);
	ada.setDefaultTimeout(15_000);
	await ada.getByRole('checkbox').first().waitFor({ state: 'attached' }); // the keys are there
	await finds(ada);
	await filters(ada);
	const followed = await marks(ada, second, carl);
	const told = await alerts(second, carl);
	unhurt(ada, second, carl);
	return { found: 2, followed, told };
});
