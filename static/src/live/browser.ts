import type { Socket, World } from './connection';

/** The real world: the browser's WebSocket, clock and chance. */
export const browser: World = {
	open: (since) => {
		const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
		return new WebSocket(`${scheme}://${location.host}/api/v1/live?since=${encodeURIComponent(since)}`, 'postern.v1') as Socket;
	},
	later: (ms, run) => {
		const timer = setTimeout(run, ms);
		return () => clearTimeout(timer);
	},
	random: Math.random,
};
