package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// statements counts what PostgreSQL has executed (pg_stat_statements: each call, BEGIN and COMMIT among them). The first error stays.
type statements struct {
	conn *pgx.Conn
	err  error
}

// executed is a count at a time.
type executed struct {
	calls int64
	at    time.Time
}

func watchStatements(ctx context.Context, s *site) (*statements, error) {
	conn, err := pgx.Connect(ctx, s.d.Postgres.URL("postern"))
	if err != nil {
		return nil, fmt.Errorf("count statements: %w", err)
	}
	if _, err := conn.Exec(ctx, "CREATE EXTENSION pg_stat_statements"); err != nil {
		return nil, errors.Join(fmt.Errorf("count statements: %w", err), conn.Close(ctx))
	}
	return &statements{conn: conn}, nil
}

func (s *statements) read(ctx context.Context) (e executed) {
	e.at = time.Now()
	err := s.conn.QueryRow(ctx, "SELECT COALESCE(sum(calls), 0)::bigint FROM pg_stat_statements").Scan(&e.calls)
	if s.err == nil && err != nil {
		s.err = fmt.Errorf("count statements: %w", err)
	}
	return e
}

func (s *statements) close() error { return s.conn.Close(context.Background()) }

// rate is statements a second from one count to a later one.
func (e executed) rate(later executed) float64 {
	took := later.at.Sub(e.at).Seconds()
	if took <= 0 {
		return 0
	}
	return float64(later.calls-e.calls) / took
}
