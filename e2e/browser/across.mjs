// Two people at two nodes write to each other; measured from the key that sends to the word on the other's screen.
import { enter, input, open, percentile, start, unhurt, watchWords, whenSeen, withBrowser, write } from './lib.mjs';

const { url, staff, contact, messages } = input();

await withBrowser(async (browser) => {
	const [ada, carl] = await Promise.all([enter(browser, url, staff), enter(browser, url, contact)]);
	await start(ada, contact.name, 'Across two nodes', 'The first of many');
	await open(carl, 'Across two nodes');
	await watchWords(ada, 'word');
	await watchWords(carl, 'word');
	const took = [];
	for (let n = 1; n <= messages; n++) {
		const [from, to] = n % 2 ? [ada, carl] : [carl, ada];
		const at = await write(from, `word${n} `);
		took.push((await whenSeen(to, `word${n}`)) - at);
	}
	await seenByBoth(ada, carl, messages);
	unhurt(ada, carl);
	return { n: took.length, p50_ms: percentile(took, 0.5), p99_ms: percentile(took, 0.99) };
});

// Each screen holds each word once, in the order sent.
async function seenByBoth(ada, carl, messages) {
	const expected = Array.from({ length: messages }, (_, i) => `word${i + 1}`).join(' ');
	for (const page of [ada, carl]) {
		await page.waitForFunction(
			(words) => [...document.querySelector('[role=log]').textContent.matchAll(/word\d+/g)].map(([w]) => w).join(' ') === words,
			expected, { timeout: 10000 },
		);
	}
}
