// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { Draft, draftOf, keepUnsent } from './draft.svelte';

const file = { id: 'f', name: 'a.pdf', type: 'application/pdf', size: 3 };

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

test('a place has its own draft', () => {
	draftOf('c1').write('kept');
	expect([draftOf('c1').text, draftOf('c2').text]).toEqual(['kept', '']);
});

test('what was not sent when the session ended is in its draft', () => {
	const written = new Draft();
	written.write('unsent');
	const p = { key: 'k', conversation: 'c3', html: written.html, note: false, important: false, attachments: [], doc: written.doc, at: '', problem: undefined };
	keepUnsent({ c3: [p, { ...p, key: 'l' }], c4: [] });
	expect([draftOf('c3').text, draftOf('c4').text]).toEqual(['unsent\nunsent', '']);
});

test.each([[true, false], [false, true]])('a note (written %s, taken back %s) never becomes a message beside other words', (written, taken) => {
	const [sent, draft] = [new Draft(), new Draft()];
	sent.write('taken back');
	draft.write('written');
	draft.note = written;
	draft.take({ doc: sent.doc, note: taken, attachments: [] });
	expect(draft.note).toBe(true);
});

test('words that come back to an empty place are as they were', () => {
	const [sent, draft] = [new Draft(), new Draft()];
	sent.write('words');
	draft.note = true;
	draft.take({ doc: sent.doc, note: false, important: true, unsigned: true, bcc: false, secure: false, attachments: [file] });
	expect([draft.text, draft.note, draft.important, draft.unsigned, draft.bcc, draft.files.secure]).toEqual(['words', false, true, true, false, false]);
});

test.each([[true, false, true], [false, true, true], [false, false, false]])('files that go together (secure %s, taken back %s) are links if some were', (written, taken, together) => {
	const draft = new Draft();
	draft.write('with a file');
	draft.files.add([file]);
	draft.files.secure = written;
	draft.take({ doc: undefined, note: false, secure: taken, attachments: [{ ...file, id: 'g' }] });
	expect([draft.files.secure, draft.files.attachments.length]).toEqual([together, 2]);
});

test('what the server keeps of a draft comes back whole', () => {
	const [written, shown] = [new Draft(), new Draft()];
	written.showHTML('<p>words</p>');
	Object.assign(written, { important: true, unsigned: true, bcc: true, note: true });
	written.files.add([file]);
	written.files.secure = false;
	const kept = { ...written.kept, id: 'd', version: 1, to: [], cc: [], title: '', preview: 'words', saved_at: '', attachments: [file] };
	shown.show(kept);
	expect(shown.kept).toEqual(written.kept);
	shown.show({ ...kept, bcc: undefined, secure: true });
	expect([shown.bcc, shown.files.secure]).toEqual([undefined, true]);
});

test('after a note comes a message', () => {
	const draft = new Draft();
	draft.write('for staff');
	draft.note = true;
	draft.clear();
	expect([draft.note, draft.untouched]).toEqual([false, true]);
});

test('a mention in what comes back has its name in the plain text', () => {
	const draft = new Draft();
	draft.take({ doc: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'mention', attrs: { id: 'b', name: 'Ben Cole' } }, { type: 'text', text: ' look' }] }] }, note: false, attachments: [] });
	expect(draft.text).toBe('@Ben Cole look');
});
