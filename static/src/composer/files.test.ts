import { expect, test } from 'vitest';
import { Files, linksAlone } from './files.svelte';
import { whyLinksAlone } from './links-alone';

test('files travel in mails only where the office lets them and the conversation is not strict', () => {
	const office = (mode: 'privacy' | 'convenience') => ({ id: 'o', name: 'Office', mode });
	expect([linksAlone(office('convenience'), false), linksAlone(office('convenience'), true), linksAlone(office('privacy'), false)]).toEqual([false, true, true]);
});

test.each(['office', 'conversation', 'account', 'people', 'of another day'])('it is said why mail carries links alone: %s', (cause) => {
	expect(whyLinksAlone(cause)).toMatch(/^Always.*: .*no files\.$/);
});

test('secure upload is ticked anew for each message', () => {
	const files = new Files();
	expect(files.secure).toBe(true);
	files.secure = false;
	files.clear();
	expect(files.secure).toBe(true);
});
