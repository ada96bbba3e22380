package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"postern/chat"
	"postern/store/archive"
	"postern/store/query"
)

// Whole is the whole database in one transaction, on a connection of its own: for backup and restore.
type Whole struct {
	*conn
	open *os.File // with its lock; see hold
}

var _ archive.Target = (*Whole)(nil)

// Snapshot is the database as it is now, for reading, beside whoever writes. While it is open the write-ahead log grows.
func Snapshot(ctx context.Context, path string) (*Whole, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	c, err := connect(ctx, path, false)
	if err != nil {
		return nil, err
	}
	w := &Whole{conn: c}
	return w, w.begin(ctx, beginRead)
}

// Refill is the database to be filled anew. It is Unavailable while another process has it open, and others cannot open it meanwhile.
func Refill(ctx context.Context, path string) (*Whole, error) {
	open, err := hold(path, syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	c, err := connect(ctx, path, true)
	if err != nil {
		return nil, errors.Join(err, open.Close())
	}
	w := &Whole{conn: c, open: open}
	if err := w.begin(ctx, beginWrite); err != nil {
		return nil, err
	}
	if _, err := w.Exec(ctx, "PRAGMA defer_foreign_keys = ON"); err != nil { // users name other users
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func (w *Whole) begin(ctx context.Context, how string) error {
	if _, err := w.Exec(ctx, how); err != nil {
		return errors.Join(fmt.Errorf("begin: %w", err), w.Close())
	}
	// SQLite takes the snapshot with the first read.
	_, err := query.All(ctx, w, "schema version", scanNumber, "PRAGMA schema_version")
	if err != nil {
		return errors.Join(err, w.Close())
	}
	return nil
}

// hold takes a lock (flock(2)) on a file beside the database, for as long as it is open: shared by all who have the database open, exclusive
// for who fills it anew. It ends with the process. The lock is not on the database's own file, whose closing
// would take SQLite's locks away.
func hold(path string, how int) (*os.File, error) {
	file, err := os.OpenFile(path+".open", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB)
	switch {
	case err == nil:
		return file, nil
	case !errors.Is(err, syscall.EWOULDBLOCK):
		err = fmt.Errorf("lock database: %w", err)
	case how == syscall.LOCK_EX:
		err = chat.Refuse(chat.Unavailable, "The database is in use: stop the node, and whatever else of Postern runs on it, first.")
	default:
		err = chat.Refuse(chat.Unavailable, "The database is just being restored: start again when that is done.")
	}
	return nil, errors.Join(err, file.Close())
}

// Dialect is archive.Source's.
func (w *Whole) Dialect() query.Dialect { return query.SQLite() }

// Columns is archive.Source's. The one that leads into the events is in no backup: they are in none.
func (w *Whole) Columns(ctx context.Context, table string) ([]archive.Column, error) {
	return query.All(ctx, w, "columns", scanColumn, `
		SELECT name, type, hidden <> 0 FROM pragma_table_xinfo($1) WHERE name <> 'last_event' ORDER BY cid`, table)
}

func scanColumn(rows query.Rows, c *archive.Column) error {
	var kind string
	if err := rows.Scan(&c.Name, &kind, &c.Generated); err != nil {
		return err
	}
	c.Kind = map[string]archive.Kind{"INTEGER": archive.Number, "TEXT": archive.Text, "BLOB": archive.Bytes}[kind]
	if c.Kind == "" {
		return fmt.Errorf("column %s is of type %q", c.Name, kind)
	}
	return nil
}

// Sound is archive.Source's.
func (w *Whole) Sound(ctx context.Context, deep bool) error {
	check := "PRAGMA quick_check(10)"
	if deep {
		check = "PRAGMA integrity_check(10)"
	}
	said, err := query.All(ctx, w, "integrity", func(rows query.Rows, s *string) error { return rows.Scan(s) }, check)
	if err == nil && !slices.Equal(said, []string{"ok"}) {
		err = fmt.Errorf("the file is damaged: %s", strings.Join(said, "; "))
	}
	if err != nil || !deep {
		return err
	}
	return w.chained(ctx)
}

// chained says that every stream's events are numbered one after the other, up to its head, and that each leads to the one before it:
// the schema does not.
func (w *Whole) chained(ctx context.Context) error {
	broken, err := query.One(ctx, w, "streams", scanNumber, `
		SELECT (SELECT count(*) FROM (
				SELECT number, before, lag(number) OVER stream AS number_before, lag(seq) OVER stream AS seq_before
				FROM events WINDOW stream AS (PARTITION BY user_id ORDER BY seq))
			WHERE number <> number_before + 1 OR before <> seq_before)
		+ (SELECT count(*) FROM streams AS s JOIN events AS e ON e.user_id = s.user_id AND e.seq = s.last_event WHERE e.number <> s.head)
		+ (SELECT count(DISTINCT e.user_id) FROM events AS e WHERE NOT EXISTS (
			SELECT 1 FROM streams AS s JOIN events AS l ON l.user_id = s.user_id AND l.seq = s.last_event WHERE s.user_id = e.user_id))`)
	if err == nil && *broken > 0 {
		err = fmt.Errorf("the streams are damaged: %d events are not where they should be", *broken)
	}
	return err
}

// Clear is archive.Target's.
func (w *Whole) Clear(ctx context.Context, tables []string) error {
	for _, table := range slices.Backward(tables) {
		if _, err := w.Exec(ctx, "DELETE FROM "+table); err != nil {
			return fmt.Errorf("clear %s: %w", table, err)
		}
	}
	return nil
}

// Fill is archive.Target's.
func (w *Whole) Fill(ctx context.Context, table string, columns []archive.Column, next func() (archive.Row, error)) (n int64, err error) {
	names, params := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		names[i], params[i] = c.Name, "$"+strconv.Itoa(i+1)
	}
	insert := "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(params, ", ") + ")"
	for {
		row, err := next()
		if err != nil || row == nil {
			return n, err
		}
		if _, err := w.Exec(ctx, insert, row...); err != nil {
			return n, err
		}
		n++
	}
}

// Commit is archive.Target's.
func (w *Whole) Commit(ctx context.Context) error {
	_, err := w.Exec(ctx, "COMMIT")
	return err
}

// Close is archive.Source's.
func (w *Whole) Close() error {
	w.rollback()
	err := w.conn.close()
	if w.open != nil {
		err = errors.Join(err, w.open.Close())
	}
	return err
}
