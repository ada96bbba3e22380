package sqlite_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/chat"
	"postern/store/sqlite"
)

// BenchmarkReads is TARGETS.md T8 on SQLite: a million messages, 100,000 conversations, 50,000 contacts, against a hundredth of it. Search
// is not part of it.
func BenchmarkReads(b *testing.B) {
	for _, contacts := range []int{500, 50_000} {
		path := database(b)
		populate(b, path, contacts)
		store := open(b, path)
		for name, read := range reads(numberedID(staffID, 17), numberedID(conversationID, 2*contacts-1)) {
			b.Run(fmt.Sprintf("%s/contacts=%d", name, contacts), func(b *testing.B) { percentiles(b, store, read) })
		}
	}
}

// TestReads runs what BenchmarkReads measures once, on little, so that it goes on to work.
func TestReads(t *testing.T) {
	t.Parallel()
	const contacts = 700 // all letters that are searched for begin a name
	path := database(t)
	populate(t, path, contacts)
	store := open(t, path)
	for name, read := range reads(numberedID(staffID, 17), numberedID(conversationID, 2*contacts-1)) {
		if err := store.View(t.Context(), func(r chat.Reader) error { return read(t.Context(), r) }); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Kinds of ids: an id is a kind and a number, so that SQL can make it.
const (
	officeID       = 1
	staffID        = 2
	contactID      = 3
	conversationID = 4
	messageID      = 5
)

func numberedID(kind byte, n int) (id chat.ID) {
	id[0] = kind
	binary.BigEndian.PutUint64(id[8:], uint64(n))
	return id
}

// sqlID is numberedID in SQL.
func sqlID(kind int, n string) string { return fmt.Sprintf("unhex(printf('%02x%%030x', %s))", kind, n) }

// resumed is how many events each of the staff has.
const resumed = 10_000

// populate fills a database: 20 staff; two conversations of ten messages for each contact, with two staff each.
func populate(b testing.TB, path string, contacts int) {
	b.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	numbers := `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)`
	user := func(kind int, role, name string) string {
		return `INSERT INTO users (office_id, id, role, name, email, email_folded, account_id, coordinator_id, active, may_message, bcc, strict,
				password, created_at) ` + numbers + ` SELECT ` + sqlID(officeID, "0") + `, ` + sqlID(kind, "i") + `, '` + role + `', ` + name + `,
			` + name + ` || i || '@example.com', lower(` + name + `) || i || '@example.com', NULL, NULL, 1, 1, 0, 0, '', 0 FROM n`
	}
	participant := func(who, ordinal string) string {
		return `INSERT INTO participants (office_id, conversation_id, user_id, ordinal, cc, active, joined_at, left_at, left_title, last_read,
				opened, newest_other, newest, active_at, active_hour, marked_unread, archived, muted, unread) ` + numbers + `
			SELECT ` + sqlID(officeID, "0") + `, ` + sqlID(conversationID, "i") + `, ` + who + `, ` + ordinal + `, 0, 1, i, NULL, '',
				CASE WHEN i % 97 = 0 THEN 5 ELSE 10 END << 20, 0, 10 << 20, 10 << 20, i * 60000000, i / 60 * 3600000000, 0, 0, 0, i % 97 = 0 FROM n`
	}
	first, second := sqlID(staffID, "i % 20"), sqlID(staffID, "(i + 1 + i / 20 % 19) % 20")
	for _, step := range []struct {
		sql string
		n   int
	}{
		{`INSERT INTO offices ` + numbers + ` SELECT ` + sqlID(officeID, "i") + `, 'Office', 'https://o.example', 'o.example', 'privacy', 0, 0, 0, 0 FROM n`, 1},
		{user(staffID, "staff", `'Staff'`), 20},
		{user(contactID, "client", `char(65 + i % 26, 97 + i / 26 % 26, 97 + i / 676 % 26) || ' Client'`), contacts},
		{`INSERT INTO user_words ` + numbers + ` SELECT office_id, lower(substr(name, 1, 3)), id FROM users`, 1},
		{`INSERT INTO user_words ` + numbers + ` SELECT office_id, 'client', id FROM users`, 1},
		{`INSERT INTO streams (user_id, office_id, epoch, head, badge) ` + numbers + ` SELECT id, office_id, 1, 0, 0 FROM users`, 1},
		{`INSERT INTO conversations (office_id, id, kind, copy_of, title, important, strict, started_by, started_at, state, last, newest, newest_public,
			active_at, active_public, hash) ` + numbers + ` SELECT ` + sqlID(officeID, "0") + `, ` + sqlID(conversationID, "i") + `, 'conversation', NULL,
			'A title of ' || i, 0, 0, ` + first + `, i, 'open', 10 << 20, 10 << 20, 10 << 20, i, i, NULL FROM n`, 2 * contacts},
		{participant(first, "0"), 2 * contacts},
		{participant(second, "1"), 2 * contacts},
		{participant(sqlID(contactID, "i / 2"), "2"), 2 * contacts},
		{`INSERT INTO spans ` + numbers + ` SELECT office_id, conversation_id, user_id, 0, 0, 0, 1, 0 FROM participants`, 1},
		{`INSERT INTO messages (office_id, conversation_id, position, id, kind, audience, author_id, via, html, text, important, client_key, sent,
			letter_id, folded, secure, happening, subjects, at, hash) ` + numbers + ` SELECT ` + sqlID(officeID, "0") + `, ` + sqlID(conversationID, "i % (SELECT count(*) FROM conversations)") + `,
			(i / (SELECT count(*) FROM conversations) + 1) << 20, ` + sqlID(messageID, "i") + `, 'message', 'all', ` + sqlID(staffID, "i % 20") + `, 'browser',
			printf('%.400c', 'x'), printf('%.400c', 'x'), 0, 'k' || i, zeroblob(32), NULL, 0, 0, '', '[]', i, zeroblob(32) FROM n`, 20 * contacts},
		{`INSERT INTO receipts ` + numbers + ` SELECT office_id, conversation_id, user_id, 0, 5 << 20, 0 FROM participants`, 1},
		{`INSERT INTO events ` + numbers + ` SELECT i + 1, ` + sqlID(staffID, "i % 20") + `, i / 20 + 1, 0, 'message.created',
			` + sqlID(conversationID, "i") + `, 1 << 20, NULL, i, max(i + 1 - 20, 0) FROM n`, 20 * resumed},
		{`UPDATE streams SET head = e.number, last_event = e.seq FROM events AS e WHERE e.number = ? AND e.user_id = streams.user_id`, resumed},
		{`PRAGMA wal_checkpoint(TRUNCATE)`, 0},
	} {
		if _, err := db.ExecContext(b.Context(), step.sql, step.n); err != nil {
			b.Fatalf("%v in %s", err, step.sql)
		}
	}
}

// reads are what the pages of the client ask for.
func reads(user, conversation chat.ID) map[string]func(context.Context, chat.Reader) error {
	office := numberedID(officeID, 0)
	return map[string]func(context.Context, chat.Reader) error{
		"inbox":  func(ctx context.Context, r chat.Reader) error { return list(ctx, r, office, user, chat.Inbox, 50) },
		"unread": func(ctx context.Context, r chat.Reader) error { return list(ctx, r, office, user, chat.Unread, 1) },
		"open": func(ctx context.Context, r chat.Reader) error {
			open := chat.Access{View: chat.StaffView, Spans: []chat.Span{{Open: true}}}
			messages, err := r.Messages(ctx, chat.MessageQuery{Office: office, Conversation: conversation, Access: open, Limit: 50})
			if err != nil || len(messages) != 10 {
				return fmt.Errorf("%d messages: %w", len(messages), err)
			}
			if _, err := r.Summaries(ctx, office, []chat.ID{conversation}); err != nil {
				return err
			}
			receipts, err := r.Receipts(ctx, office, conversation, 0, messages[9].Position)
			if err != nil || len(receipts) != 3 {
				return fmt.Errorf("%d receipts: %w", len(receipts), err)
			}
			return nil
		},
		"badge": func(ctx context.Context, r chat.Reader) error {
			s, err := r.Stream(ctx, user)
			if err != nil || s.Badge == 0 {
				return fmt.Errorf("badge %d: %w", s.Badge, err)
			}
			return nil
		},
		"resume":    func(ctx context.Context, r chat.Reader) error { return resume(ctx, r, user) },
		"letter":    find(office, "b"),
		"two words": find(office, "cli bca"),
	}
}

func list(ctx context.Context, r chat.Reader, office, user chat.ID, list chat.List, least int) error {
	rows, err := r.Rows(ctx, chat.RowQuery{Office: office, User: user, List: list, Limit: 50})
	if err != nil || len(rows) < min(least, 50) {
		return fmt.Errorf("%d rows: %w", len(rows), err)
	}
	var conversations []chat.ID
	for _, row := range rows {
		conversations = append(conversations, row.Conversation)
	}
	if _, err := r.Summaries(ctx, office, conversations); err != nil {
		return err
	}
	_, err = r.Spans(ctx, office, user, conversations)
	return err
}

// resume reads all events of a user, by pages of 500.
func resume(ctx context.Context, r chat.Reader, user chat.ID) error {
	for after := int64(0); after < resumed; after += 500 {
		events, oldest, err := r.Events(ctx, user, after, 500)
		if err != nil || oldest != 1 || len(events) != 500 || events[499].Number != after+500 {
			return fmt.Errorf("%d events past %d, the oldest %d: %w", len(events), after, oldest, err)
		}
	}
	return nil
}

func find(office chat.ID, prefix string) func(context.Context, chat.Reader) error {
	return func(ctx context.Context, r chat.Reader) error {
		people, err := r.People(ctx, chat.PeopleQuery{Office: office, Views: []chat.View{chat.ContactView}, Prefix: prefix, Limit: 20})
		if err != nil || len(people) == 0 || !strings.HasPrefix(strings.ToLower(people[0].Name), prefix[len(prefix)-1:]) && len(prefix) == 1 {
			return fmt.Errorf("%d people: %w", len(people), err)
		}
		return nil
	}
}

func percentiles(b *testing.B, store *sqlite.Store, read func(context.Context, chat.Reader) error) {
	var took []time.Duration
	for b.Loop() {
		begun := time.Now()
		if err := store.View(b.Context(), func(r chat.Reader) error { return read(b.Context(), r) }); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}
