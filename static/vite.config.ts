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

// Svelte guards its hydration by one variable, so that a bundler can drop it where nothing is rendered on a server; ours
// needs to be told that the variable never changes.
function neverHydrates(): Plugin {
	const [before, after] = ['export let hydrating = false;', 'export const hydrating = false;'];
	const setter = /export function set_hydrating\(value\) \{[^}]*\}/;
	return {
		name: 'never-hydrates',
		apply: 'build',
		transform: {
			filter: { id: /svelte\/src\/internal\/client\/dom\/hydration\.js$/ },
			handler(code) {
				if (!code.includes(before) || !setter.test(code)) this.error('svelte guards hydration otherwise now');
				return code.replace(before, after).replace(setter, 'export function set_hydrating() {}');
			},
		},
	};
}

// What is fetched when it is first wanted, in few pieces: each file has a name in the entry, and packs worse alone.
const chunks = [
	{ name: 'sign', test: /\/src\/(sign\/|api\/signing|frame\/Trouble)/ },
	{ name: 'writing', test: /\/src\/(composer\/(?!editor|Toolbar|toolbar|LinkForm)|api\/upload)/ },
	{ name: 'more', test: /\/src\/(settings|start|conversation\/(Details|details|Refused|refused|Menu|People|people|Leave|TitleForm|title-form)|people\/(Invite|Picker|picker)|frame\/(Dialog|dialog|Shortcuts|shortcuts)|composer\/LinkForm)/ },
	{ name: 'app', test: /vite\/preload-helper|node_modules\/(svelte|esm-env|clsx|tinykeys)|\/src\/(?!composer\/(editor|Toolbar|toolbar)|html\/pasted|theme\/fields)/ },
];

const mock = process.env.MOCK ?? 'http://127.0.0.1:5199';

export default defineConfig({
	plugins: [svelte(), neverHydrates(), dropStale()],
	build: {
		outDir: 'dist',
		emptyOutDir: false,
		target: ['chrome125', 'firefox128', 'safari17.5'], // nesting, light-dark() and popover are native in all of them
		assetsInlineLimit: 0, // the content policy allows no data: scripts or styles
		modulePreload: { polyfill: false },
		chunkSizeWarningLimit: 600, // the editor, loaded when it is first wanted
		rolldownOptions: { output: { codeSplitting: { groups: chunks, includeDependenciesRecursively: false } } },
	},
	server: { proxy: { '/api': { target: mock, ws: true } } },
	test: { environment: 'node', include: ['src/**/*.test.ts'] },
});
