const side = 64; // px, of what is drawn on a grid of 32
const drawn = new Map<boolean, string>();

/** Draws the page's icon, with a dot while something is unread. As points: a browser takes the icon anew with each address, and a drawing it would lay out again. */
export function showBadge(count: number): void {
	const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
	const unread = count > 0;
	if (!drawn.has(unread)) drawn.set(unread, draw(unread));
	if (!link) return;
	link.type = 'image/png';
	link.href = drawn.get(unread) ?? '';
}

function draw(dot: boolean): string {
	const canvas = document.createElement('canvas');
	canvas.width = canvas.height = side;
	const pen = canvas.getContext('2d');
	if (!pen) return '/favicon.svg';
	pen.scale(side / 32, side / 32);
	pen.fillStyle = '#1f5f5b';
	pen.beginPath();
	pen.roundRect(0, 0, 32, 32, 8);
	pen.fill();
	pen.strokeStyle = '#fff';
	pen.lineWidth = 3;
	pen.lineCap = 'round';
	pen.stroke(new Path2D('M9 25V14a7 7 0 0 1 14 0v11'));
	if (dot) {
		pen.fillStyle = '#d3432f';
		pen.lineWidth = 2;
		pen.beginPath();
		pen.arc(24.5, 7.5, 6.5, 0, 2 * Math.PI);
		pen.fill();
		pen.stroke();
	}
	return canvas.toDataURL();
}
