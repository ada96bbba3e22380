// What one sets for oneself.
import type { MailTimes, Me } from './answers';
import { request } from './request';

export const setProfile = (profile: { bcc?: boolean; strict?: boolean; mail_times?: MailTimes }) => request<Me>('PATCH', '/me', profile);
