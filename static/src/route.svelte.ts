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

export const toConversation = (id: string): string => `/c/${encodeURIComponent(id)}`;

class Router {
	route: Route = $state.raw(read(location.pathname));
	/** Grows with every navigation: going to the same place again is a navigation too. */
	visit = $state(0);

	go(address: string, how: 'push' | 'replace' = 'push'): void {
		const same = address === location.pathname + location.search;
		history[how === 'replace' || same ? 'replaceState' : 'pushState'](null, '', address);
		this.follow();
	}

	follow(): void {
		this.route = read(location.pathname);
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
		router.go(link.pathname + link.search);
	};
	addEventListener('popstate', onPop);
	document.addEventListener('click', onClick);
	return () => {
		removeEventListener('popstate', onPop);
		document.removeEventListener('click', onClick);
	};
}
