package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

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

func (s *Store) begin(ctx context.Context, options pgx.TxOptions) (conn *pgxpool.Conn, tx pgx.Tx, err error) {
	conn, err = s.onLive(ctx, func(conn *pgxpool.Conn) (err error) {
		tx, err = s.beginOn(ctx, conn, options)
		return tried("begin", err)
	})
	return conn, tx, err
}

// onLive takes a connection of the pool and does something on it; the caller releases the one that it was done on. One that turns out to be dead is left
// behind, and it may be that all that were idle are.
func (s *Store) onLive(ctx context.Context, do func(*pgxpool.Conn) error) (*pgxpool.Conn, error) {
	for more := s.pool.Config().MaxConns; ; more-- {
		conn, err := s.acquire(ctx)
		if err != nil {
			return nil, err
		}
		if err = do(conn); err == nil {
			return conn, nil
		}
		dead := conn.Conn().IsClosed()
		conn.Release()
		if more == 0 || !dead || ctx.Err() != nil {
			return nil, err
		}
	}
}

func (s *Store) beginOn(ctx context.Context, conn *pgxpool.Conn, options pgx.TxOptions) (pgx.Tx, error) {
	if s.pooled {
		return beginSettled(ctx, conn, options)
	}
	return conn.BeginTx(ctx, options)
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
