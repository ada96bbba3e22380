import type { Attachment } from 'svelte/attachments';

/** Calls when an element comes near the part of its pane that shows, and again while it stays there. */
export const sight = (seen: () => void): Attachment<HTMLElement> => (element) => {
	let near = false;
	const observer = new IntersectionObserver(([entry]) => {
		near = entry?.isIntersecting ?? false;
		if (near) seen();
	}, { root: element.closest('.scrolls'), rootMargin: '600px 0px' });
	observer.observe(element);
	// What was loaded may be too little to move the element away: then no intersection changes.
	const again = setInterval(() => near && seen(), 1000);
	return () => {
		observer.disconnect();
		clearInterval(again);
	};
};
