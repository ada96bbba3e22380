package query

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"postern/chat"
)

// Reader is chat.Reader in one snapshot or transaction.
type Reader struct {
	db    DB
	d     Dialect
	shelf *Shelf // of the search's index; nil: none
}

// NewReader reads through db.
func NewReader(db DB, d Dialect) *Reader { return &Reader{db: db, d: d} }

// Writer is chat.Tx without Load and Write, in one transaction.
type Writer struct {
	Reader
}

// NewWriter reads and writes through db.
func NewWriter(db DB, d Dialect) *Writer { return &Writer{Reader{db: db, d: d}} }

// exec runs a statement whose count of rows says nothing.
func (w *Writer) exec(ctx context.Context, what, sql string, args ...any) error {
	if _, err := w.db.Exec(ctx, sql, args...); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// next is the parameter that the next argument will be.
func next(args []any) string { return "$" + strconv.Itoa(len(args)+1) }

func scanID(rows Rows, id *chat.ID) error { return rows.Scan(ID(id)) }

func scanNumber(rows Rows, n *int64) error { return rows.Scan(n) }

func scanText(rows Rows, s *string) error { return rows.Scan(s) }

func scanTime(rows Rows, t *time.Time) error { return rows.Scan(Time(t)) }

// Now is chat.Tx's.
func (w *Writer) Now(ctx context.Context) (time.Time, error) {
	now, err := One(ctx, w.db, "time", scanTime, `SELECT `+w.d.Now)
	if err != nil {
		return time.Time{}, err
	}
	return *now, nil
}
