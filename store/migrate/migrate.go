package migrate

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"time"

	"github.com/pressly/goose/v3"
)

//go:embed postgres/*.sql sqlite/*.sql
var migrations embed.FS

// TooOldError says that the database was brought to a schema that this binary cannot work with.
type TooOldError struct {
	MinCompatible int64 // schema number that a binary must know
	Known         int64 // highest schema number that this one knows
}

// Error says what to do.
func (e *TooOldError) Error() string {
	return fmt.Sprintf("the database needs schema %d, and this binary knows none above %d: "+
		"start a newer Postern, or restore the backup from before the upgrade", e.MinCompatible, e.Known)
}

// Newest, as a schema to migrate to, is the newest that this binary knows.
const Newest = math.MaxInt64

// Known is the number of the newest migration that this binary knows.
func Known() (known int64, err error) {
	entries, err := migrations.ReadDir(onSQLite.folder)
	if err != nil {
		return 0, fmt.Errorf("list migrations: %w", err)
	}
	for _, entry := range entries {
		number, err := goose.NumericComponent(entry.Name())
		if err != nil {
			return 0, fmt.Errorf("read migration %s: %w", entry.Name(), err)
		}
		known = max(known, number)
	}
	return known, nil
}

// dialect is what differs between the databases.
type dialect struct {
	name     goose.Dialect
	folder   string
	hasTable string           // whether schema_info is there
	passing  func(error) bool // of a migration: nothing of it stays, and it may well work the next time
}

// up runs what is missing. The caller holds the lock that keeps other processes out: even goose's look at what is missing
// creates its table.
func (d dialect) up(ctx context.Context, db *sql.DB, to int64) error {
	source, err := fs.Sub(migrations, d.folder)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	return d.upFrom(ctx, db, source, to)
}

const maxTries = 20

func (d dialect) upFrom(ctx context.Context, db *sql.DB, source fs.FS, to int64) error {
	for tries := 1; ; tries++ {
		err := d.try(ctx, db, source, to)
		if err == nil || !d.passing(err) || tries == maxTries {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(backoff(tries)):
		}
	}
}

// backoff is the wait after so many tries: nodes that met crosswise must not meet again at once, nor crowd a database that has just come back.
func backoff(tries int) time.Duration {
	most := min(20*time.Millisecond<<tries, 2*time.Second)
	return most/2 + rand.N(most/2)
}

func (d dialect) try(ctx context.Context, db *sql.DB, source fs.FS, to int64) error {
	provider, err := goose.NewProvider(d.name, db, source, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	sources := provider.ListSources()
	if err := d.compatible(ctx, db, sources[len(sources)-1].Version); err != nil {
		return err
	}
	if _, err := provider.UpTo(ctx, to); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// compatible fails with [*TooOldError] when the database has moved past us. An empty database is fine.
func (d dialect) compatible(ctx context.Context, db *sql.DB, known int64) error {
	var there bool
	if err := db.QueryRowContext(ctx, d.hasTable).Scan(&there); err != nil {
		return fmt.Errorf("look for schema_info: %w", err)
	}
	if !there {
		return nil
	}
	var least int64
	if err := db.QueryRowContext(ctx, "SELECT min_compatible FROM schema_info").Scan(&least); err != nil {
		return fmt.Errorf("read schema_info: %w", err)
	}
	if least > known {
		return &TooOldError{MinCompatible: least, Known: known}
	}
	return nil
}
