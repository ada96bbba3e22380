// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followLinks, router, toConversation } from './route.svelte';

let stop: () => void;

beforeEach(() => {
	stop = followLinks();
	router.go('/');
});

afterEach(() => {
	stop();
	document.body.replaceChildren();
});

function press(href: string) {
	const link = document.createElement('a');
	link.href = href;
	document.body.append(link);
	link.click();
}

test('a message in a conversation stands in the fragment', () => {
	press(toConversation('c1', 'ff'));
	expect([router.route, router.at, router.finding]).toEqual([{ name: 'conversation', id: 'c1' }, 'ff', false]);
	expect(router.list).toBe('/');
});

test('from what a search found one goes back to the search, and not to the place', () => {
	press('/c/c1#find=&words=vat+return&at=ff');
	expect([router.at, router.finding]).toEqual(['ff', true]);
	router.go(router.list);
	expect([router.route.name, router.at, router.aside.get('words')]).toEqual(['home', '', 'vat return']);
});

test('a search is not sent to the server', () => {
	press('/#find=&words=secret');
	expect(`${location.pathname}${location.search}`).toBe('/');
});

test('a link to a part of the page gives it the focus, and the address stays', () => {
	router.go('/#find=&words=a');
	const part = document.createElement('main');
	part.id = 'content';
	part.tabIndex = -1;
	document.body.append(part);
	press('#content');
	expect([document.activeElement, router.finding]).toEqual([part, true]);
});
