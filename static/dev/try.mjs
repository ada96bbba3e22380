// Tries what pictures do not show: keys, focus, scrolling, what becomes of words that could not be sent. `node dev/try.mjs`
import { must, open, ready, say, signIn, withClient } from './rig.mjs';

const log = (page) => page.getByTestId('log');
const message = (page, text) => page.getByTestId('message').filter({ hasText: text });
const words = '.writer .ProseMirror';

await withClient(async (rig) => {
	await keys(rig);
	await sending(rig);
	await files(rig);
	await scrolling(rig);
	await addresses(rig);
	await phone(rig);
	await sessions(rig);
});

async function keys(rig) {
	const page = await rig.enter('helen@ward.example');
	await rig.step('j and k go along the list', async () => {
		for (const [key, id] of [['j', 'k1'], ['j', 'k2'], ['k', 'k1']]) {
			await page.keyboard.press(key);
			await page.waitForURL(`**/c/${id}`);
		}
	});
	await rig.step('r writes, Escape leaves the field, and what was written stays', async () => {
		await ready(page);
		await page.keyboard.press('r');
		await page.waitForFunction(() => document.activeElement?.classList.contains('ProseMirror'));
		await page.keyboard.type('kept words');
		await page.keyboard.press('Escape');
		await page.keyboard.press('j');
		await page.waitForURL('**/c/k2');
		await page.keyboard.press('k');
		await ready(page);
		await page.locator(words).getByText('kept words').waitFor();
	});
	await rig.step('Enter makes a paragraph, Ctrl+Enter sends', async () => {
		await page.keyboard.press('r');
		await page.keyboard.press('End');
		await page.keyboard.press('Enter');
		await page.keyboard.type('and more');
		await page.locator(`${words} p:nth-child(2)`, { hasText: 'and more' }).waitFor();
		await page.keyboard.press('Control+Enter');
		await message(page, 'kept words').waitFor();
		await page.locator('.writer-place.empty').waitFor();
	});
	await rig.step('Alt+I makes it a note and back', async () => {
		await page.keyboard.press('Alt+i');
		await page.locator('[data-testid=composer][data-note=true]').waitFor();
		await page.keyboard.press('Alt+i');
		await page.locator('[data-testid=composer][data-note=false]').waitFor();
	});
	await rig.step('Ctrl+/ opens the reference, and Escape closes no more than that', async () => {
		await page.keyboard.press('Escape');
		await page.keyboard.press('Control+/');
		await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
		await page.keyboard.press('Escape');
		await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor({ state: 'detached' });
		must(page.url().endsWith('/c/k1'), page.url());
	});
}

async function sending(rig) {
	const page = await rig.enter('helen@ward.example');
	await open(page, /Annual accounts/);
	await rig.step('what is refused can be edited and sent', async () => {
		await say(page, 'refuse me, **boldly**');
		await page.getByText('Not sent.').waitFor();
		await page.getByRole('button', { name: 'Edit', exact: true }).click();
		await page.locator(`${words} strong`, { hasText: 'boldly' }).waitFor();
		must((await page.getByTestId('pending').count()) === 0, 'it is still pending');
		await page.locator(words).click();
		await page.keyboard.press('Control+a');
		await page.keyboard.type('kindly');
		await page.keyboard.press('Control+Enter');
		await message(page, 'kindly').waitFor();
	});
	await rig.step('without the editor the plain field sends', async () => {
		const plain = await rig.window();
		await plain.route('**/editor-*.js', (r) => r.abort());
		await plain.goto(`${rig.base}/sign-in`);
		await signIn(plain, 'helen@ward.example');
		await plain.getByRole('link', { name: /Annual accounts/ }).click();
		await plain.getByRole('textbox', { name: 'Message' }).fill('plain <words>');
		await plain.keyboard.press('Control+Enter');
		await message(plain, 'plain <words>').waitFor();
	});
}

async function files(rig) {
	const page = await rig.enter('helen@ward.example');
	await open(page, /Annual accounts/);
	const upload = (name) => page.getByTestId('upload').filter({ hasText: name }).and(page.locator('[data-done=true]'));
	await rig.step('a pasted file is attached', async () => {
		await page.locator(words).evaluate((at) => {
			const data = new DataTransfer();
			data.items.add(new File(['x'], 'pasted.txt'));
			at.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
		});
		await upload('pasted.txt').waitFor();
	});
	await rig.step('pasted HTML is cleaned', async () => {
		await page.locator(words).evaluate((at) => {
			const data = new DataTransfer();
			data.setData('text/html', '<b style="font-weight:normal"><p>plain <span style="font-weight:700">bold</span><img src="https://track.example/1.gif"></p></b>');
			at.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
		});
		const html = await page.locator(words).innerHTML();
		must(/plain <strong>bold<\/strong>/.test(html) && !/track|style/.test(html), html);
	});
	await rig.step('a dropped file is attached', async () => {
		const drop = (types) => log(page).evaluate((at, types) => {
			const data = new DataTransfer();
			data.items.add(new File(['x'], 'dropped.txt'));
			for (const type of types) at.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
		}, types);
		await drop(['dragenter', 'dragover']);
		await page.getByText('Drop files to attach them').waitFor();
		await drop(['drop']);
		await upload('dropped.txt').waitFor();
	});
	await rig.step('words and files go together', async () => {
		await page.getByRole('button', { name: 'Send', exact: true }).click();
		await message(page, 'pasted.txt').filter({ hasText: 'dropped.txt' }).filter({ hasText: 'bold' }).waitFor();
	});
}

function numbers(page) {
	return page.evaluate(() => [...document.querySelectorAll('[data-testid=message] strong')].map((e) => Number(e.textContent)).filter((n) => n >= 1000 && n < 1500));
}

function atEnd(page) {
	return page.waitForFunction(() => {
		const pane = document.querySelector('[data-testid=log]');
		return pane && pane.scrollHeight - pane.scrollTop - pane.clientHeight < 5;
	});
}

function gapless(shown) {
	must(shown.every((n, i) => i === 0 || n === shown[i - 1] + 1), `a gap or a double in ${shown}`);
}

async function scrolling(rig) {
	const [peter, helen] = [await rig.enter('peter@lindqvist.example'), await rig.enter('helen@ward.example')];
	await rig.step('a conversation opens at the first unread message', async () => {
		await open(peter, /Bookkeeping questions/);
		await peter.waitForTimeout(500);
		const { y } = await peter.getByTestId('new-divider').boundingBox();
		must(y > 56 && y < 400, `the divider is at ${y}`);
	});
	await rig.step('scrolling down loads what follows, without gaps, and reads it', async () => {
		await peter.mouse.move(900, 500);
		for (let i = 0; i < 500 && (await numbers(peter)).at(-1) !== 1499; i++) {
			await peter.mouse.wheel(0, 1500);
			await peter.waitForTimeout(25);
		}
		gapless(await numbers(peter));
		await peter.mouse.wheel(0, 30_000);
		await peter.getByTestId('row').filter({ hasText: 'Bookkeeping' }).and(peter.locator('[data-unread=false]')).waitFor();
	});
	await rig.step('what is read opens at its end', async () => {
		await open(helen, /Bookkeeping questions/);
		await log(helen).getByText('1499').waitFor();
		await atEnd(helen);
	});
	await rig.step('earlier messages do not move what is looked at', async () => {
		const worst = [];
		for (let i = 0; i < 25; i++) worst.push(await log(helen).evaluate(climb));
		gapless(await numbers(helen));
		must(Math.max(...worst) < 2, `it moved by ${Math.max(...worst)} px`);
	});
	await rig.step('a new message does not move it either, and is counted and read out', async () => {
		const [looked] = await log(helen).evaluateAll(topmost);
		await say(peter, 'Are you there?');
		await helen.getByRole('button', { name: '1 new message' }).waitFor();
		const y = await helen.locator(`[data-position="${looked.position}"]`).evaluate((m) => m.getBoundingClientRect().top);
		must(Math.abs(y - looked.top) < 2, `it moved by ${y - looked.top} px`);
		must((await helen.getByTestId('announcer').textContent()) === 'Peter Lindqvist: Are you there?');
		await helen.getByRole('button', { name: '1 new message' }).click();
		await atEnd(helen);
	});
	await rig.step('sending goes to the end, and a growing composer keeps it in view', async () => {
		await log(helen).evaluate((pane) => pane.scrollTo(0, 0));
		await helen.waitForTimeout(200);
		await say(helen, 'Here I am');
		await atEnd(helen);
		for (let i = 0; i < 8; i++) await helen.keyboard.press('Enter');
		await helen.waitForTimeout(200);
		await atEnd(helen);
	});
}

// In the page: where the topmost message that shows is.
function topmost([pane]) {
	const edge = pane.getBoundingClientRect().top + 5;
	const element = [...pane.querySelectorAll('[data-testid=message]')].find((m) => m.getBoundingClientRect().bottom > edge);
	return [{ position: element.dataset.position, top: element.getBoundingClientRect().top }];
}

// In the page: goes up, and gives how far the topmost message then moves by itself within some frames, in px.
function climb(pane) {
	pane.scrollTop = Math.max(1, pane.scrollTop - 700);
	const edge = pane.getBoundingClientRect().top + 5;
	const element = [...pane.querySelectorAll('[data-testid=message]')].find((m) => m.getBoundingClientRect().bottom > edge);
	const top = element.getBoundingClientRect().top;
	return new Promise((resolve) => {
		let [worst, frames] = [0, 0];
		const look = () => {
			worst = Math.max(worst, Math.abs(element.getBoundingClientRect().top - top));
			if (++frames < 12) requestAnimationFrame(look);
			else resolve(worst);
		};
		requestAnimationFrame(look);
	});
}

async function addresses(rig) {
	const page = await rig.enter('helen@ward.example');
	await rig.step('a conversation that is not there says so', async () => {
		await page.goto(`${rig.base}/c/nope`);
		await page.getByText('This conversation cannot be shown').waitFor();
	});
	await rig.step('an unknown address leads home', async () => {
		await page.goto(`${rig.base}/what`);
		await page.waitForURL(`${rig.base}/`);
	});
}

async function phone(rig) {
	const page = await rig.enter('maria@keller.example', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
	await rig.step('on a phone the focus goes with the pane', async () => {
		await page.getByTestId('row').first().tap();
		await page.waitForFunction(() => document.activeElement?.id === 'content');
		await page.getByRole('link', { name: 'Back to the list' }).tap();
		await page.waitForFunction(() => document.activeElement?.dataset.testid === 'row');
	});
}

async function sessions(rig) {
	const page = await rig.enter('tomas@ward.example');
	await open(page, /Annual accounts/);
	await page.getByTestId('row').filter({ hasText: 'Annual' }).and(page.locator('[data-unread=false]')).waitFor();
	await rig.step('a session that ended leads to the sign-in page and back, with the words', async () => {
		await page.context().clearCookies();
		await page.evaluate(() => dispatchEvent(new Event('offline')));
		await say(page, 'typed while out');
		await page.evaluate(() => dispatchEvent(new Event('online')));
		await signIn(page, 'tomas@ward.example');
		await page.waitForURL('**/c/k1');
		await page.locator(words).getByText('typed while out').waitFor();
		must((await page.locator(`${words} p`).count()) === 1, 'the words are there twice');
	});
}
