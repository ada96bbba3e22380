// A picture of every screen of the built client (into the folder given), axe on each, and a message from one browser to
// another. `node dev/look.mjs [folder]`
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { open, withClient } from './rig.mjs';

const folder = process.argv[2] ?? '/tmp/look';
mkdirSync(folder, { recursive: true });
let base = '';
let fault = (_text) => undefined;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

await withClient(async (rig) => {
	fault = (text) => rig.fault(text);
	base = rig.base;
	await outside(await rig.window());
	await screens(await rig.enter('helen@ward.example'), '');
	await screens(await rig.enter('helen@ward.example', { colorScheme: 'dark' }), '-dark');
	await screens(await rig.enter('maria@keller.example', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }), '-phone');
	await screens(await rig.enter('helen@ward.example', { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true, colorScheme: 'dark' }), '-narrow-dark');
	await live(await rig.enter('tomas@ward.example'), await rig.enter('maria@keller.example'));
});

async function look(page, name) {
	await page.waitForTimeout(350);
	await page.screenshot({ path: `${folder}/${name}.png` });
	await page.evaluate(axe);
	const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
	for (const v of violations) fault(`axe ${name}: ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 140) + ' ' + (n.any[0]?.message ?? '')).join(' | ')}`);
	const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
	if (wide) fault(`${name}: the page scrolls sideways`);
	console.log(`looked at ${name}`);
}

async function screens(page, suffix) {
	await look(page, `list${suffix}`);
	await open(page, /Annual accounts/);
	await look(page, `conversation${suffix}`);
	await page.getByRole('button', { name: /^People/ }).click();
	await page.getByLabel('Add people').fill('a');
	await look(page, `people${suffix}`);
	await page.keyboard.press('Escape');
	await page.keyboard.press('Escape');
	await page.getByRole('button', { name: 'More' }).first().click();
	await look(page, `more${suffix}`);
	await page.keyboard.press('Escape');
	const note = page.getByRole('button', { name: 'Internal note' });
	if (await note.count()) await note.click();
	await page.getByTestId('file-input').setInputFiles([{ name: 'statement.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(90_000) }, { name: 'huge.zip', mimeType: 'application/zip', buffer: Buffer.alloc(9000) }]);
	await page.locator('.writer .ProseMirror').click();
	await page.keyboard.type('The oven came in January: ');
	await page.keyboard.press('Control+b');
	await page.keyboard.type('it belongs to 2026.');
	await look(page, `composer${suffix}`);
	if (await note.count()) await note.click();
	await page.goto(`${base}/new`);
	await page.getByRole('combobox', { name: 'To' }).fill('ke');
	await page.getByRole('option').first().waitFor();
	await look(page, `picker${suffix}`);
	await page.keyboard.press('Enter');
	await page.getByRole('combobox', { name: 'To' }).fill('ami');
	await page.getByRole('option', { name: /Amira/ }).click();
	await page.getByLabel('Title').fill('Changes in the new year');
	await look(page, `new${suffix}`);
	await page.goto(`${base}/settings`);
	await page.getByText('Safari on iPhone').waitFor();
	await look(page, `settings${suffix}`);
	const convenience = page.getByRole('radio', { name: /Convenience/ });
	if (await convenience.count()) {
		await convenience.click();
		await look(page, `mode${suffix}`);
		await page.keyboard.press('Escape');
	}
	await page.keyboard.press('Control+/');
	await look(page, `shortcuts${suffix}`);
	await page.keyboard.press('Escape');
	if (await page.getByRole('link', { name: 'All conversations' }).count()) await owning(page, suffix);
	const invite = page.getByRole('button', { name: 'Invite a person' });
	if (await invite.isVisible()) {
		await invite.click();
		await look(page, `invite${suffix}`);
		await page.keyboard.press('Escape');
	}
}

// What only an owner has: the office's people, and any of its conversations.
async function owning(page, suffix) {
	await page.goto(`${base}/settings`);
	await page.getByRole('link', { name: 'People' }).click();
	await page.getByTestId('user').first().waitFor();
	await look(page, `users${suffix}`);
	await page.getByRole('button', { name: 'Change Priya Nair' }).click();
	await page.getByLabel('May send and read messages').click();
	await page.getByRole('combobox', { name: 'Who takes over?' }).fill('pri');
	await look(page, `user${suffix}`);
	await page.getByRole('button', { name: 'Deactivate…' }).click();
	await look(page, `deactivate${suffix}`);
	await page.keyboard.press('Escape');
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({ state: 'detached' }).catch(() => {});
	await page.goto(`${base}/settings#conversations`);
	await page.getByTestId('office-conversation').first().waitFor();
	await look(page, `office${suffix}`);
	await page.getByTestId('office-conversation').filter({ hasText: 'Bookkeeping questions' }).click();
	await look(page, `opening${suffix}`);
	await page.getByRole('button', { name: 'Open and put it on record' }).click();
	await page.getByTestId('look').waitFor();
	await look(page, `opened${suffix}`);
	await page.goto(`${base}/settings#conversations=k1`);
	await page.getByRole('button', { name: 'Open and put it on record' }).click();
	await page.getByTestId('look').waitFor();
	await look(page, `opened-files${suffix}`);
}

async function outside(page) {
	await page.goto(`${base}/sign-in`);
	await look(page, 'sign-in');
	await page.getByLabel('Email').fill('helen@ward.example');
	await page.getByLabel('Password').fill('wrong');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByRole('alert').waitFor();
	await look(page, 'sign-in-refused');
	await page.goto(`${base}/forgotten`);
	await page.getByLabel('Email').waitFor();
	await look(page, 'forgotten');
	await page.goto(`${base}/link#good`);
	await page.getByLabel('New password').waitFor();
	await look(page, 'link');
	await page.goto('about:blank');
	await page.goto(`${base}/link#bad`);
	await page.getByRole('alert').waitFor();
	await look(page, 'link-spent');
}

async function live(tomas, maria) {
	for (const page of [tomas, maria]) await open(page, /Annual accounts/);
	await maria.locator('.writer .ProseMirror').click();
	await maria.keyboard.type('Live from <Maria>');
	await tomas.getByText('Maria is writing').waitFor();
	await look(tomas, 'typing');
	await maria.keyboard.press('Control+Enter');
	await tomas.getByTestId('message').filter({ hasText: 'Live from <Maria>' }).waitFor();
	await maria.locator('[data-testid=message]').filter({ hasText: 'Live from' }).waitFor();
	await maria.getByTestId('read-by').filter({ hasText: 'Tomás Brandt' }).waitFor();
	await maria.keyboard.type('refuse me');
	await maria.keyboard.press('Control+Enter');
	await maria.getByText('Not sent.').waitFor();
	await look(maria, 'refused');
	await tomas.goto(`${base}/c/k9`);
	await tomas.getByTestId('message').first().waitFor();
	await tomas.mouse.move(900, 400);
	for (let i = 0; i < 30; i++) await tomas.mouse.wheel(0, -900).then(() => tomas.waitForTimeout(30));
	await look(tomas, 'long');
	await tomas.getByRole('button', { name: 'Newest' }).click();
	await tomas.getByTestId('log').getByText('1499').waitFor();
}
