package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// record is what the database holds of a round's rooms, asked for past everything that could be wrong. Ids are hex digits alone.
type record struct {
	entries map[string][]entry // by room, in the order of their positions
	mails   []mailRow
	owed    map[[2]string]bool // notices: message and recipient
	badges  map[string]int     // by user, over all rooms there ever were: made from messages, spans and cursors

	forgotten int // notices that nobody has claimed for long, or that are due in far too long
}

// entry is a row of messages.
type entry struct {
	id, position, kind, happening, author, key, via, text string
	staffOnly                                             bool
	subjects                                              []string
}

type mailRow struct {
	messageID, state string
	attempts         int
	doubled          int
}

// sql writes a query as the stage's database wants it.
func (st *stage) sql(query string) string {
	id := func(column string) string { return "replace(" + column + "::text, '-', '')" }
	late, soon, counted := "now() - interval '10 seconds'", "now() + interval '10 seconds'", "count(*)::int"
	if st.store == "sqlite" {
		id = func(column string) string { return "lower(hex(" + column + "))" }
		now := "CAST((unixepoch('subsec') %+d) * 1000000 AS INTEGER)"
		late, soon, counted = fmt.Sprintf(now, -10), fmt.Sprintf(now, 10), "count(*)"
	}
	for {
		before, rest, found := strings.Cut(query, "ID(")
		if !found {
			break
		}
		column, after, _ := strings.Cut(rest, ")")
		query = before + id(column) + after
	}
	return strings.NewReplacer("LATE", late, "SOON", soon, "COUNTED", counted).Replace(query)
}

// look reads the record, all of it as of some moment after everything was said.
func (r *round) look(ctx context.Context) (*record, error) {
	rec := &record{entries: map[string][]entry{}, owed: map[[2]string]bool{}, badges: map[string]int{}}
	err := r.each(ctx, `SELECT ID(conversation_id), position, ID(id), kind, audience, COALESCE(ID(author_id), ''), client_key, via, text, happening, subjects
		FROM messages WHERE {ROUND} ORDER BY conversation_id, position`, func(rows *sql.Rows) error { return rec.addEntry(rows) })
	if err != nil {
		return nil, err
	}
	err = r.each(ctx, `SELECT message_id, state, attempts, doubled FROM mails WHERE state <> 'dropped' AND {ROUND}`, func(rows *sql.Rows) error {
		var m mailRow
		err := rows.Scan(&m.messageID, &m.state, &m.attempts, &m.doubled)
		rec.mails = append(rec.mails, m)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = r.each(ctx, `SELECT ID(message_id), ID(recipient_id) FROM notices WHERE {ROUND}`, func(rows *sql.Rows) error {
		var seat [2]string
		err := rows.Scan(&seat[0], &seat[1])
		rec.owed[seat] = true
		return err
	})
	if err != nil {
		return nil, err
	}
	if rec.forgotten, err = r.forgotten(ctx); err != nil {
		return nil, err
	}
	return rec, r.recount(ctx, rec)
}

func (rec *record) addEntry(rows *sql.Rows) error {
	var e entry
	var room, audience, subjects string
	var position int64
	err := rows.Scan(&room, &position, &e.id, &e.kind, &audience, &e.author, &e.key, &e.via, &e.text, &e.happening, &subjects)
	if err != nil {
		return err
	}
	e.position, e.staffOnly = fmt.Sprintf("%016x", position), audience == "staff"
	if subjects != "" {
		if err := json.Unmarshal([]byte(subjects), &e.subjects); err != nil {
			return fmt.Errorf("subjects %q: %w", subjects, err)
		}
	}
	for i, id := range e.subjects {
		e.subjects[i] = plain(id)
	}
	rec.entries[room] = append(rec.entries[room], e)
	return nil
}

// forgotten counts notices that are due for long and not on their way, and those that will be due long after the grace time: written by a node
// whose clock was ahead, if it went by that.
func (r *round) forgotten(ctx context.Context) (n int, err error) {
	err = r.each(ctx, `SELECT COUNTED FROM notices
		WHERE state = 'due' AND (due_at < LATE AND (until IS NULL OR until < LATE) OR due_at > SOON) AND {ROUND}`,
		func(rows *sql.Rows) error { return rows.Scan(&n) })
	return n, err
}

// recount makes every badge from the rows that are its truth: what is visible of others' messages past the cursor, or marked.
func (r *round) recount(ctx context.Context, rec *record) error {
	return r.each(ctx, `SELECT ID(p.user_id), COUNTED FROM participants p JOIN users u ON u.id = p.user_id
		WHERE p.active AND NOT p.archived AND NOT p.muted AND (p.marked_unread OR EXISTS (
			SELECT 1 FROM messages m JOIN spans s ON s.conversation_id = m.conversation_id AND s.user_id = p.user_id
			WHERE m.conversation_id = p.conversation_id AND m.position > p.last_read AND m.kind IN ('message', 'note')
			AND m.author_id <> p.user_id AND m.position > s.after AND (s.open OR m.position <= s.through)
			AND (m.audience = 'all' OR u.role IN ('owner', 'admin', 'staff'))))
		GROUP BY p.user_id`, func(rows *sql.Rows) error {
		var user string
		var badge int
		err := rows.Scan(&user, &badge)
		rec.badges[user] = badge
		return err
	})
}

// each asks, and calls for each row. It asks again for a while: the scenario may have just ended the database's connections.
func (r *round) each(ctx context.Context, query string, row func(*sql.Rows) error) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	rows, err := r.st.record.QueryContext(ctx, r.st.sql(r.here(query)))
	if err != nil {
		return fmt.Errorf("read the record: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return fmt.Errorf("read the record: %w", err)
		}
	}
	return rows.Err()
}

// here puts in what tells the round's rooms from earlier ones.
func (r *round) here(query string) string {
	return strings.ReplaceAll(query, "{ROUND}", fmt.Sprintf("conversation_id IN (SELECT id FROM conversations WHERE title LIKE 'Round %d %%')", r.number))
}

// counted is how many mails their own row, or the ledger of an attempt that lost its lease, says may have gone twice.
func (r *round) counted(ctx context.Context, rec *record) (n int, err error) {
	for _, m := range rec.mails {
		n += m.doubled
	}
	err = r.each(ctx, `SELECT COUNTED FROM ledger WHERE direction = 'out' AND mail_id IN (SELECT id FROM mails WHERE {ROUND}) AND fate = 'lease_lost'`,
		func(rows *sql.Rows) error {
			var lost int
			err := rows.Scan(&lost)
			n += lost
			return err
		})
	return n, err
}
