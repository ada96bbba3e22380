// What can be asked by somebody who is not signed in.
import type { Link, Me } from './answers';
import { request } from './request';

export const signIn = (email: string, password: string) => request<Me>('POST', '/session', { email, password });
export const lookAtLink = (token: string) => request<Link>('POST', '/links/look', { token });
export const useLink = (token: string, password?: string) =>
	request<Me>('POST', '/links/use', password === undefined ? { token } : { token, password });
export const forgottenPassword = (email: string) => request<unknown>('POST', '/password/forgotten', { email });
