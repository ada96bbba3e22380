import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vitest/config';

// The placeholder in dist is committed, so that `go build` works before npm: a build takes away only what an earlier
// build left, and only once its own files are there. Those with names of their own are left zipped alone: the binary has room for one form.
function settle(): Plugin {
	return {
		name: 'settle',
		apply: 'build',
		writeBundle({ dir = 'dist' }, bundle) {
			for (const name of readdirSync(join(dir, 'assets'))) {
				const file = join(dir, 'assets', name);
				if (`assets/${name}` in bundle) writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
				else if (`assets/${name.replace(/\.gz$/, '')}` in bundle) continue;
				rmSync(file);
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

// What is fetched together: each chunk is a module that exports what is in it, and has what that module's static imports reach. What index.html
// reaches is the first load.
const chunks: Record<string, RegExp> = {
	app: /\/index\.html$/,
	writing: /\/src\/writing\.ts$/,
	editor: /\/src\/composer\/editor\.ts$/,
	more: /\/src\/more\.ts$/,
	sign: /\/src\/sign\/index\.ts$/,
	pdf: /\/src\/pdf\.ts$/,
	users: /\/src\/users\.ts$/,
	ownerview: /\/src\/ownerview\.ts$/,
	maillog: /\/src\/maillog\.ts$/,
};

// Shown by what is in another chunk alone: that one is there before them.
const behind = new Set(['pdf', 'users', 'ownerview', 'maillog']);

// Several may reach a module: then it is in the one that is there first.
function splitByReach(): Plugin {
	const chunkOf = new Map<string, string>();
	return {
		name: 'split-by-reach',
		apply: 'build',
		buildEnd() {
			const modules = [...this.getModuleIds()];
			for (const [chunk, root] of Object.entries(chunks)) {
				const reached = new Set(modules.filter((id) => root.test(id)));
				for (const id of reached) for (const next of this.getModuleInfo(id)?.importedIds ?? []) reached.add(next);
				for (const id of reached) chunkOf.set(id, first(chunkOf.get(id), chunk));
			}
		},
		outputOptions: (options) => ({
			...options,
			codeSplitting: { groups: [{ debugName: 'reach', name: (id) => chunkOf.get(id) }], includeDependenciesRecursively: false },
		}),
	};
}

const first = (one: string | undefined, other: string): string => {
	if (one === undefined || one === 'app' || one === 'writing') return one ?? other;
	if (behind.has(other)) return behind.has(one) ? 'more' : one;
	return other === 'sign' ? 'forms' : 'writing';
};

const mock = process.env.MOCK ?? 'http://127.0.0.1:5199';

export default defineConfig({
	plugins: [svelte(), neverHydrates(), splitByReach(), settle()],
	build: {
		outDir: 'dist',
		emptyOutDir: false,
		target: ['chrome125', 'firefox128', 'safari17.5'], // nesting, light-dark() and popover are native in all of them
		assetsInlineLimit: 0, // the content policy allows no data: scripts or styles
		modulePreload: { polyfill: false },
		chunkSizeWarningLimit: 600, // the editor, loaded when it is first wanted
	},
	server: { proxy: { '/api': { target: mock, ws: true } } },
	test: { environment: 'node', include: ['src/**/*.test.ts'] },
});
