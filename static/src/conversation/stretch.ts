// Which of the messages that are loaded are laid out. Laying out is what a long conversation costs, so it is a stretch of them that moves along.
import type { Message } from '../wire';

/** From the first position to the last, both in it. */
export interface Stretch {
	readonly from: string;
	readonly to: string;
}

/** Past every position: a stretch to here takes in what comes. */
export const end = '~';

/** Messages laid out at each step, and at most: some screens above and below what is looked at. */
const [step, most] = [40, 200];

/** Messages laid out for the first frame: few, for they hold it up, but what a window of the height (in px) may well be filled with. */
export const filling = (height: number): number => Math.max(12, Math.ceil(height / 75));

/** The end of the conversation. */
export const newest = (messages: readonly Message[], first: number): Stretch => ({ from: at(messages, messages.length - first), to: end });

/** The message at a position, or the first after it, with a little before it. */
export function around(messages: readonly Message[], position: string, first: number): Stretch {
	const index = messages.findIndex((m) => m.position >= position);
	if (index < 0 || index > messages.length - first) return newest(messages, first);
	return { from: at(messages, index - 4), to: index + 2 * first < messages.length ? at(messages, index + 2 * first) : end };
}

/** A step up. What is then too far below is let go. */
export function up(messages: readonly Message[], s: Stretch): Stretch {
	const from = Math.max(0, indexOf(messages, s.from) - step);
	return { from: at(messages, from), to: from + most < indexOf(messages, s.to) ? at(messages, from + most) : s.to };
}

/** A step down. What is then too far above is let go. */
export function down(messages: readonly Message[], s: Stretch): Stretch {
	const to = indexOf(messages, s.to) + step;
	const from = Math.max(indexOf(messages, s.from), Math.min(to, messages.length) - most);
	return { from: at(messages, from), to: to < messages.length ? at(messages, to) : end };
}

export const within = (messages: readonly Message[], s: Stretch): Message[] => messages.filter((m) => m.position >= s.from && m.position <= s.to);

const at = (messages: readonly Message[], index: number): string => messages[Math.max(0, index)]?.position ?? '';

function indexOf(messages: readonly Message[], position: string): number {
	const index = messages.findIndex((m) => m.position >= position);
	return index < 0 ? messages.length : index;
}
