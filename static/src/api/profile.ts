// What one sets for oneself.
import type { Me } from './answers';
import { request } from './request';

export const setProfile = (profile: { bcc?: boolean; strict?: boolean }) => request<Me>('PATCH', '/me', profile);
