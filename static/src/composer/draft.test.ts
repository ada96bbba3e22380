import { expect, test } from 'vitest';
import { Draft, draftOf, forgetDrafts } from './draft.svelte';

test('plain text becomes paragraphs, with nothing in it read as HTML', () => {
	const draft = new Draft();
	draft.write('a <b>\n\nc & d');
	expect(draft.html).toBe('<p>a &lt;b&gt;</p><p></p><p>c &amp; d</p>');
	expect(draft.doc?.content).toHaveLength(3);
	expect(draft.ready).toBe(true);
});

test('white space alone is nothing to send', () => {
	const draft = new Draft();
	draft.write(' \n ');
	expect(draft.ready).toBe(false);
});

test('what was refused comes back after what is being written', () => {
	const [sent, draft] = [new Draft(), new Draft()];
	sent.write('refused');
	draft.write('new words');
	draft.take({ doc: sent.doc, note: true, attachments: [{ id: 'f', name: 'a.pdf', type: 'application/pdf', size: 3 }] });
	expect(draft.text).toBe('new words\nrefused');
	expect([draft.note, draft.files.done, draft.files.attachments.map((a) => a.id)]).toEqual([true, true, ['f']]);
});

test('a place has its own draft, until all are forgotten', () => {
	draftOf('c1').write('kept');
	expect([draftOf('c1').text, draftOf('c2').text]).toEqual(['kept', '']);
	forgetDrafts();
	expect(draftOf('c1').text).toBe('');
});
