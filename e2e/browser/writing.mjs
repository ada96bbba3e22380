// Staff set a signature and keep a template; a client unfolds the one below a message, and reads the other filled in with their name.
import { enter, input, open, start, unhurt, withBrowser, write } from './lib.mjs';

const { url, staff, contact } = input();

await withBrowser(async (browser) => {
	const ada = await enter(browser, url, staff);
	await ada.getByRole('link', { name: 'Settings' }).click();
	const signature = ada.getByRole('textbox', { name: 'Signature' }).and(ada.locator('[contenteditable]'));
	await signature.waitFor();
	await signature.click();
	await ada.keyboard.type('Ada, Tax and Audit');
	await ada.locator('.signature').getByRole('button', { name: 'Save' }).click();
	await ada.getByText('stands below what you send').waitFor();

	await start(ada, contact.name, 'Signed', 'with a signature');
	const carl = await enter(browser, url, contact);
	await open(carl, 'Signed');
	if (await carl.getByText('Ada, Tax and Audit').count() > 0) throw new Error('the signature is not folded');
	await carl.getByRole('button', { name: 'Signature' }).click();
	await carl.getByRole('log').getByText('Ada, Tax and Audit').waitFor();
	await ada.getByRole('button', { name: 'Leave out my signature' }).click();
	await write(ada, 'without one');
	const bare = carl.getByTestId('message').filter({ hasText: 'without one' });
	await bare.waitFor();
	if (await bare.getByRole('button', { name: 'Signature' }).count() > 0) throw new Error('signed although it was left out');

	const templates = async () => {
		await ada.getByRole('button', { name: 'Templates' }).click();
		return ada.getByRole('dialog');
	};
	const text = ada.getByRole('textbox', { name: 'Text of the template' }).and(ada.locator('[contenteditable]'));
	let dialog = await templates();
	await dialog.getByRole('button', { name: 'New template' }).click();
	await dialog.getByLabel('Title of the template').fill('Greeting');
	await text.waitFor();
	await text.click();
	await ada.keyboard.insertText('Dear {{recipient.first_name}}, greetings from {{me.nick}}');
	await dialog.getByRole('button', { name: 'Keep' }).click();
	await dialog.getByRole('alert').filter({ hasText: '{{me.nick}}' }).waitFor();
	await text.click();
	await ada.keyboard.press('Control+a');
	await ada.keyboard.insertText('Dear ');
	await dialog.getByRole('button', { name: "The recipient's first name" }).click();
	await ada.keyboard.insertText(', greetings');
	await dialog.getByRole('button', { name: 'Keep' }).click();
	const use = dialog.getByRole('button', { name: 'Greeting', exact: true });
	await use.waitFor();
	await dialog.getByRole('button', { name: 'Change Greeting' }).click();
	await text.filter({ hasText: 'Dear {{recipient.first_name}}, greetings' }).click();
	await ada.keyboard.press('Control+End');
	await ada.keyboard.insertText(' from {{me.name}}');
	await dialog.getByRole('button', { name: 'Keep' }).click();
	await use.waitFor();
	await dialog.getByRole('button', { name: 'Remove Greeting' }).click();
	await use.waitFor({ state: 'detached' });
	await dialog.getByRole('button', { name: 'Undo' }).click();
	await use.waitFor();
	await dialog.getByRole('button', { name: 'Close' }).click();
	dialog = await templates();
	await dialog.getByRole('button', { name: 'Greeting', exact: true }).click();
	const greeting = `Dear ${contact.name.split(' ')[0]}, greetings from ${staff.name}`;
	await ada.locator('.composer .ProseMirror').filter({ hasText: greeting }).waitFor();
	if (await carl.getByText(greeting).count() > 0) throw new Error('inserting a template sent it');
	await ada.keyboard.press('Control+Enter');
	await carl.getByRole('log').getByText(greeting).waitFor();
	if (await carl.getByRole('button', { name: 'Templates' }).count() > 0) throw new Error('a client is offered templates');
	unhurt(ada, carl);
	return { signatures: 2, templates: 1 };
});
