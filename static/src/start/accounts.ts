import type { Found } from '../api/answers';

/** The accounts that the contacts among these people belong to, each once. A contact without one stands alone. */
export function accountsOf(people: readonly Found[]): string[] {
	const contacts = people.filter((p) => p.kind === 'contact');
	return [...new Set(contacts.map((p) => p.account?.id ?? `alone ${p.id}`))];
}
