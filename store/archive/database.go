package archive

import (
	"context"
	"fmt"
	"strings"
	"time"

	"postern/store/query"
)

// Source is one state of a database: a transaction that reads one snapshot.
type Source interface {
	query.DB
	Dialect() query.Dialect

	// Columns gives the columns of a table; none when there is no such table.
	Columns(ctx context.Context, table string) ([]Column, error)

	// Sound asks the database itself whether it is damaged; deep: as far as it can tell.
	Sound(ctx context.Context, deep bool) error

	// Close ends the transaction, without a trace unless it was committed.
	Close() error
}

// Target is a database to be filled: a transaction that keeps everybody else out.
type Target interface {
	Source

	// Clear empties tables, given in the order of [Tables].
	Clear(ctx context.Context, tables []string) error

	// Fill adds the rows that next gives, until it gives nil, and says how many. None of the columns is generated.
	Fill(ctx context.Context, table string, columns []Column, next func() (Row, error)) (int64, error)

	// Commit makes all of it durable.
	Commit(context.Context) error
}

// schemaOf is the number of the newest migration that the database has had.
func schemaOf(ctx context.Context, db query.DB) (int64, error) {
	number, err := query.One(ctx, db, "schema number", func(rows query.Rows, n *int64) error { return rows.Scan(n) },
		"SELECT max(version_id) FROM goose_db_version")
	if err != nil {
		return 0, err
	}
	return *number, nil
}

// rowsOf gives the rows of a table to each, one at a time.
func rowsOf(ctx context.Context, db query.DB, table string, columns []Column, each func(Row) error) error {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return selected(ctx, db, len(columns), "SELECT "+strings.Join(names, ", ")+" FROM "+table+filter(table), each)
}

// selected gives the rows of a query to each, which must not keep them.
func selected(ctx context.Context, db query.DB, width int, sql string, each func(Row) error, args ...any) error {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	cells, dest, row := make([]cell, width), make([]any, width), make(Row, width)
	for i := range cells {
		dest[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		for i := range cells {
			row[i] = cells[i].value
		}
		if err := each(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// cell takes a value in whatever form the database gives it.
type cell struct{ value any }

// Scan is sql.Scanner's.
func (c *cell) Scan(src any) error {
	switch v := src.(type) {
	case nil, int64, string:
		c.value = v
	case bool:
		c.value = int64(0)
		if v {
			c.value = int64(1)
		}
	case []byte:
		c.value = append([]byte{}, v...)
	case time.Time:
		c.value = v.UnixMicro()
	default:
		return fmt.Errorf("%T has no form in a backup", src)
	}
	return nil
}
