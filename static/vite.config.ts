import { rmSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vitest/config';

// The placeholder in dist is committed, so that `go build` works before npm: a build empties all but it.
function emptyDist(): Plugin {
	return {
		name: 'empty-dist',
		apply: 'build',
		buildStart() {
			for (const made of ['assets', 'index.html', 'favicon.svg']) {
				rmSync(new URL(`./dist/${made}`, import.meta.url), { recursive: true, force: true });
			}
		},
	};
}

const mock = process.env.MOCK ?? 'http://127.0.0.1:5199';

export default defineConfig({
	plugins: [svelte(), emptyDist()],
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
