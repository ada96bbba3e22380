// What every screen is held to: axe finds nothing, nothing scrolls sideways or is cut off.
import { AxeBuilder } from '@axe-core/playwright';

// lookAt takes a picture of what is on the screen, and counts what axe finds there, and what does not fit.
export async function lookAt(page, folder, name, seen) {
	await page.evaluate(() => Promise.all(document.getAnimations().filter((a) => a.animationName !== 'word-left').map((a) => a.finished.catch(() => {}))));
	await page.screenshot({ path: `${folder}/${name}.png` });
	const { violations } = await new AxeBuilder({ page }).analyze();
	for (const v of violations) console.error(`${name}: ${v.id}: ${v.help}: ${v.nodes[0]?.html.slice(0, 200)}`);
	const misfits = await page.evaluate(misfit);
	for (const m of misfits) console.error(`${name}: ${m}`);
	seen.screens++;
	seen.violations += violations.length + misfits.length;
}

// In the page: what does not fit. Words may end in an ellipsis, and what scrolls downwards may be below; nothing else may stand outside of its place.
function misfit() {
	const told = [];
	if (document.documentElement.scrollWidth > innerWidth) told.push('the page scrolls sideways');
	for (const e of document.querySelectorAll('body *')) {
		if (!e.checkVisibility({ visibilityProperty: true }) || e.matches('option') || e.closest('.skip')) continue;
		if (e.getBoundingClientRect().width <= 1) continue; // for screen readers alone
		const style = getComputedStyle(e);
		const shortened = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none';
		const clips = style.overflowX !== 'visible' && !shortened && style.display !== 'inline';
		if (clips && e.scrollWidth > e.clientWidth + 1) told.push(`cut off at its side: ${e.outerHTML.slice(0, 120)}`);
		const lines = [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim() !== '');
		if (lines && ['hidden', 'clip'].includes(style.overflowY) && !shortened && e.scrollHeight > e.clientHeight + 2) told.push(`cut off below: ${e.outerHTML.slice(0, 120)}`);
		if (e.matches('button, a, input, select, textarea')) {
			const box = e.getBoundingClientRect();
			if (box.right > innerWidth + 1 || box.left < -1) told.push(`beside the page: ${e.outerHTML.slice(0, 120)}`);
		}
	}
	return told;
}
