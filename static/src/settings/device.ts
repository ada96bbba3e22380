const browsers: [RegExp, string][] = [
	[/Edg\//, 'Edge'],
	[/OPR\//, 'Opera'],
	[/Firefox\//, 'Firefox'],
	[/Chrom(e|ium)\//, 'Chrome'],
	[/Safari\//, 'Safari'],
];

const systems: [RegExp, string][] = [
	[/iPhone/, 'iPhone'],
	[/iPad/, 'iPad'],
	[/Android/, 'Android'],
	[/Windows/, 'Windows'],
	[/Mac OS X|Macintosh/, 'Mac'],
	[/Linux|X11/, 'Linux'],
];

/** A user agent in words: Firefox on Windows. */
export function device(agent: string): string {
	const first = (of: [RegExp, string][]) => of.find(([pattern]) => pattern.test(agent))?.[1];
	const [browser, system] = [first(browsers), first(systems)];
	if (!browser && !system) return agent.slice(0, 60) || 'Unknown device';
	return [browser ?? 'A browser', system && `on ${system}`].filter(Boolean).join(' ');
}
