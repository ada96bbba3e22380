// The people and conversations of the mock server.
const minute = 60_000;
const day = 24 * 60 * minute;

const people = [
	['s1', 'Helen Ward', 'staff', 'owner', 'helen@ward.example'],
	['s2', 'Tomás Brandt', 'staff', 'staff', 'tomas@ward.example'],
	['s3', 'Priya Nair', 'staff', 'staff', 'priya@ward.example'],
	['c1', 'Maria Keller', 'contact', 'client', 'maria@keller.example', 'Keller Bakery'],
	['c2', 'Jonas Keller', 'contact', 'client_staff', 'jonas@keller.example', 'Keller Bakery'],
	['c3', 'Dr. Amira Haddad', 'contact', 'client', 'amira@haddad.example', 'Haddad Dental Practice'],
	['c4', 'Peter Lindqvist', 'contact', 'client', 'peter@lindqvist.example', 'Lindqvist Timber'],
	['c5', 'Yuki Tanaka', 'contact', 'prospect', 'yuki@tanaka.example'],
].map(([id, name, kind, role, email, firm]) => ({ id, name, kind, role, email, account: firm && { id: firm, name: firm } }));

const who = (id) => { const p = people.find((p) => p.id === id); return p && { id: p.id, name: p.name, kind: p.kind }; };

function conversation(id, title, ids, spoken, more = {}) {
	let [all, sub] = [0n, 0n];
	const messages = spoken.map(([author, ago, html, extra = {}], i) => {
		if (extra.note) sub += 1n;
		else [all, sub] = [all + 1n, 0n];
		const { note, ...rest } = extra;
		return {
			id: `${id}-m${i}`, conversation: id, position: ((all << 20n) + sub).toString(16).padStart(16, '0'), kind: note ? 'note' : 'message', author: who(author) ?? null, via: 'browser', html,
			text: html.replaceAll(/<[^>]+>/g, ' ').replaceAll('&amp;', '&').trim(), attachments: [], at: new Date(Date.now() - ago).toISOString(), staffOnly: note, ...rest,
		};
	});
	const end = messages.at(-1)?.position ?? '';
	const standings = Object.fromEntries(ids.map((p) => [p, { last_read: end, opened: end, marked_unread: false, archived: false, muted: false, active: true }]));
	const { receipts = [], read = {}, ...rest } = more;
	for (const [p, n] of Object.entries(read)) standings[p].last_read = standings[p].opened = messages[n]?.position ?? '0'.repeat(16);
	return {
		id, title, important: false, started_by: ids[0], started_at: messages[0]?.at ?? new Date().toISOString(), participants: ids.map((p) => ({ id: p })), messages, standings,
		receipts: receipts.map(([p, n, ago]) => ({ conversation: id, reader: who(p), after: '0'.repeat(16), through: messages[n].position, at: new Date(Date.now() - ago).toISOString(), authors: ids })),
		...rest,
	};
}

const file = (id, name, type, size) => ({ id, name, type, size });

const annual = conversation('k1', 'Annual accounts 2025 and the new oven', ['s1', 's2', 'c1', 'c2'], [
	['s1', 2 * day + 40 * minute, '<p>Dear Maria, dear Jonas,</p><p>we are about to close your books for 2025. For that we still need:</p><ul><li>the bank statements of <strong>October to December</strong></li><li>the invoice for the deck oven (you told us about it in spring)</li><li>a list of what lay in store on 31 December</li></ul><p>Could you put them here by Friday?</p>'],
	['c1', 2 * day + 5 * minute, '<p>Good morning, the statements are attached. The list of stock follows tomorrow, Jonas has it on paper only.</p>', { attachments: [file('f1', 'Statements Q4 2025.pdf', 'application/pdf', 2_340_112), file('f2', 'oven-invoice.pdf', 'application/pdf', 184_220)] }],
	['s2', 2 * day - 20 * minute, '<p>The oven was €38,400 net. If we take it as one asset with its installation, it is <em>€41,250</em>. Helen, do you agree to depreciate over ten years?</p>', { note: true }],
	['s1', 2 * day - 50 * minute, '<p>Yes, ten years.</p>', { note: true }],
	['', day + 60 * minute, '', { kind: 'event', happening: { what: 'joined', about: [who('s2')] }, author: who('s1') }],
	['s1', day + 55 * minute, '<p>Thank you, Maria. Tomás takes this over and will write to you when he has looked through it.</p>'],
	['c2', day - 100 * minute, '<p>Here is the list. I have counted flour and sugar, but not the packaging. Is that enough?</p>', { via: 'letter', folded: true, attachments: [file('f3', 'stock.jpg', 'image/jpeg', 640_000)] }],
	['s2', day - 130 * minute, '<p>Packaging counts when it is worth more than €500. A rough figure will do.</p><blockquote><p>Is that enough?</p></blockquote><p>Yes, with that figure it is. See <a href="https://example.org/stocktaking">the short guide to stocktaking</a>.</p>'],
	['s2', day - 131 * minute, '<p>And the oven: please send the receipt of the <code>second instalment</code> too.</p>'],
	['c1', 46 * minute, '<p>The packaging is about €320, so we leave it out.</p>'],
	['c1', 44 * minute, '<p>The second instalment is attached.</p>', { attachments: [file('f4', 'second-instalment.pdf', 'application/pdf', 96_400)] }],
	['c2', 12 * minute, '<p>One question: can we take the oven into 2025, although it was delivered on 4 January?</p>'],
], { important: true, receipts: [['c1', 8, 50 * minute], ['c2', 8, 20 * minute], ['s1', 9, 40 * minute]], read: { s1: 9, s2: 8 } });

const long = conversation('k9', 'Bookkeeping questions, all year', ['s1', 's2', 'c4'],
	Array.from({ length: 500 }, (_, i) => [i % 3 === 0 ? 'c4' : i % 3 === 1 ? 's1' : 's2', 20 * day - i * 45 * minute, `<p>${['A question about invoice', 'That belongs to account', 'Please look at receipt'][i % 3]} <strong>${1000 + i}</strong>${i % 5 === 0 ? ': the amount on it is not the one that left the bank, and I do not find where the difference comes from. Can you look at it before the end of the month, please?' : '.'}</p>`]), { read: { c4: 99 } });

export function scene() {
	const conversations = [
		annual,
		conversation('k2', 'VAT return for the third quarter', ['s1', 'c3'], [['s1', 5 * day, '<p>Your return is ready to be signed.</p>'], ['c3', 3 * 60 * minute, '<p>Signed, thank you! When is the payment due?</p>']], { read: { s1: 0 } }),
		conversation('k3', 'Who takes the holiday weeks?', ['s2', 's1', 's3'], [['s2', day + 4 * 60 * minute, '<p>I am away from 21 December to 3 January. Priya, can you take the wages run?</p>'], ['s3', day + 3 * 60 * minute, '<p>Yes, I have them.</p>']]),
		conversation('k4', 'First meeting', ['s1', 'c5'], [['s1', 6 * day, '<p>Dear Yuki Tanaka, welcome. Would Thursday at ten suit you?</p>'], ['c5', 4 * day, '<p>Thursday is fine. I bring the papers of the company.</p>', { via: 'letter' }]]),
		long,
		...Array.from({ length: 34 }, (_, i) => conversation(`m${i}`, ['Wages ' + ['October', 'September', 'August', 'July'][i % 4], 'Letter from the tax office', 'Lease of the delivery van', 'Appointment in the new year', 'Change of bank account'][i % 5] + (i > 4 ? ` (${i})` : ''), ['s1', ['c1', 'c3', 'c4', 'c5'][i % 4], 's2'], [[['c1', 'c3', 'c4', 'c5'][i % 4], (7 + i * 2) * day, '<p>Thank you for the quick answer, that was all I needed to know.</p>', i % 6 === 0 ? { attachments: [file(`x${i}`, 'letter.pdf', 'application/pdf', 120_000)] } : {}]], { important: i % 9 === 4 })),
	];
	return { people, conversations, office: { id: 'o1', name: 'Ward & Partners', mode: 'privacy' } };
}
