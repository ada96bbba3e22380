package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // registers pgx
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// truth asks the database itself, past everything that could be wrong.
type truth struct {
	db       *sql.DB
	postgres bool
}

func (s *stage) truth() (*truth, error) {
	db, err := s.database("&mode=ro")
	return &truth{db, s.d.Postgres != nil}, err
}

// database opens the stage's own, past the nodes.
func (s *stage) database(options string) (*sql.DB, error) {
	if s.d.Postgres != nil {
		return sql.Open("pgx", s.d.Postgres.URL("postern"))
	}
	path := strings.TrimPrefix(s.d.Nodes[0].Settings().Database, "sqlite:")
	return sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"+options)
}

// change says something to the database that no node would: what time brings, or what another server says.
func (s *stage) change(ctx context.Context, statement string) error {
	db, err := s.database("")
	if err != nil {
		return err
	}
	for {
		_, err = db.ExecContext(ctx, statement)
		busy, ok := errors.AsType[*sqlite.Error](err)
		if !ok || busy.Code()&0xff != sqlite3.SQLITE_BUSY || ctx.Err() != nil {
			break
		} // else the node's writer came again sooner, as it may for long where it has much to do
	}
	if err != nil {
		err = fmt.Errorf("change the database: %w", err)
	}
	return errors.Join(err, db.Close())
}

// each asks with ID(column) for an id as text, and calls for each row.
func (t *truth) each(ctx context.Context, query string, row func(*sql.Rows) error) error {
	for {
		before, rest, found := strings.Cut(query, "ID(")
		if !found {
			break
		}
		column, after, _ := strings.Cut(rest, ")")
		id := "lower(hex(" + column + "))"
		if t.postgres {
			id = "replace(" + column + "::text, '-', '')"
		}
		query = before + id + after
	}
	rows, err := t.db.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("ask the database: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return fmt.Errorf("ask the database: %w", err)
		}
	}
	return rows.Err()
}

// seen is who may read which message: a span covers it, and its audience takes them in.
const seen = `participants p
	JOIN users u ON u.id = p.user_id
	JOIN messages m ON m.conversation_id = p.conversation_id AND m.withdrawn <> 'undone' AND (m.audience = 'all' OR u.role IN ('owner', 'admin', 'staff'))
		AND EXISTS (SELECT 1 FROM spans s WHERE s.conversation_id = m.conversation_id AND s.user_id = p.user_id
			AND m.position > s.after AND (s.open OR m.position <= s.through))`

// badges counts what is unread from messages, spans and cursors, by user: to those who were there when a message came, their own is not new, nor to
// staff what was copied.
func (t *truth) badges(ctx context.Context) (map[string]int, error) {
	list := map[string]int{}
	err := t.each(ctx, `SELECT ID(user_id), COUNT(*) FROM (
		SELECT p.user_id, p.conversation_id FROM participants p WHERE p.active AND NOT p.archived AND NOT p.muted AND p.marked_unread
		UNION
		SELECT p.user_id, p.conversation_id FROM `+seen+`
		WHERE p.active AND NOT p.archived AND NOT p.muted AND m.position > p.last_read AND (m.kind IN ('message', 'note') OR m.happening = 'letter_held')
			AND (NOT EXISTS (SELECT 1 FROM spans s WHERE s.conversation_id = m.conversation_id AND s.user_id = p.user_id
					AND m.position > s.after AND (s.open OR m.position <= s.through) AND s.opened_at <= m.at)
				OR NOT COALESCE(m.author_id = p.user_id, FALSE)
					AND NOT (u.role IN ('owner', 'admin', 'staff')
						AND EXISTS (SELECT 1 FROM copied c WHERE c.conversation_id = m.conversation_id AND c.position = m.position)))
		) AS unread GROUP BY user_id`, func(rows *sql.Rows) error {
		var user string
		var n int
		err := rows.Scan(&user, &n)
		list[user] = n
		return err
	})
	return list, err
}

// readable is what a user may read.
type readable struct{ user, conversation, message, text string }

// readable gives what everybody may read of what people wrote and nobody retracted.
func (t *truth) readable(ctx context.Context) (list []readable, err error) {
	err = t.each(ctx, `SELECT ID(p.user_id), ID(m.conversation_id), ID(m.id), m.text FROM `+seen+`
		WHERE m.withdrawn = '' AND m.kind IN ('message', 'note')`, func(rows *sql.Rows) error {
		var r readable
		err := rows.Scan(&r.user, &r.conversation, &r.message, &r.text)
		list = append(list, r)
		return err
	})
	return list, err
}

// plain is an id as the database gives it here: hex digits alone.
func plain(id string) string { return strings.ReplaceAll(id, "-", "") }
