package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"math"
	"net/url"
	"time"

	"modernc.org/sqlite"

	"postern/store/query"
)

// conn is one connection with its prepared statements, and the query.DB of the one goroutine that holds it.
// It speaks to the driver and not through database/sql, whose pool and conversions would cost more than a short statement.
type conn struct {
	raw    driver.Conn
	writes bool // the writer's: no caller's context may interrupt it
	kept   map[string]driver.Stmt
	bound  []driver.NamedValue // of the statement at hand
}

// maxKept bounds the prepared statements of a connection: some texts differ by the number of their conditions.
const maxKept = 256

// busyTimeout is how long a connection waits for another process that writes.
const busyTimeout = 4 * time.Second

// Pages that a connection keeps, in KiB. A reader's are few: there are several, each keeps its own, and what it has not the system has.
const (
	writerCache = 32 << 10
	readerCache = 2 << 10
)

// connect opens the file, which must be there.
func connect(ctx context.Context, path string, writes bool) (*conn, error) {
	cache := writerCache
	if !writes {
		cache = readerCache
	}
	pragmas := []string{
		fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()),
		"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "temp_store(MEMORY)",
		fmt.Sprintf("cache_size(-%d)", cache),
		"wal_autocheckpoint(16000)", // pages, 64 MB: what is written again and again is moved once
	}
	if !writes {
		pragmas = append(pragmas, "query_only(1)")
	}
	set := url.Values{"_pragma": pragmas, "mode": {"rw"}, "_dqs": {"0"}}
	source := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: set.Encode()}
	connector, err := sqlite.NewConnector(source.String())
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	raw, err := connector.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", refusal(err))
	}
	return &conn{raw: raw, writes: writes, kept: map[string]driver.Stmt{}}, nil
}

func (c *conn) close() error {
	c.forget()
	return c.raw.Close()
}

// forget drops the prepared statements; none is in use between two statements.
func (c *conn) forget() {
	for _, s := range c.kept {
		_ = s.Close() // repeats the statement's last error
	}
	clear(c.kept)
}

func (c *conn) prepare(sql string) (driver.Stmt, error) {
	if s := c.kept[sql]; s != nil {
		return s, nil
	}
	if len(c.kept) >= maxKept {
		c.forget()
	}
	s, err := c.raw.(driver.ConnPrepareContext).PrepareContext(context.Background(), sql)
	if err != nil {
		return nil, err
	}
	c.kept[sql] = s
	return s, nil
}

// reach is the context that the driver is given. The writer looks at the caller's before a statement, but is not interrupted by it.
func (c *conn) reach(ctx context.Context) (context.Context, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if c.writes {
		return context.Background(), nil
	}
	return ctx, nil
}

// start gives a statement ready to run, with its arguments.
func (c *conn) start(ctx context.Context, sql string, args []any) (context.Context, driver.Stmt, []driver.NamedValue, error) {
	ctx, err := c.reach(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	bound, err := c.bind(args)
	if err != nil {
		return nil, nil, nil, err
	}
	s, err := c.prepare(sql)
	if err != nil {
		return nil, nil, nil, refusal(err)
	}
	return ctx, s, bound, nil
}

// Exec is query.DB's.
func (c *conn) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	ctx, s, bound, err := c.start(ctx, sql, args)
	if err != nil {
		return 0, err
	}
	result, err := s.(driver.StmtExecContext).ExecContext(ctx, bound)
	if err != nil {
		return 0, refusal(err)
	}
	return result.RowsAffected()
}

// Query is query.DB's.
func (c *conn) Query(ctx context.Context, sql string, args ...any) (query.Rows, error) {
	ctx, s, bound, err := c.start(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	raw, err := s.(driver.StmtQueryContext).QueryContext(ctx, bound)
	if err != nil {
		return nil, refusal(err)
	}
	return &rows{raw: raw, values: make([]driver.Value, len(raw.Columns()))}, nil
}

// transact runs do in a transaction, begun by the given statement. Only when do says keep is there a commit. Whatever
// went wrong, no transaction is open afterwards.
func (c *conn) transact(begin string, do func() (keep bool, err error)) error {
	background := context.Background()
	if _, err := c.Exec(background, begin); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	open := true
	defer func() { // also when do panics
		if open {
			c.rollback()
		}
	}()
	keep, err := do()
	if err != nil || !keep {
		return err
	}
	if _, err := c.Exec(background, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	open = false
	return nil
}

// touch writes something that nothing reads: SQLite leaves alone what would not change.
func (c *conn) touch() error {
	text := fmt.Sprintf("PRAGMA user_version = %d", time.Now().Unix()&math.MaxInt32) // takes no parameter, and is not worth keeping
	_, err := c.raw.(driver.ExecerContext).ExecContext(context.Background(), text, nil)
	return refusal(err)
}

// rollback ends a transaction that may have ended already: SQLite itself rolls back when the disk is full, when memory or I/O fails.
func (c *conn) rollback() {
	_, _ = c.Exec(context.Background(), "ROLLBACK") // fails when there is none, which is what is wanted
}

const (
	beginRead  = "BEGIN"
	beginWrite = "BEGIN IMMEDIATE"
)
