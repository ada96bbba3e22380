package query

import "context"

// DB runs SQL in one transaction or one snapshot of a database. store/postgres and store/sqlite
// each bring one.
//
// Parameters are $1, $2, ... and arguments are Go's string, bool, int, int64, []byte, time.Time and []string,
// chat's own named types, chat.ID, []chat.ID, [32]byte, and nil for NULL; the DB binds them as its database wants them.
// Text that is not UTF-8 or holds NUL is refused by both as chat.Invalid, as is anything else the database
// can not keep. Errors come back as chat's refusals where there is one ([Taken]).
type DB interface {
	Query(ctx context.Context, sql string, args ...any) (Rows, error)

	// Exec gives the number of rows it touched.
	Exec(ctx context.Context, sql string, args ...any) (int64, error)
}

// Rows are a query's answer, as pgx.Rows has it. Destinations of Scan are pointers to what the column holds,
// and this package's sql.Scanners, which take every form a database gives: an id as 16 bytes or as text, a time
// as time.Time or as microseconds since 1970, NULL as the zero value.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error // to be asked after Next said false
	Close()     // may be called twice
}
