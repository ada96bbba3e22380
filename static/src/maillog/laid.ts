import { parsed } from '../html/trusted';

/**
 * Lays a mail's HTML out in a frame of its own. Nothing of it acts: the frame's sandbox lets no script run, the page's policy, which the frame inherits,
 * lets nothing be fetched from elsewhere, and its links lead nowhere. Styles are set one by one, as that policy has no styles in HTML.
 */
export const laid = (html: string) => (frame: HTMLIFrameElement) => {
	const page = frame.contentDocument;
	if (!page) return undefined;
	const content = parsed(html.replaceAll(/\sstyle="/g, ' data-style="')); // the policy would tell of each
	for (const gone of content.querySelectorAll('script, style, link, meta, base, title, iframe, object, embed, form')) gone.remove();
	for (const link of content.querySelectorAll('a[href]')) {
		link.setAttribute('title', link.getAttribute('href') ?? '');
		link.setAttribute('href', ''); // it looks like one
		link.removeAttribute('target');
	}
	page.body.replaceChildren(page.adoptNode(content));
	page.body.style.cssText = /<body[^>]*\sstyle="([^"]*)"/i.exec(html)?.[1] ?? '';
	for (const e of page.querySelectorAll<HTMLElement>('[data-style]')) e.style.cssText = e.dataset.style ?? '';
	page.addEventListener('click', (e) => e.preventDefault());
	// As high as what is in it, so that only the dialog scrolls.
	const fit = new ResizeObserver(() => (frame.style.blockSize = `${page.body.scrollHeight}px`));
	fit.observe(page.body);
	return () => fit.disconnect();
};
