// A client sends an image, a PDF and a file with a virus over connections that break on the way. Staff see the first two in the page at once, a stranger
// sees nothing, the third reaches nobody, and the link in the mail leads through signing in to the file.
import { readdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { arrive, enter, input, open, start, unhurt, withBrowser } from './lib.mjs';
import { attach, noise, paper, send } from './papers.mjs';

const { url, staff, contact, stranger, evil, mails } = input();
const out = { cuts: 0, files: 0, shown: 0, refused: 0, blocked: 0 };

await withBrowser(async (browser) => {
	const ada = await enter(browser, url, staff);
	await start(ada, contact.name, 'Papers', 'Please send me the oven invoice.');
	const road = await cutting(new URL(url), 2);
	const carl = await enter(browser, road.url, { ...contact, link: contact.link.replace(url, road.url) });
	await open(carl, 'Papers');
	await ada.goto(`${url}/settings`); // a mail goes to who does not read

	await attach(carl, [
		{ name: 'oven.png', mimeType: 'image/png', buffer: noise(1400, 1000) },
		{ name: 'invoice.pdf', mimeType: 'application/pdf', buffer: paper(['Invoice 4711', 'Page two, the small print']) },
	]);
	out.cuts = road.cuts();
	await send(carl);
	const link = await mailed();
	await open(ada, 'Papers');
	const oven = ada.getByTestId('attachment').filter({ hasText: 'oven.png' });
	await small(ada, oven, 640, 457);
	await attach(carl, [{ name: 'till.png', mimeType: 'image/png', buffer: noise(200, 150) }]);
	await send(carl);
	await small(ada, ada.getByTestId('attachment').filter({ hasText: 'till.png' }), 200, 150); // live
	out.shown += 2;

	// The lightbox, by keys: image, PDF, its second page, closed, and the focus is back.
	await oven.click();
	const viewer = ada.getByTestId('viewer');
	await viewer.locator('img').waitFor();
	const whole = await viewer.locator('img').evaluate((img) => img.decode().then(() => img.naturalWidth));
	if (whole !== 1400) throw new Error(`the picture is ${whole} wide`);
	out.shown += 1;
	await ada.keyboard.press('ArrowRight');
	await viewer.locator('[data-testid=pdf][data-drawn="1"]').waitFor();
	await viewer.getByText('Page 1 of 2').waitFor();
	if ((await ink(viewer)) < 100) throw new Error('the first page is empty');
	await ada.keyboard.press('PageDown');
	await viewer.locator('[data-testid=pdf][data-drawn="2"]').waitFor();
	if (!(await viewer.locator('.pdf-page .away').textContent()).includes('small print')) throw new Error('nothing of the second page is read to who cannot see it');
	out.shown += 1;
	const [down] = await Promise.all([ada.waitForEvent('download'), viewer.getByRole('button', { name: 'Download' }).click()]);
	if (down.suggestedFilename() !== 'invoice.pdf') throw new Error(`downloaded as ${down.suggestedFilename()}`);
	await ada.keyboard.press('Escape');
	await viewer.waitFor({ state: 'detached' });
	if (!(await oven.evaluate((a) => a === document.activeElement))) throw new Error('the focus is lost');

	// What holds a virus reaches nobody, and is marked.
	await attach(carl, [{ name: 'macro.txt', mimeType: 'text/plain', buffer: Buffer.from(`before ${evil} after`) }]);
	await send(carl);
	for (const page of [ada, carl]) {
		const bad = page.getByTestId('attachment').filter({ hasText: 'macro.txt' });
		await bad.waitFor();
		const answer = page.waitForResponse((r) => r.url().includes('/api/v1/attachments/') && r.request().headers()['range'] !== undefined);
		await bad.click();
		if ((await answer).status() !== 403) throw new Error(`a virus is answered by ${(await answer).status()}`);
		const word = page.getByTestId('viewer').getByText('The virus scanner blocked this file.');
		await word.waitFor();
		await page.keyboard.press('Escape');
		await word.waitFor({ state: 'detached' });
		out.blocked += 1;
	}
	await ada.reload();
	await ada.getByTestId('attachment').filter({ hasText: 'macro.txt' }).getByText('Blocked by the virus scanner').waitFor();
	out.files = await ada.getByTestId('attachment').count();

	// Nobody else: by address, by preview, by the link in the mail.
	const id = /attachments\/([0-9a-f-]{36})/.exec(await oven.getAttribute('href'))[1];
	const stella = await enter(browser, url, stranger);
	const nobody = await arrive(browser, url, '');
	await nobody.goto(url);
	for (const [page, want] of [[stella, 404], [nobody, 401]]) {
		for (const path of [id, `${id}/preview`]) {
			const status = await page.evaluate(async (p) => (await fetch(`/api/v1/attachments/${p}`)).status, path);
			if (status !== want) throw new Error(`a stranger gets ${status} for ${path}`);
			out.refused += 1;
		}
	}
	if (!link.endsWith(id)) throw new Error(`the mail's link is ${link}`);
	await nobody.goto(link);
	await nobody.getByLabel('Password').waitFor();
	if (!decodeURIComponent(nobody.url()).includes(`?file=${id}`)) throw new Error(`after signing in it would lead to ${nobody.url()}`);
	await stella.goto(link);
	await stella.getByTestId('viewer').getByText('There is no such file, or you may not see it.').waitFor();
	out.refused += 1;
	await ada.goto(link);
	await ada.getByTestId('viewer').locator('img').waitFor();
	await ada.getByTestId('viewer').getByRole('heading', { name: 'oven.png' }).waitFor();
	await ada.keyboard.press('Escape');
	await ada.getByTestId('viewer').waitFor({ state: 'detached' });
	unhurt(ada, carl, stella, nobody);
	return out;
});

// ink counts dark pixels of the page that is shown.
function ink(viewer) {
	return viewer.locator('canvas').evaluate((canvas) => {
		const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
		let dark = 0;
		for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0 && data[i] + data[i + 1] + data[i + 2] < 200) dark++;
		return dark;
	});
}

// small waits for a preview of that size in pixels, in a place of its shape.
async function small(page, file, width, height) {
	await file.locator('img').scrollIntoViewIfNeeded();
	await page.waitForFunction((img) => img.complete && img.naturalWidth > 0, await file.locator('img').elementHandle());
	const is = await file.locator('img').evaluate((img) => ({ width: img.naturalWidth, height: img.naturalHeight, wide: img.clientWidth, high: img.clientHeight }));
	const fits = is.wide <= 320 && is.high <= 240 && Math.abs(is.wide / is.high - width / height) < 0.02;
	if (is.width !== width || is.height !== height || !fits) throw new Error(`a preview is ${JSON.stringify(is)}`);
}

// mailed waits for the first link to a file in a mail.
async function mailed() {
	for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((r) => setTimeout(r, 100))) {
		for (const name of readdirSync(mails).filter((n) => n.endsWith('.eml'))) {
			const text = readFileSync(`${mails}/${name}`, 'utf8').replace(/=\r?\n/g, '').replace(/=3D/g, '=');
			const found = /https?:\/\/\S+\/c\/[0-9a-f-]{36}\?file=[0-9a-f-]{36}/.exec(text);
			if (found) return found[0];
		}
	}
	throw new Error('no mail has a link to the file');
}

// cutting is another address of the server. Connections that have sent 300 kB are cut there, until so many new ones were: where one was in use before, the
// browser itself sends again what it carried.
function cutting(to, times) {
	let cuts = 0;
	const server = createServer((near) => {
		const far = connect(Number(to.port), to.hostname);
		let sent = 0, used = false;
		const end = () => (near.destroy(), far.destroy());
		far.on('data', () => (used = true));
		near.on('data', (bytes) => {
			sent += bytes.length;
			if (sent < 300_000 || cuts >= times) return;
			if (!used) cuts++;
			end();
		});
		for (const [a, b] of [[near, far], [far, near]]) a.on('error', end).on('close', end).pipe(b);
	});
	return new Promise((resolve) => server.listen(0, '127.0.0.1', () => (server.unref(), resolve({ url: `http://127.0.0.1:${server.address().port}`, cuts: () => cuts }))));
}
