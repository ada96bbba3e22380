// Package postgrestest gives each test a migrated PostgreSQL database of its own.
package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"postern/store/migrate"
)

// dropWithin bounds the clean-up after a test, whose context has ended by then.
const dropWithin = 10 * time.Second

var made atomic.Int64 // names of databases within this process

// Database makes a database with the current schema on the server that POSTERN_TEST_POSTGRES names, drops it when the test ends,
// and gives its URL. It copies a template, which the first caller on that server makes.
func Database(t testing.TB) string {
	t.Helper()
	server := Server(t)
	conn := connect(t, server)
	template, err := template(t.Context(), conn, server)
	if err != nil {
		t.Fatalf("make the template database: %v", err)
	}
	return create(t, conn, server, " TEMPLATE "+template)
}

// Empty is [Database] without a schema.
func Empty(t testing.TB) string {
	t.Helper()
	server := Server(t)
	return create(t, connect(t, server), server, "")
}

// Server is the URL of the test server's superuser; without one the test fails.
func Server(t testing.TB) string {
	t.Helper()
	server := os.Getenv("POSTERN_TEST_POSTGRES")
	if server == "" {
		t.Fatal("run make test, or set POSTERN_TEST_POSTGRES")
	}
	return server
}

func connect(t testing.TB, server string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server)
	if err != nil {
		t.Fatalf("connect to POSTERN_TEST_POSTGRES: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func create(t testing.TB, conn *pgx.Conn, server, how string) string {
	t.Helper()
	name := fmt.Sprintf("postern_test_%d_%d", os.Getpid(), made.Add(1))
	if _, err := conn.Exec(t.Context(), "CREATE DATABASE "+name+how); err != nil {
		t.Fatalf("create the test's database: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), dropWithin)
		defer cancel()
		if _, err := conn.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return named(server, name)
}

// draftLock keeps those who would make the template apart.
const draftLock = 0x706f737465726e // "postern"

// template makes the template if it is not there yet. It gets its name only when it is whole, because
// a test binary may be killed while it migrates.
func template(ctx context.Context, conn *pgx.Conn, server string) (string, error) {
	schema, err := migrate.PostgresSchema()
	if err != nil {
		return "", err
	}
	name := "postern_template_" + schema
	if there, err := exists(ctx, conn, name); err != nil || there {
		return name, err
	}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", draftLock); err != nil {
		return "", err
	}
	if there, err := exists(ctx, conn, name); err != nil || !there {
		err = errors.Join(err, draft(ctx, conn, server, name))
		if err != nil {
			return "", err
		}
	}
	_, err = conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", draftLock)
	return name, err
}

func draft(ctx context.Context, conn *pgx.Conn, server, name string) error {
	if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS postern_draft WITH (FORCE)"); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE postern_draft"); err != nil {
		return err
	}
	if err := migrate.Postgres(ctx, named(server, "postern_draft")); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, "ALTER DATABASE postern_draft RENAME TO "+name)
	return err
}

func exists(ctx context.Context, conn *pgx.Conn, name string) (there bool, err error) {
	err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there)
	return there, err
}

func named(server, database string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic(err) // connect has parsed it already
	}
	u.Path = "/" + database
	return u.String()
}
