package postgres

import (
	"testing"

	"github.com/jackc/pgx/v5"
)

// WorkerConn is the connection of the first worker, which must be idle.
func (s *Store) WorkerConn() *pgx.Conn { return s.workers[0].conn }

// OnPool lends a connection of the pool.
func (s *Store) OnPool(t testing.TB, do func(*pgx.Conn)) {
	t.Helper()
	conn, err := s.pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	do(conn.Conn())
}

// Groups is how many groups were committed.
func (s *Store) Groups() (n int64) {
	for _, w := range s.workers {
		n += w.groups.Load()
	}
	return n
}

// InTransactions runs do in an update's transaction and in a view's.
func (s *Store) InTransactions(t testing.TB, do func(pgx.Tx)) {
	t.Helper()
	for _, options := range []pgx.TxOptions{{}, {IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}} {
		if err := s.inTx(t.Context(), options, func(tx pgx.Tx) error { do(tx); return nil }); err != nil {
			t.Fatal(err)
		}
	}
}
