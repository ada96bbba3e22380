// Prints what a browser fetches, in brotli kB: the app (all but the editor) and the editor. Fails over the limit.
import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const limit = 40;
const dist = new URL('../dist/', import.meta.url);
const names = readdirSync(new URL('assets/', dist)).map((name) => `assets/${name}`).concat('index.html');
const sizes = names.map((name) => ({ name, kB: packed(name) / 1000 }));
const editor = sizes.filter((f) => f.name.includes('/editor-'));
const app = sizes.filter((f) => !editor.includes(f));

function packed(name) {
	return brotliCompressSync(readFileSync(new URL(name, dist)), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
}

const total = (files) => files.reduce((sum, f) => sum + f.kB, 0);
for (const f of sizes) console.log(`${f.kB.toFixed(1).padStart(7)} kB  ${f.name}`);
console.log(`app ${total(app).toFixed(1)} kB brotli (limit ${limit}), editor ${total(editor).toFixed(1)} kB`);
if (total(app) > limit) process.exit(1);
