import { expect, test } from 'vitest';
import { ann, ben, message } from '../state/testing';
import type { Message } from '../wire';
import { telling } from './telling';
import { tellingStaff } from './telling-staff';

const line = (what: string, more: Partial<Message> = {}): Message => message(1, { kind: 'event', author: ann, text: '', happening: { what }, ...more });
const about = (what: string, who = ben, by: Message['author'] = ann) => line(what, { author: by, happening: { what, about: [who] } });

test.each([
	[about('joined'), 'Ann Reed added Ben Cole.'],
	[about('joined', ann), 'Ann Reed joined.'],
	[about('left', ann), 'Ann Reed left.'],
	[about('removed'), 'Ann Reed removed Ben Cole.'],
	[line('retitled', { text: 'New' }), 'Ann Reed changed the title to “New”.'],
])('everybody reads %#', (m, says) => {
	expect(telling(m)).toBe(says);
});

test.each([
	[about('assigned'), 'Ann Reed asked Ben Cole to answer.'],
	[about('assigned', ann), 'Ann Reed answers this.'],
	[about('assigned', ann, null), 'Ann Reed answers this now.'],
	[line('unassigned'), 'Ann Reed asked nobody in particular to answer.'],
	[line('unassigned', { author: null }), 'Nobody in particular answers this now.'],
	[line('waiting'), 'Ann Reed waits for the client.'],
	[line('done'), 'Ann Reed marked this as done.'],
	[line('reopened', { author: null }), 'Open again.'],
	[line('made_strict'), 'Ann Reed made the mail of this conversation private.'],
	[line('strict_no_more'), 'Ann Reed let the mail of this conversation say what the office lets it.'],
])('staff read %#', (m, says) => {
	expect(telling(m)).toBeUndefined();
	expect(tellingStaff(m)).toBe(says);
});

test.each([
	[false, 'A letter that may not be from Ben Cole is held back.'],
	[true, 'A letter that may not be from Ben Cole was held back.'],
])('a letter that waits, decided on: %s', (over, says) => {
	expect(tellingStaff(about('letter_held'), over)).toBe(says);
});
