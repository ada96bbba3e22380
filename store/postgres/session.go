package postgres

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"postern/chat"
	"postern/store/query"
)

// session is query.DB on a transaction, or on a connection that is in one.
type session struct {
	on interface {
		Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
		Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	}
	anew bool // plan each statement as the tables are now
}

// Query is query.DB's.
func (s session) Query(ctx context.Context, sql string, args ...any) (query.Rows, error) {
	found, err := s.on.Query(ctx, sql, s.bind(args)...)
	return rows{found}, refusal(err)
}

// Exec is query.DB's.
func (s session) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	tag, err := s.on.Exec(ctx, sql, s.bind(args)...)
	return tag.RowsAffected(), refusal(err)
}

// bind gives pgx what it does not bind by itself.
func (s session) bind(args []any) []any {
	for i, arg := range args {
		if hash, ok := arg.([32]byte); ok {
			args[i] = hash[:]
		}
	}
	if s.anew {
		return append([]any{pgx.QueryExecModeCacheDescribe}, args...)
	}
	return args
}

// rows are pgx's, with refusals for errors.
type rows struct{ pgx.Rows }

// Scan is query.Rows'.
func (r rows) Scan(destinations ...any) error { return refusal(r.Rows.Scan(destinations...)) }

// Err is query.Rows'.
func (r rows) Err() error { return refusal(r.Rows.Err()) }

// View is chat.Store's.
func (s *Store) View(ctx context.Context, read func(chat.Reader) error) error {
	snapshot := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return s.inTx(ctx, snapshot, func(tx pgx.Tx) error { return read(query.NewReader(session{on: tx}, s.dialect)) })
}

// Heads is chat.Store's.
func (s *Store) Heads(ctx context.Context, users []chat.ID) (heads map[chat.ID]chat.Place, err error) {
	found, err := s.pool.Query(ctx, `SELECT user_id, epoch, head FROM streams WHERE user_id = ANY($1)`, users)
	if err != nil {
		return nil, tried("read heads", err)
	}
	defer found.Close()
	heads = make(map[chat.ID]chat.Place, len(users))
	for found.Next() {
		var user chat.ID
		var place chat.Place
		if err := found.Scan(&user, &place.Epoch, &place.Number); err != nil {
			return nil, tried("read heads", err)
		}
		heads[user] = place
	}
	return heads, tried("read heads", found.Err())
}

// inTx runs do in a transaction and commits it, or rolls it back when there is an error or a panic. A COMMIT whose answer is
// lost is Unavailable.
func (s *Store) inTx(ctx context.Context, options pgx.TxOptions, do func(pgx.Tx) error) error {
	conn, tx, err := s.begin(ctx, options)
	if err != nil {
		return err
	}
	defer conn.Release()
	committed := false
	defer func() {
		if !committed {
			rollback(ctx, tx)
		}
	}()
	if err := do(tx); err != nil {
		return refusal(err)
	}
	// Whether the caller still waits must not decide half-way.
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishWithin)
	defer cancel()
	committed = true
	return tried("commit", tx.Commit(finish))
}

// begin takes a connection of the pool; once more if the first turns out to be dead.
func (s *Store) begin(ctx context.Context, options pgx.TxOptions) (*pgxpool.Conn, pgx.Tx, error) {
	for again := true; ; again = false {
		conn, err := s.acquire(ctx)
		if err != nil {
			return nil, nil, err
		}
		tx, err := conn.BeginTx(ctx, options)
		if err == nil {
			return conn, tx, nil
		}
		dead := conn.Conn().IsClosed()
		conn.Release()
		if !again || !dead || ctx.Err() != nil {
			return nil, nil, tried("begin", err)
		}
	}
}

func (s *Store) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	wait, cancel := context.WithTimeout(ctx, acquireWithin)
	defer cancel()
	conn, err := s.pool.Acquire(wait)
	if err != nil {
		return nil, tried("take a connection of the pool", err)
	}
	return conn, nil
}

// rollback leaves a connection either idle or closed.
func rollback(ctx context.Context, tx pgx.Tx) {
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishWithin)
	defer cancel()
	if err := tx.Rollback(finish); err != nil && !errors.Is(err, pgx.ErrTxClosed) {
		_ = tx.Conn().Close(finish) // it is broken: the pool replaces it
	}
}

// Update is chat.Store's.
func (s *Store) Update(ctx context.Context, change func(chat.Tx) error) ([]chat.Told, error) {
	for attempt := 1; ; attempt++ {
		var told []chat.Told
		err := s.inTx(ctx, pgx.TxOptions{}, func(tx pgx.Tx) error {
			u := &update{Writer: query.NewWriter(session{on: tx}, s.dialect), tx: tx, dialect: s.dialect}
			err := guard(u, change)
			if err == nil && u.written {
				told = u.group.AllTold()
			}
			return err
		})
		if err == nil || !transient(err) || attempt == maxAttempts {
			return told, err
		}
	}
}

// guard turns a panic into its caller's error, as decisions have it.
func guard(tx chat.Tx, change func(chat.Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("update panicked: %v\n%s", p, debug.Stack())
		}
	}()
	return change(tx)
}

// maxAttempts bounds how often a transaction that had to let another one pass is tried.
const maxAttempts = 4

// update is chat.Tx.
type update struct {
	*query.Writer
	tx      pgx.Tx
	dialect query.Dialect
	group   *chat.Group
	written bool
}

// Load is chat.Tx's.
func (u *update) Load(ctx context.Context, needs ...chat.Need) (*chat.Group, error) {
	if u.group != nil {
		return nil, errors.New("load a second group in one transaction")
	}
	l := newLoading(needs)
	batch := &pgx.Batch{}
	l.queue(batch)
	if err := u.tx.SendBatch(ctx, batch).Close(); err != nil {
		return nil, tried("load", err)
	}
	if err := l.complete(ctx, query.NewReader(session{on: u.tx}, u.dialect)); err != nil {
		return nil, err
	}
	u.group = l.group
	return l.group, nil
}

// Write is chat.Tx's.
func (u *update) Write(ctx context.Context, g *chat.Group) error {
	if g != u.group || u.written {
		return fmt.Errorf("write a group that this transaction has not loaded, or has written")
	}
	u.written = true
	batch := &pgx.Batch{}
	queueWrites(batch, g)
	return tried("write", u.tx.SendBatch(ctx, batch).Close())
}
