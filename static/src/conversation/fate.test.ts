import { expect, test } from 'vitest';
import type { HeldLetter } from '../api/held';
import { fate } from './fate';

const anna = { id: '1', name: 'Anna', kind: 'contact' };
const letter: HeldLetter = {
	id: '1', participant: anna, from: 'anna@home.example', from_name: '', subject: '', received_at: '2026-11-23T10:00:00Z', reason: '', auth: '',
	signers: [], html: '', text: '', folded: '', files: [], decided_by: { id: '2', name: 'Sam', kind: 'staff' },
};

test.each([
	['accepted', 'Sam accepted this letter.'],
	['aliased', 'Sam accepted this letter. Letters from anna@home.example are Anna’s now.'],
	['trusted', 'Sam accepted this letter, and trusts who signed it.'],
	['proven', 'This letter came again, and this time it was sure who wrote it.'],
	['rejected', 'Sam rejected this letter.'],
] as const)('%s', (decision, told) => {
	expect(fate({ ...letter, decision })).toBe(told);
});
