package postgres_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
)

// fill gives the member of staff 20,000 conversations with a message each, a minute apart, the first of them 200,000 more messages, and the office
// 20,000 contacts, and mail.
func fill(t *testing.T, url string, p *practice) {
	t.Helper()
	conn := filling(t, url)
	for _, sql := range []string{`
		INSERT INTO conversations (office_id, id, kind, title, important, strict, started_by, started_at, state, last, newest, newest_public)
		SELECT office_id, gen_random_uuid(), kind, title, important, strict, started_by, started_at, state, last, newest, newest_public
		FROM conversations, generate_series(1, 20000)`, `
		INSERT INTO participants (office_id, conversation_id, user_id, ordinal, cc, active, joined_at, left_title, last_read, opened,
			newest_other, newest, active_at, marked_unread, archived, muted)
		SELECT p.office_id, c.id, p.user_id, p.ordinal, p.cc, p.active, p.joined_at, p.left_title, p.last_read, p.opened, p.newest_other,
			p.newest, p.active_at - row_number() OVER () * interval '1 minute', p.marked_unread, p.archived, p.muted
		FROM participants AS p, conversations AS c
		WHERE NOT EXISTS (SELECT FROM participants AS q WHERE q.conversation_id = c.id)`, `
		INSERT INTO spans (office_id, conversation_id, user_id, ordinal, after, through, open, opened_at)
		SELECT office_id, conversation_id, user_id, 0, 0, 0, true, joined_at FROM participants ON CONFLICT DO NOTHING`, `
		INSERT INTO events (user_id, number, badge, type, position, at)
		SELECT user_id, 100000 + n, 0, 'session.ended', 0, now() FROM streams, generate_series(1, 50000) AS n`, `
		INSERT INTO messages (office_id, conversation_id, position, id, kind, audience, author_id, via, html, text, important, client_key,
			folded, secure, happening, subjects, at, hash)
		SELECT m.office_id, m.conversation_id, (n + 1000)::bigint << 20, gen_random_uuid(), m.kind, m.audience, m.author_id, m.via, m.html,
			m.text, m.important, 'key-' || n, m.folded, m.secure, m.happening, m.subjects, m.at, m.hash
		FROM (SELECT * FROM messages ORDER BY position LIMIT 1) AS m, generate_series(1, 200000) AS n`, `
		INSERT INTO messages (office_id, conversation_id, position, id, kind, audience, author_id, via, html, text, important, client_key,
			folded, secure, happening, subjects, at, hash)
		SELECT m.office_id, c.id, c.newest, gen_random_uuid(), m.kind, m.audience, m.author_id, m.via, m.html,
			m.text, m.important, '', m.folded, m.secure, m.happening, m.subjects, m.at, m.hash
		FROM (SELECT * FROM messages ORDER BY position LIMIT 1) AS m, conversations AS c
		WHERE NOT EXISTS (SELECT FROM messages AS o WHERE o.conversation_id = c.id AND o.position = c.newest)`, `
		INSERT INTO users (office_id, id, role, name, email, email_folded, active, may_message, bcc, strict, password, created_at)
		SELECT u.office_id, gen_random_uuid(), 'client', 'Client ' || n, n || '@example.net', n || '@example.net', true, true, false, false, '', u.created_at
		FROM (SELECT * FROM users LIMIT 1) AS u, generate_series(1, 20000) AS n`, `
		INSERT INTO user_words (office_id, word, user_id)
		SELECT office_id, word, id FROM users, unnest(ARRAY['client', email]) AS word ON CONFLICT DO NOTHING`,
	} {
		p.run(t, conn, sql)
	}
	p.fillMail(t, conn, 20_000)
}

// fillMail gives the office so many mails, and rows of the ledger, and twice as many notices: of a mail or owed, many of them since the same moment, in
// thousands of conversations, and most of all in the first one; and a fifth as many letters and suppressed addresses. A fifth of it all is one user's.
func (p *practice) fillMail(t *testing.T, conn *pgx.Conn, mails int) {
	t.Helper()
	p.run(t, conn, `CREATE TEMP TABLE given AS
		SELECT n, gen_random_uuid() AS mail, CASE WHEN n % 5 = 0 THEN $1::uuid ELSE md5('who' || n % 19997)::uuid END AS who,
			CASE WHEN n % 10 = 1 THEN $2::uuid ELSE md5('where' || n * 7 % 19997)::uuid END AS conversation
		FROM generate_series(1, $3::integer) AS n`, p.staff[0].ID, p.conversations[0], mails)
	for _, sql := range []string{`
		INSERT INTO mails (office_id, id, kind, recipient_id, conversation_id, newest, quoted, from_address, to_address, message_id, subject, mode, raw, state,
			attempts, doubled, queue_id, reason, created_at, report, report_reason, next_try)
		SELECT $1, mail, 'notice', who, conversation, 0, 0, '', '', n || '@mails.example', '', 'convenience', '', CASE WHEN n % 10 = 7 THEN 'waiting' ELSE 'accepted' END, 1, 0,
			'', '', now() - n * interval '1 minute', '', '', CASE WHEN n % 10 = 7 THEN now() - interval '1 hour' END
		FROM given`, `
		INSERT INTO notices (office_id, id, kind, conversation_id, message_id, position, recipient_id, due_at, state, mail_id, settled_at)
		SELECT $1, gen_random_uuid(), 'message', conversation, gen_random_uuid(), (n + 1000)::bigint << 20, who, now(), 'mailed', mail, now()
		FROM given`, `
		INSERT INTO notices (office_id, id, kind, conversation_id, message_id, position, recipient_id, due_at, state)
		SELECT $1, gen_random_uuid(), 'message', conversation, gen_random_uuid(), (n + 200000)::bigint << 20, who,
			now() - interval '1 hour' + greatest(n - 10000, 0) * interval '1 second', 'due'
		FROM given`, `
		INSERT INTO letters (office_id, id, reply, conversation_id, participant_id, once, message_id, from_address, envelope_from, peer, subject, class, auth, signers,
			fate, reason, size, folded, received_at)
		SELECT $1, gen_random_uuid(), 0, conversation, who, uuid_send(mail), '<' || n || '@letters.example>', '', '', '', '', '', '', '', 'posted', '', 1, '', now()
		FROM given WHERE n % 5 = 0`, `
		INSERT INTO suppressions (office_id, address, id, user_id, cause, reason, mail_id, at)
		SELECT $1, n || '@gone.example', gen_random_uuid(), who, 'bounce', '', mail, now() - n * interval '1 minute'
		FROM given WHERE n % 5 = 0`, `
		INSERT INTO ledger (id, office_id, at, direction, peer, envelope_from, envelope_to, code, enhanced, fate, reason, size)
		SELECT gen_random_uuid(), $1, now() - n * interval '1 minute', 'out', '', 'b@example.org', n || '@example.net', 250, '', 'accepted', '', 1000
		FROM given`,
	} {
		p.run(t, conn, sql, p.office.ID)
	}
}

// filling is a connection that looks up no foreign key, and has PostgreSQL's own settings.
func filling(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err == nil {
		t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
		_, err = conn.Exec(t.Context(), "SET session_replication_role = replica")
	}
	if err != nil {
		t.Fatalf("connect to fill: %v", err)
	}
	return conn
}
