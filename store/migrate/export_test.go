package migrate

import (
	"context"
	"database/sql"
	"io/fs"
)

// A Dialect migrates from other migrations than ours.
type Dialect struct{ d dialect }

var (
	OnPostgres = Dialect{onPostgres}
	OnSQLite   = Dialect{onSQLite}
)

func (d Dialect) UpFrom(ctx context.Context, db *sql.DB, source fs.FS) error {
	return d.d.upFrom(ctx, db, source, Newest)
}

// UpTo goes no further than a schema.
func (d Dialect) UpTo(ctx context.Context, db *sql.DB, source fs.FS, schema int64) error {
	return d.d.upFrom(ctx, db, source, schema)
}

// First is our first migration.
func (d Dialect) First() ([]byte, error) {
	return fs.ReadFile(migrations, d.d.folder+"/0001_schema.sql")
}

var SQLiteSource = sqliteSource

var Backoff = backoff
