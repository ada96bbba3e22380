package query

import (
	"context"
	"fmt"

	"postern/chat"
)

// Reader is chat.Reader in one snapshot or transaction.
type Reader struct {
	db DB
	d  Dialect
}

// NewReader reads through db.
func NewReader(db DB, d Dialect) *Reader { return &Reader{db: db, d: d} }

// Writer is chat.Tx without Load and Write, in one transaction.
type Writer struct {
	Reader
}

// NewWriter reads and writes through db.
func NewWriter(db DB, d Dialect) *Writer { return &Writer{Reader{db: db, d: d}} }

// all gives one value a row.
func all[T any](ctx context.Context, db DB, what string, scan func(Rows, *T) error, sql string, args ...any) ([]T, error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	defer rows.Close()
	var values []T
	for rows.Next() {
		var v T
		if err := scan(rows, &v); err != nil {
			return nil, fmt.Errorf("read %s: %w", what, err)
		}
		values = append(values, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	return values, nil
}

// one gives the only row, or a NotFound refusal.
func one[T any](ctx context.Context, db DB, what string, scan func(Rows, *T) error, sql string, args ...any) (*T, error) {
	values, err := all(ctx, db, what, scan, sql, args...)
	if err != nil {
		return nil, err
	}
	if len(values) == 0 {
		return nil, chat.Refuse(chat.NotFound, "There is no such "+what+".")
	}
	return &values[0], nil
}
