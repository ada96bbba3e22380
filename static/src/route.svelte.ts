/** The screens, by their addresses. */
export type Route =
	| { name: 'home' }
	| { name: 'conversation'; id: string }
	| { name: 'new' }
	| { name: 'settings' }
	| { name: 'sign in' }
	| { name: 'forgotten' }
	| { name: 'link' }
	| { name: 'nowhere' };

/** Reads a path. Query and fragment belong to the screen. */
export function read(path: string): Route {
	const conversation = /^\/c\/([^/]+)\/?$/.exec(path)?.[1];
	if (conversation) return { name: 'conversation', id: decodeURIComponent(conversation) };
	switch (path) {
		case '/':
			return { name: 'home' };
		case '/new':
			return { name: 'new' };
		case '/settings':
			return { name: 'settings' };
		case '/sign-in':
			return { name: 'sign in' };
		case '/forgotten':
			return { name: 'forgotten' };
		case '/link':
			return { name: 'link' };
		default:
			return { name: 'nowhere' };
	}
}

/** The address of a conversation; `at` a message in it, by its position. */
export const toConversation = (id: string, at?: string): string => `/c/${encodeURIComponent(id)}${at ? `#at=${at}` : ''}`;

class Router {
	route: Route = $state.raw(read(location.pathname));
	/** Grows with every navigation: going to the same place again is a navigation too. */
	visit = $state(0);
	/** What the fragment says: a search, a place in a conversation. It never reaches the server, nor anybody's logs. */
	aside: URLSearchParams = $state.raw(new URLSearchParams(location.hash.slice(1)));

	/** The message that is gone to, by its position. */
	get at(): string {
		return this.aside.get('at') ?? '';
	}

	/** Whether the list's place is taken by a search. */
	get finding(): boolean {
		return this.aside.has('find');
	}

	/** Back from a conversation: the list, or the search that led there. */
	get list(): string {
		const aside = new URLSearchParams(this.aside);
		aside.delete('at');
		return this.finding ? `/#${aside}` : '/';
	}

	go(address: string, how: 'push' | 'replace' = 'push'): void {
		const same = address === location.pathname + location.search + location.hash;
		history[how === 'replace' || same ? 'replaceState' : 'pushState'](null, '', address);
		this.follow();
	}

	follow(): void {
		this.route = read(location.pathname);
		this.aside = new URLSearchParams(location.hash.slice(1));
		this.visit += 1;
	}
}

export const router = new Router();

/** Lets ordinary links of the page navigate without loading it again. The answer undoes it. */
export function followLinks(): () => void {
	const onPop = () => router.follow();
	const onClick = (e: MouseEvent) => {
		const link = e.target instanceof Element ? e.target.closest('a') : null;
		if (!link || e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
		if (link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
		if (read(link.pathname).name === 'nowhere') return; // the server's own pages
		e.preventDefault();
		const inPage = link.pathname === location.pathname && document.getElementById(link.hash.slice(1));
		if (inPage) inPage.focus();
		else router.go(link.pathname + link.search + link.hash);
	};
	addEventListener('popstate', onPop);
	document.addEventListener('click', onClick);
	return () => {
		removeEventListener('popstate', onPop);
		document.removeEventListener('click', onClick);
	};
}
