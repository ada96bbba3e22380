import { expect, test, vi } from 'vitest';
import * as calls from '../api/drafts';
import type { Draft } from '../wire';
import { Shelf } from './shelf.svelte';

vi.mock('../api/drafts');

const kept = (id: string, version: number): Draft => ({
	id, version, to: [], cc: [], title: '', important: false, note: false, unsigned: false, secure: true, preview: '', attachments: [], saved_at: '',
});

const ids = (shelf: Shelf) => shelf.of(undefined).map((d) => `${d.id}.${d.version}`);

test('a list that comes late takes nothing away that was saved meanwhile', async () => {
	const shelf = new Shelf();
	let answer = (_: { drafts: Draft[]; as_of: string }) => {};
	vi.mocked(calls.list).mockReturnValue(new Promise((resolve) => (answer = resolve)));
	const loading = shelf.load();
	vi.mocked(calls.save).mockResolvedValue({ draft: kept('new', 1), as_of: '1.2' });
	await shelf.save('new', { based_on: 0, html: 'x', important: false, note: false, attachments: [] });
	answer({ drafts: [kept('old', 3)], as_of: '1.1' });
	await loading;
	expect(ids(shelf).toSorted()).toEqual(['new.1', 'old.3']);
});

test('what was sent while it was being saved does not come back', async () => {
	const shelf = new Shelf();
	let answer = (_: calls.DraftKept) => {};
	vi.mocked(calls.save).mockReturnValue(new Promise((resolve) => (answer = resolve)));
	const saving = shelf.save('d1', { based_on: 1, html: 'x', important: false, note: false, attachments: [] });
	shelf.drop('d1');
	answer({ draft: kept('d1', 2), as_of: '1.3' });
	await saving;
	expect(ids(shelf)).toEqual([]);
});

test('a list that is asked for again while one is on its way is fetched anew', async () => {
	const shelf = new Shelf();
	let first = (_: { drafts: Draft[]; as_of: string }) => {};
	vi.mocked(calls.list).mockReset().mockReturnValueOnce(new Promise((resolve) => (first = resolve))).mockResolvedValueOnce({ drafts: [kept('newer', 1)], as_of: '2.1' });
	const loading = shelf.load();
	await shelf.load(true);
	first({ drafts: [kept('older', 1)], as_of: '1.1' });
	await loading;
	expect([ids(shelf), vi.mocked(calls.list).mock.calls.length]).toEqual([['newer.1'], 2]);
});
