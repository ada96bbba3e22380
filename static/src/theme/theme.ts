/** Light or dark; `system` follows the device. */
export type Theme = 'system' | 'light' | 'dark';

export const name = 'postern.theme';

export function chosen(): Theme {
	const kept = localStorage.getItem(name);
	return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function show(theme: Theme): void {
	if (theme === 'system') delete document.documentElement.dataset.theme;
	else document.documentElement.dataset.theme = theme;
}
