import type { Me } from '../api/answers';

/** Owners and admins look after the office's people. */
export const mayLookAfter = ({ user }: Me): boolean => user.role === 'owner' || user.role === 'admin';

/** Staff look at what came and went by mail. */
export const maySeeMail = ({ user, may }: Me): boolean => user.kind === 'staff' && may.message;

/** Owners open conversations that they are not in. */
export const mayOpenAny = ({ user, may }: Me): boolean => user.role === 'owner' && may.message;
