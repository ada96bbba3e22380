// Times as they are read: short in lists, whole where they are asked for.

const locale = navigatorLocale();
const clock = new Intl.DateTimeFormat(locale, { hour: twelve() ? 'numeric' : '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short' });
const dayAndMonth = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const wholeDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
const spelledDay = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
const spelledWhole = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' });

// The interface speaks English: so do its dates, in the reader's own kind of English where they have one.
function navigatorLocale(): string {
	const own = globalThis.navigator?.language ?? '';
	return own.startsWith('en') ? own : 'en-GB';
}

// 8:05 AM, but 08:05.
function twelve(): boolean {
	return new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions().hour12 === true;
}

/** Whole days from one time to another, by the calendar. */
export function daysBetween(a: Date, b: Date): number {
	const midnight = (d: Date) => Date.UTC(d.getFullYear(), d.getMonth(), d.getDate());
	return Math.round((midnight(b) - midnight(a)) / 86_400_000);
}

/** 14:02, Yesterday, Mon, 3 Nov, 3 Nov 2025. */
export function brief(at: string, now = new Date()): string {
	const then = new Date(at);
	const days = daysBetween(then, now);
	if (days <= 0) return clock.format(then);
	if (days === 1) return 'Yesterday';
	if (days < 7) return weekday.format(then);
	return then.getFullYear() === now.getFullYear() ? dayAndMonth.format(then) : wholeDay.format(then);
}

/** Today, Yesterday, Monday 3 November, 3 Nov 2025. */
export function day(at: string, now = new Date()): string {
	const then = new Date(at);
	const days = daysBetween(then, now);
	if (days <= 0) return 'Today';
	if (days === 1) return 'Yesterday';
	return then.getFullYear() === now.getFullYear() ? spelledDay.format(then) : wholeDay.format(then);
}

/** Says each time once: a row says its own whenever it is laid out again, and that takes long. As many are kept as the messages that are held. */
function told(format: Intl.DateTimeFormat): (at: string) => string {
	const said = new Map<string, string>();
	return (at) => {
		let text = said.get(at);
		if (text === undefined) said.set(at, (text = format.format(new Date(at))));
		return text;
	};
}

export const time = told(clock);

export const whole = told(spelledWhole);

/** 14:02 today, with the day before it otherwise. */
export function moment(at: string, now = new Date()): string {
	return daysBetween(new Date(at), now) <= 0 ? time(at) : `${brief(at, now)}, ${time(at)}`;
}
