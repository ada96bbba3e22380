// What may be changed of somebody, and how it is said. The server decides; what it would refuse is not offered.
import type { User } from '../api/answers';
import type { UserChange } from '../api/users';
import { roleName, roles } from '../people/roles';

/** Nobody changes themselves, and only owners an owner. */
export const mayChange = (asker: string, u: User): boolean => !u.self && (asker === 'owner' || u.role !== 'owner');

/** Staff stay staff, contacts contacts; only owners make owners. */
export const rolesFor = (asker: string, u: User) => roles.filter((r) => r.kind === u.person.kind && (r.id !== 'owner' || asker === 'owner'));

/** What is different; undefined: nothing. */
export function difference(u: User, role: string, messaging: boolean, strict: boolean): UserChange | undefined {
	const change: UserChange = {};
	if (role !== u.role) change.role = role;
	if (messaging !== u.messaging) change.messaging = messaging;
	if (strict !== u.strict) change.strict = strict;
	return Object.keys(change).length > 0 ? change : undefined;
}

/** One of staff who goes hands over what is theirs. */
export const handsOver = (u: User, to: UserChange): boolean => u.person.kind === 'staff' && ((to.active === false && u.messaging) || to.messaging === false);

/** What brings it back as it was; undefined: it was confirmed, or what was handed over stays so. */
export function undoing(u: User, to: UserChange): UserChange | undefined {
	if (to.active !== undefined || handsOver(u, to)) return undefined;
	const is = { ...u, role: to.role ?? u.role, messaging: to.messaging ?? u.messaging, strict: to.strict ?? u.strict };
	return difference(is, u.role, u.messaging, u.strict);
}

/** What was done, for whoever did it. */
export function told(u: User, to: UserChange): string {
	const { name } = u.person;
	if (to.active === false) return `${name} is deactivated.`;
	if (to.active) return `${name} is back: with the password of before, or a new link.`;
	const may = to.messaging === undefined ? '' : `${to.messaging ? 'may' : 'may no longer'} send and read messages`;
	const is = to.role === undefined ? '' : `has the role “${roleName(to.role)}” now`;
	const gets = to.strict === undefined ? '' : `${to.strict ? 'gets' : 'no longer gets'} private mail`;
	return `${name} ${[is, may, gets].filter(Boolean).join(', and ')}.`;
}

/** Whether they are shown among these after it. */
export const among = (shown: string, u: User): boolean => u.active === (shown !== 'deactivated');
