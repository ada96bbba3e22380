package sqlite

import "strings"

// sizes are the numbers of rows that statements for many are prepared for.
var sizes = []int{32, 16, 8, 4, 2, 1}

// inBatches cuts n rows into batches of those sizes, until one fails.
func inBatches(n int, batch func(from, to int) error) error {
	from := 0
	for _, size := range sizes {
		for n-from >= size {
			if err := batch(from, from+size); err != nil {
				return err
			}
			from += size
		}
	}
	return nil
}

// statements are the texts for each size.
func statements(text func(n int) string) map[int]string {
	texts := map[int]string{}
	for _, n := range sizes {
		texts[n] = text(n)
	}
	return texts
}

// values is "(?, ?), (?, ?)" for two columns and two rows.
func values(columns, rows int) string {
	row := "(?" + strings.Repeat(", ?", columns-1) + ")"
	return row + strings.Repeat(", "+row, rows-1)
}

// newInsert gives "INSERT INTO into VALUES (?, ...), ... then" for each size. OR FAIL saves SQLite from keeping what it would take to undo
// half of it: a group that fails is rolled back whole.
func newInsert(columns int, into, then string) map[int]string {
	return statements(func(n int) string {
		return "INSERT OR FAIL INTO " + into + " VALUES " + values(columns, n) + " " + then
	})
}

// insert adds n rows; row appends the values of one.
func (w *groupWriter) insert(texts map[int]string, n int, row func(args []any, i int) []any) {
	_ = inBatches(n, func(from, to int) error {
		w.args = w.args[:0]
		for i := from; i < to; i++ {
			w.args = row(w.args, i)
		}
		w.exec(texts[to-from], w.args...)
		return w.err
	})
}
