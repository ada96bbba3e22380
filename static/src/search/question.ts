// What is searched for, in the address, in the box, and as the server is asked.
import type { Person } from '../wire';

/** All of its conditions must hold. Days are the asker's own: 2026-11-23; empty: any. */
export interface Question {
	readonly words: string;
	readonly author: Pick<Person, 'id' | 'name'> | undefined;
	readonly files: boolean;
	readonly from: string;
	/** That day still counts. */
	readonly to: string;
	/** Only in this conversation. */
	readonly within: { readonly id: string; readonly title: string } | undefined;
}

export const nothing: Question = { words: '', author: undefined, files: false, from: '', to: '', within: undefined };

/** Reads a question out of the address. */
export function read(aside: URLSearchParams): Question {
	const named = (id: string, name: string) => (aside.get(id) ? ([aside.get(id) ?? '', aside.get(name) ?? ''] as const) : undefined);
	const [author, within] = [named('author', 'name'), named('in', 'title')];
	return {
		words: aside.get('words') ?? '',
		author: author && { id: author[0], name: author[1] },
		files: aside.has('files'),
		from: dayIn(aside.get('from')),
		to: dayIn(aside.get('to')),
		within: within && { id: within[0], title: within[1] },
	};
}

/** The fragment of the address; `at` the message that is gone to. */
export function write(q: Question, at = ''): string {
	const aside = new URLSearchParams({ find: '' });
	const put = (name: string, value: string | undefined) => value && aside.set(name, value);
	put('words', q.words);
	put('author', q.author?.id);
	put('name', q.author?.name);
	put('files', q.files ? 'yes' : '');
	put('from', q.from);
	put('to', q.to);
	put('in', q.within?.id);
	put('title', q.within?.title);
	put('at', at);
	return `#${aside}`;
}

const dayIn = (text: string | null): string => (/^\d{4}-\d\d-\d\d$/.exec(text ?? '') && !Number.isNaN(Date.parse(`${text}T00:00`)) ? (text ?? '') : '');

export const isEmpty = (q: Question): boolean => wordsIn(q.words).length === 0 && !q.author && !q.files && !q.from && !q.to;
export const hasFilters = (q: Question): boolean => Boolean(q.author || q.files || q.from || q.to || q.within);
export const same = (a: Question, b: Question): boolean => write(a) === write(b);

/** The body of the request. A day begins at the asker's midnight. */
export function body(q: Question, after: string | undefined): Record<string, unknown> {
	const midnight = (day: string, on = 0) => {
		const at = new Date(`${day}T00:00`);
		at.setDate(at.getDate() + on);
		return at.toISOString();
	};
	return {
		text: q.words,
		...(q.author && { author: q.author.id }),
		...(q.files && { files: true }),
		...(q.from && { from: midnight(q.from) }),
		...(q.to && { to: midnight(q.to, 1) }),
		...(q.within && { conversation: q.within.id }),
		...(after && { after }),
	};
}

/** What was typed that stands for a filter: `has:file after:2026-01-01 from:anna`, each with something behind it. */
export interface Typed {
	readonly words: string;
	readonly set: Partial<Question>;
	/** The name of an author, who is to be found. */
	readonly who: string;
}

const filter = /(?:^|(?<=\s))(has|after|since|before|until|on|from|in):("[^"]*"|\S+)(?=\s)/giu;

/** Takes filters out of the text. Something follows each one that is done: `done` takes also what stands at the end. */
export function typed(text: string, done = false, here?: Question['within']): Typed {
	let set: Partial<Question> = {};
	let who = '';
	const words = `${text}${done ? ' ' : ''}`.replace(filter, (whole, name: string, quoted: string) => {
		const value = quoted.replaceAll('"', '');
		const day = dayIn(value);
		const key = name.toLowerCase();
		if (key === 'has' && /^(file|attachment)s?$/i.test(value)) set = { ...set, files: true };
		else if (key === 'in' && value === 'here' && here) set = { ...set, within: here };
		else if (key === 'from' && value) who = value;
		else if (day && key === 'on') set = { ...set, from: day, to: day };
		else if (day && (key === 'after' || key === 'since')) set = { ...set, from: day };
		else if (day && (key === 'before' || key === 'until')) set = { ...set, to: day };
		else return whole;
		return '';
	});
	const taken = who !== '' || Object.keys(set).length > 0;
	return { words: taken ? words.replaceAll(/\s+/g, ' ').trimStart() : text, set, who };
}

const wordsIn = (text: string): string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];

/** Without case and accents, as the server compares. */
export const fold = (word: string): string => word.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** Whether a word of a text is one that is searched for. Of the last, unless something follows it, the beginning will do. */
export function matcher(words: string): (word: string) => boolean {
	const wanted = wordsIn(words).map(fold);
	const begun = /[\p{L}\p{N}]$/u.test(words) ? wanted.at(-1) : undefined;
	return (word) => {
		const folded = fold(word);
		return wanted.includes(folded) || (begun !== undefined && folded.startsWith(begun));
	};
}
