import type { Name } from '../keys/table';

/** What can be done in an open conversation, by the names of the shortcuts that do it. */
export type Acts = Record<Name<'conversation'>, () => void>;
