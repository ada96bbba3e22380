package sqlite

import (
	"strings"
)

// insert is an INSERT of many rows, prepared for a few numbers of them.
type insert struct {
	columns int
	texts   map[int]string // by number of rows
}

// batches are the numbers of rows that a statement takes.
var batches = []int{32, 16, 8, 4, 2, 1}

// newInsert makes "INSERT INTO into VALUES (?, ...), ... then".
func newInsert(columns int, into, then string) insert {
	row := "(?" + strings.Repeat(", ?", columns-1) + ")"
	texts := map[int]string{}
	for _, n := range batches {
		texts[n] = "INSERT INTO " + into + " VALUES " + row + strings.Repeat(", "+row, n-1) + " " + then
	}
	return insert{columns: columns, texts: texts}
}

// insert adds n rows; row appends the values of one.
func (w *groupWriter) insert(into insert, n int, row func(args []any, i int) []any) {
	done := 0
	for _, size := range batches {
		for n-done >= size {
			w.args = w.args[:0]
			for i := range size {
				w.args = row(w.args, done+i)
			}
			w.exec(into.texts[size], w.args...)
			done += size
		}
	}
}
