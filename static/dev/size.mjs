// Prints what a browser fetches, in kB of brotli: the app (what index.html loads: the list and the conversations), what
// comes when it is first wanted, and the editor. Fails when the app is over its limit.
import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, constants, gunzipSync } from 'node:zlib';

const limit = 40;
const dist = process.env.DIST ? new URL(`file://${process.env.DIST}/`) : new URL('../dist/', import.meta.url);
const page = readFileSync(new URL('index.html', dist), 'utf8');
const app = new Set(['index.html', ...[...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((m) => m[1])]);
const later = readdirSync(new URL('assets/', dist)).map((name) => `assets/${name.replace(/\.gz$/, '')}`).filter((name) => !app.has(name));

const plain = (name) => (name.startsWith('assets/') ? gunzipSync(readFileSync(new URL(`${name}.gz`, dist))) : readFileSync(new URL(name, dist)));
const packed = (name) => brotliCompressSync(plain(name), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length / 1000;

function total(title, names) {
	const sizes = [...names].map((name) => [packed(name), name]);
	for (const [kB, name] of sizes) console.log(`${kB.toFixed(1).padStart(8)}  ${name}`);
	const sum = sizes.reduce((all, [kB]) => all + kB, 0);
	console.log(`${sum.toFixed(1).padStart(8)}  ${title}`);
	return sum;
}

const size = total(`app (limit ${limit})`, app);
total('later, without the editor', later.filter((name) => !name.includes('/editor-')));
total('editor', later.filter((name) => name.includes('/editor-')));
if (size > limit) process.exit(1);
