package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"postern/chat"
	"postern/store/archive"
	"postern/store/query"
)

// Whole is the whole database in one transaction, on a connection of its own: for backup and restore.
type Whole struct {
	session
	conn *pgx.Conn
	tx   pgx.Tx
}

var _ archive.Target = (*Whole)(nil)

// Snapshot is the database as it is now, for reading. Nobody waits for it, and it waits for nobody.
func Snapshot(ctx context.Context, url string) (*Whole, error) {
	return openWhole(ctx, url, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
}

// Refill is the database to be filled anew. It is Unavailable while others are connected: nodes must be stopped, because what they hold in
// memory would be of another time. Those that come later wait, or give up.
func Refill(ctx context.Context, url string) (*Whole, error) {
	w, err := openWhole(ctx, url, pgx.TxOptions{})
	if err != nil {
		return nil, err
	}
	if err := w.keepOut(ctx); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func openWhole(ctx context.Context, url string, options pgx.TxOptions) (*Whole, error) {
	config, err := pgxpool.ParseConfig(url) // the pool's, because the URL may have settings of a pool
	if err != nil {
		return nil, fmt.Errorf("read the database's URL: %w", err)
	}
	config.ConnConfig.ConnectTimeout = connectWithin
	config.ConnConfig.RuntimeParams["application_name"] = "postern"
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return nil, tried("connect", err)
	}
	registerTypes(conn.TypeMap())
	tx, err := conn.BeginTx(ctx, options)
	if err != nil {
		return nil, errors.Join(tried("begin", err), conn.Close(ctx))
	}
	w := &Whole{session: session{on: tx, anew: true}, conn: conn, tx: tx}
	// A file may be long on its way between two statements, and a pooler's connection may come with the settings of a node.
	_, err = tx.Conn().PgConn().Exec(ctx, `
		SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0; SET LOCAL plan_cache_mode = auto;
		SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = on; SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on`).ReadAll()
	if err != nil {
		return nil, errors.Join(tried("set up connection", err), w.Close())
	}
	return w, nil
}

// goneWithin is how long connections of processes that have just ended may still be listed.
const goneWithin = 3 * time.Second

// keepOut takes the lock that whoever asks anything waits for, and sees to it that nobody had come before.
func (w *Whole) keepOut(ctx context.Context) error {
	if _, err := w.Exec(ctx, `SET LOCAL lock_timeout = '5s'`); err != nil {
		return err
	}
	if _, err := w.Exec(ctx, `LOCK TABLE offices IN ACCESS EXCLUSIVE MODE`); err != nil {
		return tried("lock the database", err)
	}
	until := time.Now().Add(goneWithin)
	for {
		if _, err := w.Exec(ctx, `SELECT pg_stat_clear_snapshot()`); err != nil { // or the list stays what it was at first
			return err
		}
		others, err := query.One(ctx, w, "connections", func(rows query.Rows, s *string) error { return rows.Scan(s) }, `
			SELECT coalesce(string_agg(DISTINCT coalesce(nullif(application_name, ''), 'unnamed'), ', '), '')
			FROM pg_stat_activity
			WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`)
		if err != nil || *others == "" {
			return err
		}
		if time.Now().After(until) {
			return chat.Refuse(chat.Unavailable, "The database is in use ("+*others+"): stop all nodes, and whatever else is connected, first.")
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Dialect is archive.Source's.
func (w *Whole) Dialect() query.Dialect { return query.Postgres() }

// typedColumn is a column with PostgreSQL's name for its type.
type typedColumn struct {
	archive.Column
	of string
}

func (w *Whole) columns(ctx context.Context, table string) ([]typedColumn, error) {
	return query.All(ctx, w, "columns", scanColumn, `
		SELECT column_name::text, udt_name::text, is_generated <> 'NEVER' FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position`, table)
}

func scanColumn(rows query.Rows, c *typedColumn) error {
	err := rows.Scan(&c.Name, &c.of, &c.Generated)
	switch c.of {
	case "uuid", "bytea":
		c.Kind = archive.Bytes
	case "text":
		c.Kind = archive.Text
	default:
		c.Kind = archive.Number
	}
	return err
}

// Columns is archive.Source's.
func (w *Whole) Columns(ctx context.Context, table string) ([]archive.Column, error) {
	found, err := w.columns(ctx, table)
	columns := make([]archive.Column, len(found))
	for i, c := range found {
		columns[i] = c.Column
	}
	return columns, err
}

// Sound is archive.Source's: that it answers is all that PostgreSQL tells.
func (w *Whole) Sound(ctx context.Context, _ bool) error { return tried("ping", w.conn.Ping(ctx)) }

// Clear is archive.Target's.
func (w *Whole) Clear(ctx context.Context, tables []string) error {
	_, err := w.Exec(ctx, "TRUNCATE "+strings.Join(tables, ", "))
	return err
}

// Fill is archive.Target's, by COPY.
func (w *Whole) Fill(ctx context.Context, table string, columns []archive.Column, next func() (archive.Row, error)) (int64, error) {
	has, err := w.columns(ctx, table)
	if err != nil {
		return 0, err
	}
	typeOf := make(map[string]string, len(has))
	for _, c := range has {
		typeOf[c.Name] = c.of
	}
	source := &copySource{next: next}
	into := make([]string, len(columns))
	for i, c := range columns {
		into[i] = c.Name
		source.types = append(source.types, typeOf[c.Name])
	}
	n, err := w.tx.CopyFrom(ctx, pgx.Identifier{table}, into, source)
	if source.err != nil {
		return n, source.err
	}
	return n, refusal(err)
}

// copySource gives rows the types of the table.
type copySource struct {
	next  func() (archive.Row, error)
	types []string
	row   archive.Row
	err   error
}

// Next is pgx.CopyFromSource's.
func (s *copySource) Next() bool {
	if s.row, s.err = s.next(); s.err != nil || s.row == nil {
		return false
	}
	for i, value := range s.row {
		if s.row[i], s.err = typed(s.types[i], value); s.err != nil {
			return false
		}
	}
	return true
}

// Values is pgx.CopyFromSource's.
func (s *copySource) Values() ([]any, error) { return s.row, nil }

// Err is pgx.CopyFromSource's.
func (s *copySource) Err() error { return s.err }

func typed(name string, value any) (any, error) {
	switch v := value.(type) {
	case int64:
		switch name {
		case "bool":
			return v != 0, nil
		case "timestamptz":
			return time.UnixMicro(v).UTC(), nil
		}
	case []byte:
		if name == "uuid" {
			if len(v) != len(chat.ID{}) {
				return nil, fmt.Errorf("an id of %d bytes", len(v))
			}
			return chat.ID(v), nil
		}
	}
	return value, nil
}

// Commit is archive.Target's.
func (w *Whole) Commit(ctx context.Context) error {
	if _, err := w.Exec(ctx, "ANALYZE"); err != nil {
		return err
	}
	return tried("commit", w.tx.Commit(ctx))
}

// Close is archive.Source's.
func (w *Whole) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), finishWithin)
	defer cancel()
	return w.conn.Close(ctx) // the server rolls back what was not committed
}
