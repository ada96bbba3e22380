const mark = "<rect width='32' height='32' rx='8' fill='#1f5f5b'/><path d='M9 25V14a7 7 0 0 1 14 0v11' fill='none' stroke='#fff' stroke-width='3' stroke-linecap='round'/>";
const dot = "<circle cx='24.5' cy='7.5' r='6.5' fill='#d3432f' stroke='#fff' stroke-width='2'/>";

/** Draws the page's icon, with a dot while something is unread. */
export function showBadge(count: number): void {
	const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
	const drawn = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>${mark}${count > 0 ? dot : ''}</svg>`;
	if (link) link.href = `data:image/svg+xml,${encodeURIComponent(drawn)}`;
}
