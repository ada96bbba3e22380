import { firstName } from '../people/people';
import type { Person } from '../wire';

/** How many people are offered at a time. */
const most = 6;

/** What stands before the cursor when somebody begins to mention: an @ at the beginning of a word, and up to two words of a name. */
const begun = /(?:^|[\s([{"'“‘„])@([\p{L}\p{N}.'’-]{0,30}(?: [\p{L}\p{N}.'’-]{0,30})?)$/u;

/** What is typed of a name after an @ that ends the text; undefined: nobody is being mentioned. */
export const typedName = (before: string): string | undefined => begun.exec(before)?.[1];

/** Who may be meant: a word of their name begins so, or the name does. Those whose first name does come first. */
export function meant(people: readonly Person[], typed: string): Person[] {
	const wanted = plain(typed);
	const fits = (p: Person) => plain(p.name).startsWith(wanted) || plain(p.name).split(/[\s-]+/).some((word) => word.startsWith(wanted));
	const first = (p: Person) => Number(!plain(firstName(p)).startsWith(wanted));
	return people.filter(fits).toSorted((a, b) => first(a) - first(b)).slice(0, most);
}

const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase();
