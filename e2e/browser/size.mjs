// Weighs what a browser fetches of the client, in kB of brotli.
import { brotliCompressSync } from 'node:zlib';
import { enter, input, unhurt, withBrowser } from './lib.mjs';

const { url, staff, conversation, word } = input();
const isEditor = (path) => path.includes('/editor-');

const without = (all) => [...all].filter(([path]) => !isEditor(path)).map(([, body]) => body);
const weight = (bodies) => bodies.reduce((sum, body) => sum + brotliCompressSync(body).length, 0) / 1000;
const rows = (page) => page.getByTestId('row').first().waitFor();
const messages = (page) => page.getByTestId('message').filter({ hasText: word }).waitFor();
const editor = (page) => page.locator('[data-testid=writer][data-ready=true]').waitFor();
const everything = (page) => page.waitForResponse((r) => isEditor(r.url()) && r.url().endsWith('.js')); // the last that is fetched ahead

// fetched opens an address in a page of its own and gives all that came from there but answers of the API, in the order it was asked for. Without `idle`
// the page never has time to fetch ahead; with `only`, nothing else is to be had.
async function fetched(context, path, until, { idle = true, only } = {}) {
	const page = await context.newPage();
	if (!idle) await page.addInitScript(() => { globalThis.requestIdleCallback = () => 0; });
	const nameOf = (r) => new URL(r.url()).pathname;
	const isOurs = (r) => r.url().startsWith(url) && !nameOf(r).startsWith('/api/');
	if (only) await page.route((at) => at.href.startsWith(url) && at.pathname.startsWith('/assets/') && !only.has(at.pathname), (route) => route.abort());
	const asked = [];
	page.on('request', (r) => isOurs(r) && asked.push(r));
	const ready = until(page);
	ready.catch(() => undefined); // told below
	await page.goto(url + path);
	await ready;
	await page.evaluate(() => fetch('/favicon.svg')); // a browser without a window does not ask for it
	const bodies = new Map();
	for (const r of asked) {
		const answer = await r.response();
		if (answer) bodies.set(nameOf(r), await answer.body());
	}
	await page.close();
	return bodies;
}

await withBrowser(async (browser) => {
	const page = await enter(browser, url, staff);
	const idle = await fetched(page.context(), '/', everything);
	const list = await fetched(page.context(), '/', rows, { idle: false });
	const there = await fetched(page.context(), `/c/${conversation}`, editor, { idle: false });
	// What the list fetched is all that reading needs: with nothing else, the conversation shows.
	await fetched(page.context(), `/c/${conversation}`, messages, { idle: false, only: list });
	unhurt(page);
	const before = [...there.keys()].findIndex(isEditor);
	return { read: weight([...list.values()]), written: weight([...there.values()].slice(0, before)), ahead: weight(without(idle)), editor: weight([...there].filter(([path]) => isEditor(path)).map(([, body]) => body)) };
});
