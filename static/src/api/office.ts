// The office, its people, and one's own sessions.
import type { Found, Invitation, Office, Roster, Session } from './answers';
import { request } from './request';

export const setMode = (mode: Office['mode']) => request<Office>('PATCH', '/office', { mode, confirm: true });
export const invite = (invitation: Invitation) => request<{ sent: boolean }>('POST', '/invitations', invitation);
export const directory = (q: string, limit = 20) =>
	request<{ people: Found[] }>('GET', `/directory?${new URLSearchParams({ q, limit: String(limit) })}`);
/** The office's teams and circles; for staff. */
export const rosters = () => request<{ rosters: Roster[] }>('GET', '/rosters');
export const signOut = () => request<void>('DELETE', '/session');
export const sessions = () => request<{ sessions: Session[] }>('GET', '/sessions');
export const endSession = (session: string) => request<void>('DELETE', `/sessions/${encodeURIComponent(session)}`);
