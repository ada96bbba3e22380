// Whom mail tells that a message of theirs was opened; for owners and admins.
import type { User } from './answers';
import { request } from './request';

export const toldRead = () => request<{ users: User[] }>('GET', '/office/told-read');
export const setToldRead = (users: string[]) => request<{ users: User[] }>('PUT', '/office/told-read', { users });
