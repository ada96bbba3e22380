// What takes a message back.
import type { TakenBack } from './answers';
import { request } from './request';

const id = encodeURIComponent;
const at = (conversation: string, message: string, act: string) => `/conversations/${id(conversation)}/messages/${id(message)}/${act}`;

export const undo = (conversation: string, message: string) => request<TakenBack>('POST', at(conversation, message, 'undo'), {});
export const retract = (conversation: string, message: string) => request<TakenBack>('POST', at(conversation, message, 'retract'), {});
