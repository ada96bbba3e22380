package migrate_test

import (
	"context"
	"database/sql"
	"net/url"
	"testing"
	"time"

	"postern/store/migrate"
	"postern/store/postgres/postgrestest"
)

// TestAMigrationThatMeetsWorkCrosswiseIsTriedAgain: the migration holds accounts and wants account_tags, somebody else the other way round, and it is
// the migration that PostgreSQL ends. In between it waits at an advisory lock, until the other waits too.
func TestAMigrationThatMeetsWorkCrosswiseIsTriedAgain(t *testing.T) {
	t.Parallel()
	address := postgrestest.Empty(t)
	migrating, working := session(t, address, "10ms"), session(t, address, "1min")
	if err := migrate.OnPostgres.UpTo(t.Context(), migrating, ours(t, target{Dialect: migrate.OnPostgres}, "SELECT 1;"), 1); err != nil {
		t.Fatal(err)
	}
	gate, work := begin(t, working, "SELECT pg_advisory_xact_lock(1)"), begin(t, working, "LOCK TABLE account_tags")

	migrated, worked := make(chan error, 1), make(chan error, 1)
	go func() {
		migrated <- migrate.OnPostgres.UpFrom(t.Context(), migrating, ours(t, target{Dialect: migrate.OnPostgres}, `
			ALTER TABLE accounts ADD COLUMN later integer;
			SELECT pg_advisory_xact_lock(1);
			ALTER TABLE account_tags ADD COLUMN later integer;`))
	}()
	waits(t, working, "locktype = 'advisory'")
	go func() {
		_, err := work.ExecContext(t.Context(), "LOCK TABLE accounts")
		worked <- err
	}()
	waits(t, working, "relation = 'accounts'::regclass")
	if err := gate.Commit(); err != nil {
		t.Fatal(err)
	}
	// Both tables are the other's now: the migration has let go of the first.
	if err := <-worked; err != nil {
		t.Fatalf("the work, and not the migration, was ended: %v", err)
	}
	if err := work.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-migrated; err != nil {
		t.Errorf("the migration: %v", err)
	}
	if n := number(t, working, "SELECT max(version_id) FROM goose_db_version"); n != 2 {
		t.Errorf("the schema stands at %d", n)
	}
}

// session gives connections that look for a deadlock when they have waited so long.
func session(t *testing.T, address, patience string) *sql.DB {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	settings := u.Query()
	settings.Set("deadlock_timeout", patience)
	u.RawQuery = settings.Encode()
	db, err := sql.Open("pgx", u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func begin(t *testing.T, db *sql.DB, statement string) *sql.Tx {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	if err == nil {
		_, err = tx.ExecContext(t.Context(), statement)
	}
	if err != nil {
		t.Fatal(err)
	}
	return tx
}

// waits returns when somebody in this database waits for such a lock.
func waits(t *testing.T, db *sql.DB, lock string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for waiting := false; !waiting; {
		err := db.QueryRowContext(ctx, `
			SELECT EXISTS (SELECT FROM pg_locks
				WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND `+lock+`)`).Scan(&waiting)
		if err != nil {
			t.Fatalf("nobody waits where %s: %v", lock, err)
		}
	}
}
