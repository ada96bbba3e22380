// Keys are written like `Mod+Shift+8`, `g i`, `End`. `Mod` is Ctrl, and Cmd on a Mac. `Alt` is Control and Option there, because Option alone
// types letters.

const mac = /^(Mac|iP)/.test(globalThis.navigator?.platform ?? '');

/** Whether an event is the press of a chord: of one step, not of a sequence. */
export function pressed(chord: string, e: KeyboardEvent, onMac = mac): boolean {
	const parts = chord.split('+');
	const key = parts.pop() ?? '';
	const wants = (name: string) => parts.includes(name);
	const [mod, other] = onMac ? [e.metaKey, e.ctrlKey] : [e.ctrlKey, e.metaKey];
	if (mod !== wants('Mod') || other !== (onMac && wants('Alt')) || e.altKey !== wants('Alt')) return false;
	// Where a symbol stands on the keyboard is the layout's business: so is Shift with it.
	return named(e).includes(key) && (e.shiftKey === wants('Shift') || /^[^a-z0-9]$/.test(key));
}

// What is on the key; where that is no letter of ours (Cyrillic, Shift with a digit), its place.
function named(e: KeyboardEvent): string[] {
	const key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
	if (/^[a-z0-9/.]$/.test(key) || key.length > 1) return [key];
	const place = /^(?:Key|Digit)(.)$/.exec(e.code)?.[1];
	return place ? [key, place.toLowerCase()] : [key];
}

/** The caps to show: Ctrl, Shift, 8. */
export const caps = (chord: string, onMac = mac): string[] => chord.split(/[+ ]/).map((cap) => capOf(cap, onMac));

function capOf(cap: string, onMac: boolean): string {
	if (cap === 'Mod') return onMac ? 'Cmd' : 'Ctrl';
	if (cap === 'Alt') return onMac ? 'Control+Option' : 'Alt';
	if (cap === 'Escape') return 'Esc';
	return cap.length === 1 ? cap.toUpperCase() : cap;
}

/** For a tooltip: Ctrl+Shift+8, G I. */
export const told = (chord: string): string => caps(chord).join(chord.includes(' ') ? ' ' : '+');
