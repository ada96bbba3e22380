// Package store opens what Postern remembers in: PostgreSQL or SQLite, by URL. Both are chat.Store, and
// store/storetest holds them to one meaning.
package store

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/rs/zerolog"

	"postern/chat"
	"postern/store/postgres"
	"postern/store/sqlite"
)

// Options are what goes beside the URL.
type Options struct {
	// Direct is the URL of PostgreSQL itself, for migrations, when the other leads through a pooler such as PgBouncer.
	Direct string
	// Connections and Workers are PostgreSQL's, and bound them; zero is its default.
	Connections, Workers int
	Log                  zerolog.Logger
}

// URLError says that a database's URL is none of ours. It never repeats the URL, which may hold a password.
type URLError struct{ Sentence string }

// Error is the sentence.
func (e *URLError) Error() string { return e.Sentence }

const forms = "give sqlite:PATH, such as sqlite:/var/lib/postern/postern.db, or postgres://USER@HOST/DATABASE"

// Open opens the database, bringing its schema up to date: sqlite:PATH, whose directory must be there, or postgres://... as libpq
// has it. The error is a [*URLError] when the URL is wrong, and a *migrate.TooOldError when the database is newer than this
// binary can work with. The caller closes the store.
func Open(ctx context.Context, url string, options Options) (chat.Store, error) {
	scheme, rest, ok := strings.Cut(url, ":")
	switch {
	case url == "":
		return nil, &URLError{"no database is named: " + forms}
	case !ok:
		return nil, &URLError{"the database's URL has no scheme: " + forms}
	case scheme == "sqlite":
		return openSQLite(ctx, rest, options)
	case scheme == "postgres" || scheme == "postgresql":
		return openPostgres(ctx, url, options)
	}
	return nil, &URLError{fmt.Sprintf("there is no database of the kind %q: %s", scheme, forms)}
}

// sqlitePath is the file that the rest of a SQLite URL names.
func sqlitePath(rest string, options Options) (string, error) {
	path := strings.TrimPrefix(rest, "//") // sqlite:///PATH is meant well
	switch {
	case path == "":
		return "", &URLError{"the SQLite URL names no file: " + forms}
	case path == ":memory:" || strings.HasPrefix(path, "file:") || strings.Contains(path, "?"):
		return "", &URLError{"the SQLite URL takes a path and nothing else: " + forms}
	case options.Direct != "":
		return "", &URLError{"a direct URL is for PostgreSQL behind a pooler; SQLite has none"}
	}
	return filepath.Clean(path), nil
}

func openSQLite(ctx context.Context, rest string, options Options) (chat.Store, error) {
	path, err := sqlitePath(rest, options)
	if err != nil {
		return nil, err
	}
	s, err := sqlite.Open(ctx, path, options.Log)
	if err != nil {
		return nil, fmt.Errorf("open SQLite database %s: %w", path, err)
	}
	return s, nil
}

func openPostgres(ctx context.Context, url string, options Options) (chat.Store, error) {
	s, err := postgres.Open(ctx, url, postgres.Options{
		Direct: options.Direct, Connections: options.Connections, Workers: options.Workers, Log: options.Log,
	})
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL database: %w", err)
	}
	return s, nil
}
