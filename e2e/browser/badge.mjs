// One person in four tabs at two nodes: after every act badge, title and icon of each tab say what the database says.
import { enter, input, start, unhurt, withBrowser } from './lib.mjs';

const { url, staff, contact, links, acts } = input();

await withBrowser(async (browser) => {
	const ada = await enter(browser, url, staff);
	const tabs = [];
	for (const link of links) tabs.push(await enter(browser, url, { name: contact.name, ...link }));
	for (let n = 0; n < 3; n++) await start(ada, contact.name, `Matter ${n}`, `About matter ${n}`);
	const matters = await ada.evaluate(async () => (await (await fetch('/api/v1/conversations?list=inbox')).json()).rows.map((r) => r.conversation.id));
	let checks = 0;
	let differ = 0;
	for (let n = 0; n < acts; n++) {
		await act(n, ada, tabs[n % tabs.length], matters[n % matters.length]);
		for (const wrong of await compare(tabs)) {
			if (wrong) { differ++; console.error(`act ${n}: ${wrong}`); }
			checks++;
		}
	}
	unhurt(ada, ...tabs);
	return { tabs: tabs.length, checks, differ };
});

// act does one of the things that change what is unread: the other writes, one reads, marks unread, archives, goes offline and comes back.
async function act(n, ada, tab, matter) {
	const post = (page, path, body) => page.evaluate(async ([p, b]) => {
		const answer = await fetch(`/api/v1${p}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(b) });
		if (!answer.ok) throw new Error(`${p}: ${answer.status} ${await answer.text()}`);
	}, [path, body]);
	switch (n % 6) {
	case 0: case 3:
		return post(ada, `/conversations/${matter}/messages`, { key: `act-${n}`, html: `<p>act ${n}</p>` });
	case 1:
		return post(tab, `/conversations/${matter}/unread`, {});
	case 2:
		return post(tab, `/conversations/${matter}/read`, { position: 'ffffffffffffffff'.replace(/^f/, '7'), opened: true });
	case 4:
		await tab.context().setOffline(true);
		await post(ada, `/conversations/${matter}/messages`, { key: `away-${n}`, html: `<p>while away ${n}</p>` });
		return tab.context().setOffline(false);
	case 5:
		return post(tab, `/conversations/${matter}/archive`, { archived: true });
	}
}

// compare gives for each tab what is wrong with it, or nothing. Live means soon: each tab has ten seconds to come to the right number.
async function compare(tabs) {
	const truth = await tabs[0].evaluate(async () => (await (await fetch('/api/v1/me')).json()).badge);
	return Promise.all(tabs.map(async (tab) => {
		const shown = () => tab.evaluate(() => ({
			badge: Number(document.querySelector('[data-testid=badge]')?.textContent?.match(/\d+/)?.[0] ?? 0),
			title: Number(document.title.match(/^\((\d+)\)/)?.[1] ?? 0),
			icon: document.querySelector('link[rel~=icon]')?.href ?? '',
		}));
		const right = (s) => s.badge === truth && s.title === truth;
		for (let i = 0; i < 200; i++) {
			if (right(await shown())) return '';
			await new Promise((resolve) => { setTimeout(resolve, 50); });
		}
		return `the database says ${truth}, the tab ${JSON.stringify(await shown()).slice(0, 200)}`;
	}));
}
