/** Draws the page's icon, with a dot while something is unread. */
export function showBadge(count: number): void {
	const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
	const drawn = document.createElement('canvas');
	drawn.width = drawn.height = 64;
	const pen = drawn.getContext('2d');
	if (!link || !pen) return;
	draw(pen, count > 0);
	link.type = 'image/png';
	link.href = drawn.toDataURL('image/png');
}

function draw(pen: CanvasRenderingContext2D, dot: boolean): void {
	pen.scale(2, 2);
	pen.fillStyle = '#1f5f5b';
	pen.beginPath();
	pen.roundRect(0, 0, 32, 32, 8);
	pen.fill();
	pen.strokeStyle = pen.fillStyle = '#fff';
	pen.lineWidth = 3;
	pen.lineCap = 'round';
	pen.beginPath();
	pen.moveTo(9, 25);
	pen.lineTo(9, 14);
	pen.arc(16, 14, 7, Math.PI, 0);
	pen.lineTo(23, 25);
	pen.stroke();
	if (!dot) return;
	pen.beginPath();
	pen.arc(24.5, 7.5, 7.5, 0, 2 * Math.PI);
	pen.fillStyle = '#fff';
	pen.fill();
	pen.beginPath();
	pen.arc(24.5, 7.5, 5.5, 0, 2 * Math.PI);
	pen.fillStyle = '#d3432f';
	pen.fill();
}
