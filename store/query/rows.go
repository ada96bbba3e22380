package query

import (
	"context"
	"fmt"

	"postern/chat"
)

// All gives one value a row; what names them in errors.
func All[T any](ctx context.Context, db DB, what string, scan func(Rows, *T) error, sql string, args ...any) ([]T, error) {
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

// One gives the only row, or a NotFound refusal.
func One[T any](ctx context.Context, db DB, what string, scan func(Rows, *T) error, sql string, args ...any) (*T, error) {
	values, err := All(ctx, db, what, scan, sql, args...)
	if err != nil {
		return nil, err
	}
	if len(values) == 0 {
		return nil, chat.Refuse(chat.NotFound, "There is no such "+what+".")
	}
	return &values[0], nil
}
