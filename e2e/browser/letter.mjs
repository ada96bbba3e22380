// Answers by mail: swaks hands letters to the SMTP port while staff and client look at the conversation; measured from the 250 to both screens.
import { spawn } from 'node:child_process';
import { enter, input, open, percentile, unhurt, watchWords, whenSeen, withBrowser } from './lib.mjs';

const { url, smtp, staff, contact, title, from, to, letters } = input();

await withBrowser(async (browser) => {
	const pages = await Promise.all([enter(browser, url, staff), enter(browser, url, contact)]);
	for (const page of pages) {
		await open(page, title);
		await watchWords(page, 'letter');
	}
	const took = [];
	for (let n = 1; n <= letters; n++) {
		const at = await post(n);
		const seen = await Promise.all(pages.map((page) => whenSeen(page, `letter${n}`)));
		took.push(Math.max(...seen) - at);
	}
	for (const page of pages) {
		const quoted = await page.getByRole('log').getByText('quoted words that were not written').isVisible();
		if (quoted) throw new Error('a quote was shown as if it had been written');
	}
	unhurt(...pages);
	return { n: took.length, p50_ms: percentile(took, 0.5), p99_ms: percentile(took, 0.99) };
});

// post gives the time of the 250.
function post(n) {
	const body = `This is letter${n} by mail.\n\nOn Mon, 2 Nov 2026 at 10:00, Ada Staff wrote:\n> quoted words that were not written\n`;
	const swaks = spawn('swaks', ['--server', smtp, '--from', from, '--to', to, '--h-From', from, '--h-To', to, '--h-Subject', `Re: ${title}`,
		'--add-header', `Message-ID: <letter-${n}-${process.pid}@client.example>`, '--body', body, '--timeout', '20']);
	let said = '';
	let at = 0;
	swaks.stdout.on('data', (d) => {
		said += d;
		if (at === 0 && /<-\s+250 2\.0\.0[^\n]*\n[^]*?-> QUIT/.test(said)) at = Date.now();
	});
	swaks.stderr.on('data', (d) => { said += d; });
	return new Promise((resolve, reject) => {
		swaks.on('close', (code) => (code === 0 ? resolve(at || Date.now()) : reject(new Error(`swaks ended with ${code}\n${said}`))));
	});
}
