// What of the times at which mail comes to somebody cannot be kept.

/** Says whether an hour is in quiet hours, given as HH:MM. */
function isQuiet(hour: number, from: string, until: string): boolean {
	const at = `${String(hour).padStart(2, '0')}:00`;
	return from < until ? from <= at && at < until : at >= from || at < until;
}

/** Says why these times cannot be kept, or nothing. No quiet hours, or no digest, is undefined. */
export function faultOf(quiet: { from: string; until: string } | undefined, hours: readonly number[] | undefined): string {
	if (quiet && quiet.from === quiet.until) return 'Quiet hours begin at one time and end at another.';
	if (!hours) return '';
	if (hours.length === 0) return 'Choose at least one hour.';
	return quiet && hours.some((hour) => isQuiet(hour, quiet.from, quiet.until)) ? 'The mail cannot come in the quiet hours. Choose other hours for it.' : '';
}
