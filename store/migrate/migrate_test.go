package migrate_test

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/store/migrate"
	"postern/store/postgres/postgrestest"
)

// target is a database that a test migrates.
type target struct {
	migrate.Dialect
	driver string
	source string // data source name
	up     func(context.Context) error
}

func targets(t *testing.T) map[string]target {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a b%20?#.db")
	url := postgrestest.Empty(t)
	return map[string]target{
		"postgres": {migrate.OnPostgres, "pgx", url, func(ctx context.Context) error { return migrate.Postgres(ctx, url) }},
		"sqlite":   {migrate.OnSQLite, "sqlite", migrate.SQLiteSource(path), func(ctx context.Context) error { return migrate.SQLite(ctx, path) }},
	}
}

// onBoth runs a test on an empty database of each kind.
func onBoth(t *testing.T, test func(*testing.T, target, *sql.DB)) {
	t.Parallel()
	for name, on := range targets(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, err := sql.Open(on.driver, on.source)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			test(t, on, db)
		})
	}
}

func TestMigratingTwiceIsMigratingOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, on target, db *sql.DB) {
		for range 2 {
			if err := on.up(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if n := number(t, db, "SELECT count(*) FROM schema_info"); n != 1 {
			t.Errorf("schema_info has %d rows", n)
		}
	})
}

func TestManyProcessesMigrateAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, on target, db *sql.DB) {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if err := on.up(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := number(t, db, "SELECT count(*) FROM goose_db_version WHERE version_id = 1"); n != 1 {
			t.Errorf("migration 1 ran %d times", n)
		}
	})
}

func TestANewerSchemaIsRefusedOnlyWhenIncompatible(t *testing.T) {
	onBoth(t, func(t *testing.T, on target, db *sql.DB) {
		expand := ours(t, on, "ALTER TABLE accounts ADD COLUMN later integer;")
		if err := on.UpFrom(t.Context(), db, expand); err != nil {
			t.Fatal(err)
		}
		if err := on.up(t.Context()); err != nil {
			t.Fatalf("an older binary beside an expanded schema: %v", err)
		}
		if _, err := db.ExecContext(t.Context(), "UPDATE schema_info SET min_compatible = 2"); err != nil {
			t.Fatal(err)
		}
		err := on.up(t.Context())
		old, ok := errors.AsType[*migrate.TooOldError](err)
		if !ok || *old != (migrate.TooOldError{MinCompatible: 2, Known: 1}) {
			t.Fatalf("an older binary on a contracted schema: %v", err)
		}
		if err := on.UpFrom(t.Context(), db, expand); err != nil {
			t.Errorf("the newer binary: %v", err)
		}
	})
}

func TestAMigrationThatFailsHalfWayLeavesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, on target, db *sql.DB) {
		broken := ours(t, on, "ALTER TABLE accounts ADD COLUMN later integer; ALTER TABLE nowhere ADD COLUMN later integer;")
		if err := on.UpFrom(t.Context(), db, broken); err == nil {
			t.Fatal("a broken migration passed")
		}
		if n := number(t, db, "SELECT max(version_id) FROM goose_db_version"); n != 1 {
			t.Errorf("the schema stands at %d", n)
		}
		if err := on.UpFrom(t.Context(), db, ours(t, on, "ALTER TABLE accounts ADD COLUMN later integer;")); err != nil {
			t.Errorf("the repaired migration: %v", err)
		}
	})
}

func TestMigratingGoesNoFurtherThanAsked(t *testing.T) {
	onBoth(t, func(t *testing.T, on target, db *sql.DB) {
		both := ours(t, on, "ALTER TABLE accounts ADD COLUMN later integer;")
		for _, schema := range []int64{1, 2} {
			if err := on.UpTo(t.Context(), db, both, schema); err != nil {
				t.Fatal(err)
			}
			if n := number(t, db, "SELECT max(version_id) FROM goose_db_version"); n != schema {
				t.Errorf("the schema stands at %d, and not at %d", n, schema)
			}
		}
	})
}

func TestBothDialectsHaveTheSameTablesAndColumns(t *testing.T) {
	t.Parallel()
	columns := map[string][]string{}
	for name, on := range targets(t) {
		db, err := sql.Open(on.driver, on.source)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		if err := on.up(t.Context()); err != nil {
			t.Fatal(err)
		}
		columns[name] = strings.Split(text(t, db, map[string]string{
			"postgres": `SELECT string_agg(table_name || '.' || column_name || ' ' || is_nullable, E'\n' ORDER BY table_name, ordinal_position)
				FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'goose_db_version'`,
			"sqlite": `SELECT group_concat(line, char(10)) FROM (
				SELECT t.name || '.' || c.name || CASE WHEN c."notnull" OR c.pk THEN ' NO' ELSE ' YES' END AS line
				FROM pragma_table_list AS t, pragma_table_xinfo(t.name) AS c
				WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite%' AND t.name <> 'goose_db_version'
				AND t.name || '.' || c.name NOT IN ('events.seq', 'events.before', 'streams.last_event') -- where events lie: store/query, chain.go
				ORDER BY t.name, c.cid)`,
		}[name]), "\n")
	}
	if len(columns["postgres"]) < 150 {
		t.Fatalf("only %d columns found", len(columns["postgres"]))
	}
	if diff := cmp.Diff(columns["postgres"], columns["sqlite"]); diff != "" {
		t.Error(diff)
	}
}

// ours is the binary's first migration, followed by another.
func ours(t *testing.T, on target, second string) fs.FS {
	t.Helper()
	first, err := on.First()
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{
		"0001_schema.sql": {Data: first},
		"0002_later.sql":  {Data: []byte("-- +goose Up\n" + second)},
	}
}

func number(t *testing.T, db *sql.DB, query string) (n int64) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func text(t *testing.T, db *sql.DB, query string) (s string) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), query).Scan(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestBackoff: the waits grow, and stay within some seconds in all.
func TestBackoff(t *testing.T) {
	t.Parallel()
	var all, last time.Duration
	for tries := 1; tries < 20; tries++ {
		wait := migrate.Backoff(tries)
		if wait < last/4 || wait < 20*time.Millisecond || wait >= 2*time.Second {
			t.Errorf("after %d tries %v, before that %v", tries, wait, last)
		}
		all, last = all+wait, wait
	}
	if last < time.Second || all > 40*time.Second {
		t.Errorf("the last wait is %v, all are %v", last, all)
	}
}
