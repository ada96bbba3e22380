import { name, show, type Theme } from './theme';

/** Keeps a choice on this device, and shows it. */
export function choose(theme: Theme): void {
	localStorage.setItem(name, theme);
	show(theme);
}
