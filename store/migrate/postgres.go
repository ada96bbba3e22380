package migrate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

var onPostgres = dialect{goose.DialectPostgres, "postgres", "SELECT to_regclass('schema_info') IS NOT NULL", deadlocked}

// The lock is tried each second, for ten minutes. It is tried and not waited for, because a session that waits inside
// a statement holds a snapshot that CREATE INDEX CONCURRENTLY would wait for in turn.
const (
	lockPeriod = 1   // seconds
	lockTries  = 600 // periods
)

// Postgres brings the database to the current schema; one process at a time does, the others wait for it. The URL must lead to
// PostgreSQL itself and not to a transaction pooler, because the lock belongs to a session. The error is
// a [*TooOldError] when the database is newer than this binary can work with.
func Postgres(ctx context.Context, url string) error { return PostgresTo(ctx, url, Newest) }

// PostgresTo is [Postgres], but goes no further than the given schema.
func PostgresTo(ctx context.Context, url string, schema int64) (err error) {
	config, err := pgxpool.ParseConfig(url) // the pool's, because the URL may have settings of a pool
	if err != nil {
		return fmt.Errorf("read the database's URL: %w", err)
	}
	db := stdlib.OpenDB(*config.ConnConfig)
	defer func() { err = errors.Join(err, db.Close()) }()
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(lockPeriod, lockTries))
	if err != nil {
		return fmt.Errorf("make the migration lock: %w", err)
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect to migrate: %w", err)
	}
	if err := locker.SessionLock(ctx, conn); err != nil {
		return errors.Join(fmt.Errorf("take the migration lock: %w", err), conn.Close())
	}
	defer func() {
		err = errors.Join(err, locker.SessionUnlock(context.WithoutCancel(ctx), conn), conn.Close())
	}()
	return onPostgres.up(ctx, db, schema)
}

// deadlocked: a migration locks one table after the other, beside nodes that go on working, and may meet them crosswise. PostgreSQL then ends one
// of the two, perhaps the migration.
func deadlocked(err error) bool {
	failed, ok := errors.AsType[*pgconn.PgError](err)
	return ok && failed.Code == "40P01"
}

// PostgresSchema is a short hash of the migrations: databases that have the same were made alike. Tests name their template by it.
func PostgresSchema() (string, error) {
	names, err := fs.Glob(migrations, "postgres/*.sql")
	if err != nil {
		return "", fmt.Errorf("list migrations: %w", err)
	}
	sum := sha256.New()
	for _, name := range names {
		text, err := fs.ReadFile(migrations, name)
		if err != nil {
			return "", fmt.Errorf("read migration %s: %w", name, err)
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(text), text)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
}
