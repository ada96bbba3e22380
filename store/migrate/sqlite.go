package migrate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"syscall"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

var onSQLite = dialect{goose.DialectSQLite3, "sqlite", "SELECT count(*) > 0 FROM sqlite_master WHERE name = 'schema_info'", neverPassing}

// neverPassing: the lock on the file lets nobody else in.
func neverPassing(error) bool { return false }

// SQLite brings the database in the file to the current schema, making the file if there is none; one process at a time does,
// the others wait for a lock on a file beside it. The error is a [*TooOldError] when the database is newer than
// this binary can work with.
func SQLite(ctx context.Context, path string) error { return SQLiteTo(ctx, path, Newest) }

// SQLiteTo is [SQLite], but goes no further than the given schema.
func SQLiteTo(ctx context.Context, path string, schema int64) (err error) {
	unlock, err := lockFile(ctx, path+".migrating")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	db, err := sql.Open("sqlite", sqliteSource(path))
	if err != nil {
		return fmt.Errorf("open the database to migrate: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return onSQLite.up(ctx, db, schema)
}

// sqliteSource names the file to the driver, whatever characters the path has.
func sqliteSource(path string) string {
	pragmas := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"}}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: pragmas.Encode()}).String()
}

const lockEvery = 20 * time.Millisecond

// lockFile takes an exclusive flock(2), which ends with the process. The file stays: removing it would let a third
// process lock a new one while a second waits for the old.
func lockFile(ctx context.Context, path string) (unlock func() error, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the migration lock: %w", err)
	}
	tick := time.NewTicker(lockEvery)
	defer tick.Stop()
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return file.Close, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("take the migration lock: %w", err), file.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("wait for the migration lock: %w", ctx.Err()), file.Close())
		case <-tick.C:
		}
	}
}
