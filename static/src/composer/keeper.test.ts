import { expect, test } from 'vitest';
import type { DraftKept, DraftSave } from '../api/drafts';
import { Refused } from '../api/request';
import type { Draft } from '../wire';
import { Keeper, pace } from './keeper';

const kept = (id: string, version: number): Draft => ({ id, version, to: [], cc: [], title: '', important: false, note: false, unsigned: false, secure: true, preview: '', attachments: [], saved_at: '' });

/** A place where something is written, with a clock that is moved by hand and a server of one draft. */
function place() {
	const p = {
		html: '',
		now: 0,
		ids: 0,
		timers: [] as { at: number; run: () => void }[],
		saves: [] as { id: string; draft: DraftSave }[],
		discarded: [] as string[],
		told: undefined as string | undefined,
		answer: (id: string, draft: DraftSave): DraftKept => ({ draft: kept(id, draft.based_on + 1), as_of: '1.1' }),
		async pass(ms: number) {
			p.now += ms;
			const due = p.timers.filter((t) => t.at <= p.now);
			p.timers = p.timers.filter((t) => t.at > p.now);
			for (const t of due) t.run();
			await new Promise((done) => setTimeout(done));
		},
	};
	const keeper = new Keeper({
		content: () => (p.html === '' ? undefined : { html: p.html, important: false, note: false, attachments: [] }),
		save: async (id, draft) => {
			p.saves.push({ id, draft });
			return p.answer(id, draft);
		},
		discard: async (id) => void p.discarded.push(id),
		newID: () => `d${++p.ids}`,
		now: () => p.now,
		told: (problem) => (p.told = problem?.detail),
		later: (run, ms) => {
			const timer = { at: p.now + ms, run };
			p.timers.push(timer);
			return () => (p.timers = p.timers.filter((t) => t !== timer));
		},
	});
	const write = (html: string) => {
		p.html = html;
		keeper.touched();
	};
	return { p, keeper, write };
}

test('a draft is saved when somebody rests, once', async () => {
	const { p, keeper, write } = place();
	write('a');
	await p.pass(pace.rest - 1);
	write('ab');
	await p.pass(pace.rest - 1);
	expect(p.saves).toHaveLength(0);
	await p.pass(1);
	expect(p.saves.map((s) => [s.id, s.draft.html, s.draft.based_on])).toEqual([['d1', 'ab', 0]]);
	keeper.touched();
	await p.pass(pace.most);
	expect([p.saves.length, keeper.version, keeper.dirty]).toEqual([1, 1, false]);
});

test('who writes on and on is saved all the same, each version based on the one before', async () => {
	const { p, write } = place();
	for (let n = 1; n <= 30; n++) {
		write('x'.repeat(n));
		await p.pass(500);
	}
	expect(p.saves.length).toBeGreaterThanOrEqual(2);
	expect(p.saves.length).toBeLessThanOrEqual(4);
	expect(p.saves.map((s) => s.draft.based_on)).toEqual(p.saves.map((_, i) => i));
});

test('what was emptied is discarded, and what comes next is another draft', async () => {
	const { p, keeper, write } = place();
	write('a');
	await p.pass(pace.rest);
	write('');
	await p.pass(pace.rest);
	expect([p.discarded, keeper.id, keeper.version]).toEqual([['d1'], 'd2', 0]);
});

test('a conflict goes on as the second draft', async () => {
	const { p, keeper, write } = place();
	p.answer = () => ({ draft: kept('second', 1), beside: kept('d1', 7), as_of: '1.1' });
	write('a');
	await p.pass(pace.rest);
	expect([keeper.id, keeper.version]).toEqual(['second', 1]);
});

test('what was sent elsewhere and is still written here begins anew', async () => {
	const { p, keeper, write } = place();
	write('a');
	await p.pass(pace.rest);
	p.answer = (id, draft) => {
		if (id === 'd1') throw new Refused({ type: 'about:blank', title: 'Gone', code: 'expired', detail: 'gone', retry: false });
		return { draft: kept(id, draft.based_on + 1), as_of: '1.1' };
	};
	write('ab');
	await p.pass(pace.rest);
	expect([keeper.id, keeper.version, keeper.begun]).toEqual(['d2', 0, false]);
	keeper.touched();
	await p.pass(pace.rest);
	expect([keeper.id, keeper.version]).toEqual(['d2', 1]);
});

test('a draft of the server is clean until it is changed', async () => {
	const { p, keeper, write } = place();
	p.html = 'from the phone';
	keeper.took(kept('phone', 3));
	keeper.touched();
	await p.pass(pace.most);
	expect(p.saves).toHaveLength(0);
	p.html = '<p>from the phone</p>'; // the editor's own form
	keeper.settle();
	expect(keeper.dirty).toBe(false);
	write('changed');
	await p.pass(pace.rest);
	expect(p.saves.map((s) => [s.id, s.draft.based_on])).toEqual([['phone', 3]]);
});

const refuse = (problem: { code: string; retry: boolean; retry_after_s?: number }) => () => {
	throw new Refused({ type: 'about:blank', title: '', detail: 'No room.', ...problem });
};

test('a server that is away is tried again, less and less often, and the writer is told', async () => {
	const { p, write } = place();
	p.answer = refuse({ code: 'unavailable', retry: true });
	write('a');
	const tried: number[] = [];
	for (let s = 0; s < 600; s++) {
		await p.pass(1000);
		if (p.saves.length > tried.length) tried.push(p.now / 1000);
	}
	expect(tried.slice(0, 6)).toEqual([1, 6, 16, 36, 76, 136]);
	expect(tried.length).toBeLessThan(16);
	expect(p.told).toBe('No room.');
	p.answer = (id, draft) => ({ draft: kept(id, draft.based_on + 1), as_of: '1.1' });
	await p.pass(pace.patience);
	expect(p.told).toBe(undefined);
});

test('what the server will not have is not tried again until it changes, and then not at once', async () => {
	const { p, write } = place();
	p.answer = refuse({ code: 'too_large', retry: false });
	write('a');
	await p.pass(pace.rest);
	await p.pass(pace.patience);
	expect([p.saves.length, p.told]).toEqual([1, 'No room.']);
	write('ab');
	await p.pass(pace.rest);
	expect(p.saves).toHaveLength(2);
	write('abc');
	await p.pass(pace.rest);
	expect(p.saves).toHaveLength(2);
	await p.pass(2 * pace.most);
	expect(p.saves.at(-1)?.draft.html).toBe('abc');
});

test('a send during a save names the version that the save makes', async () => {
	const { p, keeper, write } = place();
	write('a');
	await p.pass(pace.rest);
	expect(keeper.sending).toBe(1);
	p.html = 'ab';
	const saving = keeper.flush();
	expect(keeper.sending).toBe(2);
	await saving;
	expect(keeper.sending).toBe(2);
});
