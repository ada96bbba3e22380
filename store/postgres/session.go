package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

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
