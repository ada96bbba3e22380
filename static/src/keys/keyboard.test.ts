// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Bindings } from './bindings';
import { caps, pressed, told } from './chord';
import { Keyboard } from './keyboard';
import { type Group, keys, type Name, shortcuts } from './table';

const groups = Object.keys(shortcuts) as Group[];
const onWindow = groups.filter((g) => g !== 'writing');
const all = onWindow.flatMap((group) => Object.entries(shortcuts[group]).map(([name, [chord]]) => ({ group, name: name as Name, chord })));

let bindings: Bindings;
let ran: string[];
let stop: () => void;

beforeEach(() => {
	bindings = new Bindings();
	ran = [];
	for (const group of onWindow) bindings.bind(group, runsOf(group));
	stop = new Keyboard(bindings).listen();
});

afterEach(() => {
	stop();
	document.body.replaceChildren();
	localStorage.clear();
});

function runsOf(group: Group): Record<Name, () => void> {
	const runs = Object.keys(shortcuts[group]).map((name) => [name, () => void ran.push(name)] as const);
	return Object.fromEntries(runs) as Record<Name, () => void>;
}

// The event that a step of a chord is, on a keyboard like the American one.
function event(step: string): KeyboardEvent {
	const parts = step.split('+');
	const key = parts.pop() ?? '';
	const code = /^[a-z]$/.test(key) ? `Key${key.toUpperCase()}` : /^\d$/.test(key) ? `Digit${key}` : '';
	const shifted = parts.includes('Shift') ? ({ 7: '&', 8: '*' }[key] ?? key.toUpperCase()) : key;
	return new KeyboardEvent('keydown', {
		key: shifted, code, ctrlKey: parts.includes('Mod'), altKey: parts.includes('Alt'), shiftKey: parts.includes('Shift'), bubbles: true, cancelable: true,
	});
}

function press(chord: string, at: EventTarget = document.body): void {
	for (const step of chord.split(' ')) at.dispatchEvent(event(step));
}

function field(name: string, more: Record<string, string> = {}): HTMLElement {
	const made = document.createElement(name);
	for (const [attribute, value] of Object.entries(more)) made.setAttribute(attribute, value);
	document.body.append(made);
	return made;
}

test.each(all)('$chord runs $name, and nothing else', ({ name, chord }) => {
	press(chord);
	expect(ran).toEqual([name]);
});

test.each(all.filter(({ chord }) => !/Mod|Alt/.test(chord)))('$chord runs nothing while somebody types', ({ chord }) => {
	for (const at of [field('input'), field('textarea'), field('select'), field('div', { contenteditable: 'true' })]) press(chord, at);
	expect(ran).toEqual([]);
	press(chord);
	expect(ran).toHaveLength(1);
});

test('nothing runs under a dialog, while a word is composed, or when another has taken the key', () => {
	const dialog = field('dialog', { open: '' });
	press('j');
	dialog.remove();
	document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true, isComposing: true }));
	document.body.addEventListener('keydown', (e) => e.preventDefault(), { once: true });
	press('j');
	expect(ran).toEqual([]);
});

test('single letters can be turned off, and the rest goes on', () => {
	localStorage.setItem('postern.single-keys', 'off');
	press('j');
	press('Mod+/');
	expect(ran).toEqual(['help']);
});

test('a letter begun is forgotten', () => {
	vi.useFakeTimers();
	press('g');
	press('y');
	press('i');
	expect(ran).toEqual(['markImportant']);
	vi.useRealTimers();
});

test('what was pressed before anybody listened is not lost', () => {
	stop();
	bindings.early.push(event('n'));
	stop = new Keyboard(bindings).listen();
	expect(ran).toEqual(['start']);
});

test('what is bound later goes first, until it is unbound', () => {
	const unbind = bindings.bind('list', { ...runsOf('list'), next: () => ran.push('later') });
	press('j');
	unbind();
	press('j');
	expect(ran).toEqual(['later', 'next']);
});

test('in places that act together no two names have the same keys', () => {
	for (const together of [onWindow, ['writing'] as Group[]]) {
		const chords = together.flatMap((g) => Object.values(shortcuts[g]).map(([chord]) => chord as string));
		expect(new Set(chords).size).toBe(chords.length);
	}
	const names = groups.flatMap((g) => Object.keys(shortcuts[g]));
	expect(new Set(names).size).toBe(names.length);
});

// The types make whoever binds a group bind all of it; this holds that somebody does.
test.each(groups)('somebody binds the group %s', (group) => {
	const sources = import.meta.glob<string>('../**/*.{svelte,ts}', { query: '?raw', import: 'default', eager: true });
	const binds = group === 'writing' ? "Record<Name<'writing'>" : `keys.bind('${group}'`;
	expect(Object.entries(sources).filter(([path, source]) => !path.includes('/keys/') && source.includes(binds)).length).toBeGreaterThan(0);
});

test.each([
	['Mod+/', { key: '/', code: 'Digit7', ctrlKey: true, shiftKey: true }, false, true], // German
	['Mod+Shift+7', { key: '/', code: 'Digit7', ctrlKey: true, shiftKey: true }, false, false],
	['j', { key: 'о', code: 'KeyJ' }, false, true], // Russian
	['a', { key: 'q', code: 'KeyA' }, false, false], // French
	['j', { key: 'J', code: 'KeyJ', shiftKey: true }, false, false],
	['Alt+i', { key: 'i', code: 'KeyI', altKey: true, ctrlKey: true }, false, false], // AltGr
	['Alt+i', { key: 'ˆ', code: 'KeyI', altKey: true }, true, false], // types an accent
	['Alt+i', { key: 'i', code: 'KeyI', altKey: true, ctrlKey: true }, true, true],
	['Mod+b', { key: 'b', code: 'KeyB', metaKey: true }, true, true],
	['Mod+b', { key: 'b', code: 'KeyB', ctrlKey: true }, true, false],
])('%s by %o on a Mac: %s is %s', (chord, init, onMac, is) => {
	expect(pressed(chord, new KeyboardEvent('keydown', init), onMac)).toBe(is);
});

test('keys are shown as they stand on the keyboard', () => {
	expect(caps('Mod+Shift+8', false)).toEqual(['Ctrl', 'Shift', '8']);
	expect(caps('Mod+/', true)).toEqual(['Cmd', '/']);
	expect(told('g i')).toBe('G I');
});

test('what is pointed at says its keys, once', () => {
	const button = field('button', { title: 'Archive', 'data-shortcut': 'archive' });
	for (let i = 0; i < 2; i++) button.dispatchEvent(new Event('pointerover', { bubbles: true }));
	expect(button.title).toBe(`Archive (${told(keys('archive'))})`);
});
