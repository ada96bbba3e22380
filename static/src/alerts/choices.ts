// How this device tells of messages: kept in this browser, for each of its users, and off until somebody turns it on.

export type Choice = 'notify' | 'sound';

const key = (user: string, choice: Choice): string => `postern.${choice}.${user}`;

export const chosen = (user: string, choice: Choice): boolean => localStorage.getItem(key(user, choice)) === 'on';
export const choose = (user: string, choice: Choice, on: boolean): void => localStorage.setItem(key(user, choice), on ? 'on' : 'off');

/** Whether the browser lets us notify. A page may ask once; after a no, only its settings help. */
export const permission = (): NotificationPermission | 'missing' => ('Notification' in globalThis ? Notification.permission : 'missing');
