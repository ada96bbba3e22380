package sqlite

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"reflect"

	"postern/chat"
)

// rows is query.Rows.
type rows struct {
	raw    driver.Rows
	values []driver.Value
	err    error
	closed bool
}

// Next is query.Rows'.
func (r *rows) Next() bool {
	if r.closed {
		return false
	}
	err := r.raw.Next(r.values)
	if err == nil {
		return true
	}
	if !errors.Is(err, io.EOF) {
		r.err = refusal(err)
	}
	r.Close()
	return false
}

// Err is query.Rows'.
func (r *rows) Err() error { return r.err }

// Close is query.Rows'.
func (r *rows) Close() {
	if r.closed {
		return
	}
	r.closed = true
	if err := r.raw.Close(); err != nil && r.err == nil {
		r.err = refusal(err)
	}
}

// Scan is query.Rows'.
func (r *rows) Scan(dest ...any) error {
	if len(dest) != len(r.values) {
		return fmt.Errorf("%d columns for %d destinations", len(r.values), len(dest))
	}
	for i, d := range dest {
		if err := assign(d, r.values[i]); err != nil {
			return fmt.Errorf("column %d: %w", i+1, err)
		}
	}
	return nil
}

func assign(dest any, value driver.Value) error {
	switch d := dest.(type) {
	case sql.Scanner:
		return d.Scan(value)
	case *[]byte:
		*d, _ = value.([]byte) // the driver's copy; an empty one comes as nil
		return nil
	}
	switch v := value.(type) {
	case int64:
		return assignNumber(dest, v)
	case string:
		return assignText(dest, v)
	}
	return fmt.Errorf("%T does not go into %T", value, dest)
}

func assignNumber(dest any, n int64) error {
	switch d := dest.(type) {
	case *int64:
		*d = n
	case *int:
		*d = int(n)
	case *bool:
		*d = n != 0
	case *chat.Position:
		*d = chat.Position(n)
	default:
		v := reflect.ValueOf(dest).Elem()
		switch {
		case v.CanInt() && !v.OverflowInt(n):
			v.SetInt(n)
		case v.CanUint() && n >= 0 && !v.OverflowUint(uint64(n)):
			v.SetUint(uint64(n))
		default:
			return fmt.Errorf("%d does not go into %T", n, dest)
		}
	}
	return nil
}

func assignText(dest any, s string) error {
	if d, ok := dest.(*string); ok {
		*d = s
		return nil
	}
	v := reflect.ValueOf(dest).Elem()
	if v.Kind() != reflect.String {
		return fmt.Errorf("text does not go into %T", dest)
	}
	v.SetString(s)
	return nil
}
