// Files that people send: a picture, a document, and the way they are attached.
import { deflateSync } from 'node:zlib';

// attach uploads files to what is being written.
export async function attach(page, files) {
	await page.getByTestId('file-input').setInputFiles(files);
	for (const f of files) await page.locator('[data-testid=upload][data-done=true]').filter({ hasText: f.name }).waitFor({ timeout: 60_000 });
}

// send sends it with its files.
export async function send(page) {
	await page.getByRole('button', { name: 'Send', exact: true }).click();
	await page.getByTestId('upload').first().waitFor({ state: 'detached' });
}

// noise is a PNG that does not pack well.
export function noise(width, height) {
	const rows = Buffer.alloc((width + 1) * height);
	let seed = 1;
	for (let i = 0; i < rows.length; i++) {
		seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
		rows[i] = i % (width + 1) === 0 ? 0 : seed >> 16;
	}
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head[8] = 8; // bits of grey
	return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type, body) {
	const whole = Buffer.concat([Buffer.alloc(4), Buffer.from(type), body, Buffer.alloc(4)]);
	whole.writeUInt32BE(body.length, 0);
	whole.writeUInt32BE(crc(whole.subarray(4, -4)), whole.length - 4);
	return whole;
}

function crc(bytes) {
	let c = 0xffffffff;
	for (const b of bytes) {
		c ^= b;
		for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
	}
	return (c ^ 0xffffffff) >>> 0;
}

// paper is a PDF with a line of text on each page.
export function paper(lines) {
	const objects = ['<< /Type /Catalog /Pages 2 0 R >>', `<< /Type /Pages /Count ${lines.length} /Kids [${lines.map((_, i) => `${4 + 2 * i} 0 R`).join(' ')}] >>`, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'];
	for (const [i, line] of lines.entries()) {
		const drawn = `BT /F1 36 Tf 72 700 Td (${line}) Tj ET`;
		objects.push(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * i} 0 R >>`, `<< /Length ${drawn.length} >>\nstream\n${drawn}\nendstream`);
	}
	let text = '%PDF-1.4\n';
	const at = objects.map((object, i) => {
		const place = text.length;
		text += `${i + 1} 0 obj\n${object}\nendobj\n`;
		return place;
	});
	const table = text.length;
	text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${at.map((n) => `${String(n).padStart(10, '0')} 00000 n \n`).join('')}`;
	return Buffer.from(`${text}trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`);
}
