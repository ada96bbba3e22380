import type { Me } from '../api/answers';
import type { Message, Person, Row } from '../wire';

/** What staff wrote to everybody can be copied to others, by staff, but not out of a copy. */
export const mayCopy = (m: Message, self: Person, of: Row): boolean =>
	self.kind === 'staff' && m.author?.kind === 'staff' && m.kind === 'message' && !m.withdrawn && of.conversation.kind !== 'copy';

/** Its author, an owner or an admin. */
export const mayRetract = (m: Message, me: Me['user']): boolean => !m.withdrawn && (m.author?.id === me.id || me.role === 'owner' || me.role === 'admin');
