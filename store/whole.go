package store

import (
	"context"
	"fmt"
	"strings"

	"postern/store/archive"
	"postern/store/migrate"
	"postern/store/postgres"
	"postern/store/sqlite"
)

// Snapshot is the database as it is now, to be read whole, beside nodes that work with it. It is not migrated. The URL is as in [Open].
func Snapshot(ctx context.Context, url string, options Options) (archive.Source, error) {
	path, isFile, err := where(url, options)
	if err != nil {
		return nil, err
	}
	if isFile {
		return given(sqlite.Snapshot(ctx, path))
	}
	return given(postgres.Snapshot(ctx, direct(url, options)))
}

// Refill is the database to be filled anew, brought to the given schema and no further. It is chat.Unavailable while others have it open, and
// keeps them out until it is closed.
func Refill(ctx context.Context, url string, schema int64, options Options) (archive.Target, error) {
	path, isFile, err := where(url, options)
	if err != nil {
		return nil, err
	}
	if isFile {
		if err := migrate.SQLiteTo(ctx, path, schema); err != nil {
			return nil, fmt.Errorf("open SQLite database %s: %w", path, err)
		}
		return given(sqlite.Refill(ctx, path))
	}
	if err := migrate.PostgresTo(ctx, direct(url, options), schema); err != nil {
		return nil, fmt.Errorf("open PostgreSQL database: %w", err)
	}
	return given(postgres.Refill(ctx, direct(url, options)))
}

// where tells a SQLite file from PostgreSQL.
func where(url string, options Options) (path string, isFile bool, err error) {
	scheme, rest, ok := strings.Cut(url, ":")
	switch {
	case ok && scheme == "sqlite":
		path, err = sqlitePath(rest, options)
		return path, true, err
	case ok && (scheme == "postgres" || scheme == "postgresql"):
		return "", false, nil
	}
	return "", false, &URLError{"the database's URL is none of ours: " + forms}
}

// direct is PostgreSQL itself: a pooler's connections would look like those of nodes.
func direct(url string, options Options) string {
	if options.Direct != "" {
		return options.Direct
	}
	return url
}

// given is a whole database or an error, and never a nil pointer that looks like one.
func given[T archive.Target](whole T, err error) (archive.Target, error) {
	if err != nil {
		return nil, err
	}
	return whole, nil
}
