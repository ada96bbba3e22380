// A server with invented people that speaks the contract of docs/protocol.md and the HTTP API, in memory: to look at
// the client without the real one. It checks next to nothing. `node dev/mock-server.mjs [port]`, any password signs in.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createReadStream, existsSync } from 'node:fs';
import { extname } from 'node:path';
import { WebSocketServer } from 'ws';
import { scene } from './scene.mjs';

const port = Number(process.argv[2] ?? 5199);
const dist = process.env.DIST ? new URL(`file://${process.env.DIST}/`) : new URL('../dist/', import.meta.url);
const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.html': 'text/html; charset=utf-8', '.svg': 'image/svg+xml' };
const policy =
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types postern postern-worker svelte-trusted-html ProseMirrorClipboard";

const { people, conversations, office } = scene();
const streams = new Map(people.map((p) => [p.id, { number: 100, log: [], sockets: new Set() }]));
const sessions = new Map();
const files = new Map();
const uploads = new Map();
const epoch = 7;

const person = (p) => p && { id: p.id, name: p.name, kind: p.kind };
const by = (id) => people.find((p) => p.id === id);
const place = (u) => `${epoch}.${streams.get(u.id).number}`;
const visible = (c, u) => c.messages.filter((m) => !m.staffOnly || u.kind === 'staff');
const body = ({ staffOnly: _, ...m }, u) => ({ ...m, key: m.author?.id === u.id ? m.key : undefined });
const counted = (m) => m.kind !== 'event';

function standing(c, u) {
	const s = (c.standings[u.id] ??= { last_read: '0'.repeat(16), opened: '0'.repeat(16), marked_unread: false, archived: false, muted: false, active: true });
	const newest = visible(c, u).findLast((m) => counted(m) && m.author?.id !== u.id);
	return { ...s, unread: s.active && (s.marked_unread || (newest?.position ?? '') > s.last_read) };
}

function conversation(c, u) {
	return { id: c.id, kind: 'conversation', title: c.title, important: c.important, ...(u?.kind === 'staff' && { state: c.state ?? 'open', assignee: c.assignee }), strict: false, started_by: c.started_by, started_at: c.started_at, participants: c.participants.map((p) => ({ ...person(by(p.id)), cc: p.cc, active: c.standings[p.id]?.active ?? true })) };
}

function row(c, u) {
	const newest = visible(c, u).findLast(counted);
	return { conversation: conversation(c, u), standing: standing(c, u), unseen: standing(c, u).unread ? visible(c, u).filter((m) => counted(m) && m.author?.id !== u.id && m.position > c.standings[u.id].last_read).length || undefined : undefined, newest: newest ? { position: newest.position, kind: newest.kind, author: newest.author, text: newest.text.slice(0, 160), attachments: newest.attachments.length > 0, at: newest.at } : null };
}

const mine = (u) => conversations.filter((c) => c.participants.some((p) => p.id === u.id));
const badge = (u) => mine(u).filter((c) => { const s = standing(c, u); return s.unread && !s.archived && !s.muted; }).length;
const receipts = (c, u) => c.receipts.filter((r) => u.kind === 'staff' || r.authors.includes(u.id)).map(({ authors: _, ...r }) => r);

function tell(u, type, data) {
	const s = streams.get(u.id);
	const frame = { event: ++s.number, badge: badge(u), type, data };
	s.log.push(frame);
	for (const socket of s.sockets) socket.send(JSON.stringify(frame));
}

const members = (c, staffOnly = false) => c.participants.map((p) => by(p.id)).filter((u) => standing(c, u).active && (!staffOnly || u.kind === 'staff'));

function add(c, u, { key, html = '', note = false, important, attachments = [] }, extra = {}) {
	const known = c.messages.find((m) => m.key === key && m.author?.id === u.id);
	if (key && known) return known;
	const position = (BigInt(`0x${c.messages.at(-1)?.position ?? '0'}`) + (note ? 1n : 1n << 20n)).toString(16).padStart(16, '0');
	const m = { id: randomUUID(), conversation: c.id, position, kind: note ? 'note' : 'message', author: person(u), via: 'browser', html, text: html.replaceAll(/<[^>]+>/g, ' ').trim(), important, key, attachments: attachments.map((id) => files.get(id)?.meta).filter(Boolean), at: new Date().toISOString(), staffOnly: note, ...extra };
	c.messages.push(m);
	for (const v of members(c, note)) {
		c.standings[v.id].archived = false;
		tell(v, 'message.created', body(m, v));
	}
	return m;
}

function read(c, u, position, opened) {
	standing(c, u);
	const s = c.standings[u.id];
	const before = s.opened;
	if (position > s.last_read) s.last_read = position;
	if (opened) s.marked_unread = false;
	if (position > s.opened) s.opened = position;
	tell(u, 'cursor.moved', { conversation: c.id, standing: standing(c, u) });
	if (s.opened <= before) return;
	const authors = [...new Set(c.messages.filter((m) => m.position > before && m.position <= position).map((m) => m.author?.id))];
	const receipt = { conversation: c.id, reader: person(u), after: before, through: s.opened, at: new Date().toISOString() };
	c.receipts.push({ ...receipt, authors });
	for (const v of members(c)) if (v.kind === 'staff' || authors.includes(v.id)) tell(v, 'receipt.created', receipt);
}

const me = (u, session) => ({ user: { ...person(u), email: u.email, role: u.role, signed: false, bcc: false }, office, undo_s: 0, may: { message: true, start: true, invite: u.kind === 'staff', settings: u.role === 'owner' }, badge: badge(u), as_of: place(u), session });
const problem = (status, code, detail, more = {}) => ({ status, body: { type: 'about:blank', title: code, status, code, detail, retry: false, ...more } });
const ok = (answer, status = 200) => ({ status, body: answer });

function page(c, u, q) {
	const all = visible(c, u);
	const limit = Number(q.get('limit') ?? 50);
	let [from, to] = [Math.max(0, all.length - limit), all.length];
	const first = (p) => { const i = all.findIndex((m) => m.position > p); return i < 0 ? all.length : i; };
	if (q.has('before')) { to = all.findIndex((m) => m.position >= q.get('before')); from = Math.max(0, to - limit); }
	if (q.has('after')) { from = first(q.get('after')); to = Math.min(all.length, from + limit); }
	if (q.has('around')) { from = Math.max(0, Math.min(first(q.get('around')) - limit / 2, all.length - limit)); to = Math.min(all.length, from + limit); }
	return { messages: all.slice(from, to).map((m) => body(m, u)), receipts: receipts(c, u), more_before: from > 0, more_after: to < all.length, as_of: place(u) };
}

function list(u, q) {
	const of = { inbox: (s) => !s.archived, unread: (s) => s.unread && !s.archived, mine: (s, c) => c.assignee === u.id, unassigned: (s, c) => !c.assignee, important: (s, c) => c.important, recent: () => true, archived: (s) => s.archived }[q.get('list') ?? 'inbox'];
	const rows = mine(u).map((c) => row(c, u)).filter((r) => of(r.standing, r.conversation)).toSorted((a, b) => ((a.newest?.at ?? a.conversation.started_at) < (b.newest?.at ?? b.conversation.started_at) ? 1 : -1));
	const [at, limit] = [Number(q.get('after') ?? 0), Number(q.get('limit') ?? 40)];
	return { rows: rows.slice(at, at + limit), next: rows.length > at + limit ? String(at + limit) : undefined, badge: badge(u), as_of: place(u) };
}

function started(u, b) {
	const accounts = new Set(b.to.map((id) => by(id)?.account?.id).filter(Boolean));
	if (accounts.size > 1 && b.audience === 'private') return problem(400, 'invalid', 'Private conversations with several clients at once are not there yet. Start one each.', { field: 'audience' });
	const c = { id: randomUUID(), title: b.title, important: b.important, started_by: u.id, started_at: new Date().toISOString(), participants: [{ id: u.id }, ...b.to.map((id) => ({ id }))], messages: [], receipts: [], standings: {} };
	conversations.push(c);
	for (const v of members(c)) tell(v, 'conversation.joined', row(c, v));
	const m = add(c, u, b);
	return ok({ row: row(c, u), message: body(m, u), as_of: place(u) }, 201);
}

function inConversation(c, u, method, rest, b, q) {
	const what = rest[0] ?? '';
	if (what === '' && method === 'GET') return ok({ row: row(c, u), receipts: receipts(c, u), as_of: place(u) });
	if (what === '') {
		Object.assign(c, { title: b.title ?? c.title, important: b.important ?? c.important });
		for (const v of members(c)) tell(v, 'conversation.changed', conversation(c, v));
		return ok({ conversation: conversation(c, u), as_of: place(u) });
	}
	if (what === 'messages' && rest[2] === 'folded') return ok({ text: 'On 3 November 2026 at 10:12, Postern <reply@mail.example> wrote:\n> Please send us the statements by Friday.\n\n-- \nMaria Keller\nKeller Bakery' });
	if (what === 'messages' && method === 'GET') return ok(page(c, u, q));
	if (what === 'messages') return ok({ message: body(add(c, u, b), u), as_of: place(u) }, 201);
	if (what === 'participants' && method === 'DELETE') {
		c.standings[rest[1]].active = false;
		tell(by(rest[1]), 'conversation.left', { conversation: c.id });
		for (const v of members(c)) tell(v, 'conversation.changed', conversation(c, v));
		return ok(undefined, 204);
	}
	if (what === 'participants') {
		for (const id of b.users) { if (!c.participants.some((p) => p.id === id)) c.participants.push({ id }); standing(c, by(id)); c.standings[id].active = true; tell(by(id), 'conversation.joined', row(c, by(id))); }
		for (const v of members(c)) tell(v, 'conversation.changed', conversation(c, v));
		return ok({ conversation: conversation(c, u), as_of: place(u) });
	}
	standing(c, u);
	if (what === 'read') read(c, u, b.position, b.opened);
	if (what === 'unread') c.standings[u.id].marked_unread = true;
	if (what === 'archive') c.standings[u.id].archived = b.archived;
	if (what === 'mute') c.standings[u.id].muted = b.muted;
	if (what !== 'read') tell(u, 'cursor.moved', { conversation: c.id, standing: standing(c, u) });
	return ok({ standing: standing(c, u), badge: badge(u), as_of: place(u) });
}

const look = (p, u) => ({ person: person(p), role: p.role, email: p.email, active: !p.away, messaging: !p.mute, account: p.account, self: p.id === u?.id });

function users(u, q) {
	const w = (q.get('q') ?? '').toLowerCase();
	const found = people.filter((p) => !p.away === (q.get('active') !== 'false') && (!q.get('kind') || p.kind === q.get('kind')) && p.name.toLowerCase().split(' ').some((n) => n.startsWith(w)));
	return ok({ users: found.map((p) => look(p, u)) });
}

function changed(id, b) {
	const p = by(id);
	if (b.successor === 's3') return problem(400, 'invalid', 'Another member of staff, with the messaging permission, takes over from one.', { field: 'successor' });
	Object.assign(p, b.role && { role: b.role }, b.messaging !== undefined && { mute: !b.messaging }, b.active !== undefined && { away: !b.active });
	return ok(look(p));
}

function ofOffice(q) {
	const all = conversations.filter((c) => !q.get('person') || c.participants.some((p) => p.id === q.get('person')));
	const [at, limit] = [Number(q.get('after') ?? 0), Number(q.get('limit'))];
	return ok({ conversations: all.slice(at, at + limit).map((c) => conversation(c)), next: all.length > at + limit ? String(at + limit) : undefined });
}

function asOwner(id, u, b) {
	const c = conversations.find((one) => one.id === id);
	return c ? ok({ conversation: conversation(c, u), page: page(c, u, new URLSearchParams(b)) }) : problem(404, 'not_found', 'There is no such conversation, or you may not see it.');
}

function asked(method, path, b, q, session, u) {
	const [what, id, ...rest] = path.split('/').slice(3).map(decodeURIComponent);
	if (what === 'links') return id === 'look' ? (q.get('x'), b.token === 'good' ? ok({ kind: 'invite', name: 'Maria Keller', email: 'maria@keller.example', office: office.name }) : problem(410, 'expired', 'This link was used or is too old.')) : signIn(people[3]);
	if (what === 'password') return ok({}, 202);
	if (what === 'session' && method === 'POST') { const who = people.find((p) => p.email === b.email); return who && b.password !== 'wrong' ? signIn(who) : problem(401, 'unsigned', 'That email address and password do not go together.'); }
	if (!u) return problem(401, 'unsigned', 'Sign in first.');
	if (what === 'session') { sessions.delete(session); return ok(undefined, 204); }
	if (what === 'me') return ok(id === 'signature' ? { html: '' } : me(u, session));
	if (what === 'users') return id ? changed(id, b) : users(u, q);
	if (what === 'office' && id === 'conversations') return rest[0] ? asOwner(rest[0], u, b) : ofOffice(q);
	if (what === 'office') return ok(Object.assign(office, { mode: b.mode }));
	if (what === 'invitations') return b.email.includes('taken') ? problem(409, 'conflict', 'Somebody with this address is here already.') : ok({ person: {}, role: b.role, email: b.email, sent: true }, 201);
	if (what === 'sessions') return method === 'DELETE' ? ok(undefined, 204) : ok({ sessions: [{ id: session, agent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140', created_at: new Date(Date.now() - 9e5).toISOString(), seen_at: new Date().toISOString(), current: true }, { id: 'phone', agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19) Safari/605', created_at: new Date(Date.now() - 9e8).toISOString(), seen_at: new Date(Date.now() - 9e7).toISOString(), current: false }] });
	if (what === 'rosters') return ok({ rosters: [{ id: 'team-tax', kind: 'team', name: 'Tax', members: 3 }] });
	if (what === 'directory') { const w = q.get('q').toLowerCase(); return ok({ people: people.filter((p) => p.id !== u.id && p.name.toLowerCase().split(' ').some((n) => n.startsWith(w))).map((p) => ({ ...person(p), ...(u.kind === 'staff' && { role: p.role, account: p.account }) })) }); }
	if (what === 'drafts') return ok({ drafts: [] });
	if (what === 'marks') {
		for (const one of b.conversations.map((c) => mine(u).find((m) => m.id === c)).filter(Boolean)) {
			standing(one, u);
			if (b.as === 'read') read(one, u, visible(one, u).at(-1)?.position ?? '', true);
			else Object.assign(one.standings[u.id], b.as === 'unread' ? { marked_unread: true } : { archived: b.as === 'archived' });
			if (b.as !== 'read') tell(u, 'cursor.moved', { conversation: one.id, standing: standing(one, u) });
		}
		return ok({ marked: b.conversations.map((c) => ({ conversation: c, standing: standing(mine(u).find((m) => m.id === c), u) })), refused: [], badge: badge(u), as_of: place(u) });
	}
	if (what === 'conversations' && !id) return method === 'GET' ? ok(list(u, q)) : started(u, b);
	const c = mine(u).find((c) => c.id === id);
	return what === 'conversations' && c ? inConversation(c, u, method, rest, b, q) : problem(404, 'not_found', 'There is no such thing here.');
}

function signIn(u) {
	const session = randomUUID();
	sessions.set(session, u);
	return { ...ok(me(u, session)), cookie: `postern=${session}; Path=/; HttpOnly; SameSite=Lax` };
}

const sessionOf = (request) => /postern=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';

async function bytes(request) {
	const parts = [];
	for await (const part of request) parts.push(part);
	return Buffer.concat(parts);
}

const server = createServer(async (request, response) => {
	const url = new URL(request.url, 'http://mock');
	if (!url.pathname.startsWith('/api/')) {
		const zipped = existsSync(new URL(`.${url.pathname}.gz`, dist));
		const asset = zipped || (url.pathname.includes('.') && existsSync(new URL(`.${url.pathname}`, dist)));
		const name = asset ? `.${url.pathname}` : './index.html';
		response.writeHead(200, {
			...(zipped ? { 'Content-Encoding': 'gzip' } : {}), 'Content-Type': types[extname(name)] ?? 'application/octet-stream', 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff' });
		createReadStream(new URL(zipped ? `${name}.gz` : name, dist)).pipe(response);
		return;
	}
	const got = await bytes(request);
	const session = sessionOf(request);
	const file = /attachments\/(.+)$/.exec(url.pathname)?.[1];
	if (file) {
		response.writeHead(200, { 'Content-Type': files.get(file)?.meta.type ?? 'text/plain', 'Content-Disposition': 'attachment' }).end(files.get(file)?.bytes ?? '');
		return;
	}
	if (url.pathname.endsWith('/attachments')) {
		const meta = { id: randomUUID(), name: url.searchParams.get('name'), type: request.headers['content-type'], size: got.length };
		files.set(meta.id, { meta, bytes: got });
		const refused = meta.name.includes('huge') && !uploads.has(meta.name);
		uploads.set(meta.name, true);
		setTimeout(() => response.writeHead(refused ? 413 : 201, { 'Content-Type': 'application/json' }).end(JSON.stringify(refused ? problem(413, 'too_large', 'A file may be at most 25 MiB.').body : meta)), 300);
		return;
	}
	const answer = asked(request.method, url.pathname, got.length > 0 ? JSON.parse(got) : {}, url.searchParams, session, sessions.get(session));
	response.writeHead(answer.status, { 'Content-Type': 'application/json', ...(answer.cookie && { 'Set-Cookie': answer.cookie }) });
	response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
});

function command(u, socket, f) {
	const c = mine(u).find((c) => c.id === f.conversation);
	if (!c) return;
	if (f.type === 'send' && f.html?.includes('refuse me')) socket.send(JSON.stringify({ type: 'error', key: f.key, data: problem(0, 'forbidden', 'You may not write in this conversation any more.').body }));
	else if (f.type === 'send') {
		const m = add(c, u, f);
		socket.send(JSON.stringify({ type: 'ack', key: f.key, data: { id: m.id, conversation: c.id, position: m.position, at: m.at } }));
	} else if (f.type === 'read') read(c, u, f.position, f.opened);
	else for (const v of members(c, f.note)) if (v.id !== u.id) for (const s of streams.get(v.id).sockets) s.send(JSON.stringify({ type: f.type, data: { conversation: c.id, person: person(u), note: f.note, on: f.on ?? false } }));
}

const live = new WebSocketServer({ server, path: '/api/v1/live' });
live.on('connection', (socket, request) => {
	const u = sessions.get(sessionOf(request));
	if (!u) return socket.close(4001);
	const stream = streams.get(u.id);
	const since = Number(new URL(request.url, 'http://mock').searchParams.get('since')?.split('.')[1] ?? stream.number);
	socket.send(JSON.stringify({ type: 'hello', data: { epoch, number: stream.number, badge: badge(u), at: new Date().toISOString(), resumed: true } }));
	for (const frame of stream.log.filter((f) => f.event > since)) socket.send(JSON.stringify(frame));
	stream.sockets.add(socket);
	socket.on('close', () => stream.sockets.delete(socket));
	socket.on('message', (data) => command(u, socket, JSON.parse(data)));
});

server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
