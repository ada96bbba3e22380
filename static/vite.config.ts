import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vitest/config';

// The placeholder in dist is committed, so that `go build` works before npm: a build takes away only what an earlier
// build left, and only once its own files are there.
function dropStale(): Plugin {
	return {
		name: 'drop-stale',
		apply: 'build',
		writeBundle({ dir = 'dist' }, bundle) {
			for (const name of readdirSync(join(dir, 'assets'))) {
				if (!(`assets/${name}` in bundle)) rmSync(join(dir, 'assets', name));
			}
		},
	};
}

const mock = process.env.MOCK ?? 'http://127.0.0.1:5199';

export default defineConfig({
	plugins: [svelte(), dropStale()],
	build: {
		outDir: 'dist',
		emptyOutDir: false,
		target: 'es2022',
		assetsInlineLimit: 0, // the content policy allows no data: scripts or styles
		modulePreload: { polyfill: false },
		chunkSizeWarningLimit: 600, // the editor, loaded when it is first wanted
	},
	server: { proxy: { '/api': { target: mock, ws: true } } },
	test: { environment: 'node', include: ['src/**/*.test.ts'] },
});
