package sqlite

import (
	"context"
	"fmt"

	"postern/chat"
	"postern/store/query"
)

// write writes what the decisions of a group want: rows that are added in batches, rows that change one by one, which was measured to
// be no dearer than json_each or UPDATE ... FROM (VALUES ...).
func write(ctx context.Context, c *conn, k *known, g *chat.Group) error {
	w := &groupWriter{ctx: ctx, c: c, known: k, g: g, out: g.Writes()}
	for _, step := range []func(){
		w.conversations, w.participants, w.spans, w.messages, w.withdrawn, w.searchable, w.receipts, w.drafts, w.letters, w.notices, w.revoked, w.streams, w.records,
	} {
		if step(); w.err != nil {
			return fmt.Errorf("write group: %w", w.err)
		}
	}
	return nil
}

// groupWriter keeps the first error and does nothing after it.
type groupWriter struct {
	ctx   context.Context // of one call of write
	c     *conn
	known *known // with the seats of the group as they were before it
	g     *chat.Group
	out   *chat.Writes
	err   error
	args  []any // of an insert at hand
}

// exec gives the number of rows touched.
func (w *groupWriter) exec(sql string, args ...any) int64 {
	if w.err != nil {
		return 0
	}
	n, err := w.c.Exec(w.ctx, sql, args...)
	w.err = err
	return n
}

// one runs a statement that must touch a row.
func (w *groupWriter) one(what, sql string, args ...any) {
	if n := w.exec(sql, args...); n == 0 && w.err == nil {
		w.err = fmt.Errorf("no %s to change", what)
	}
}

// ref binds an id that may be absent.
func ref(id *chat.ID) any {
	if id.IsZero() {
		return nil
	}
	return id
}

func (w *groupWriter) records() {
	cold := query.NewWriter(w.c, query.SQLite())
	for _, l := range w.out.Ledger {
		if w.err == nil {
			w.err = cold.AddLedger(w.ctx, l)
		}
	}
	for _, a := range w.out.Audit {
		if w.err == nil {
			w.err = cold.AddAudit(w.ctx, a)
		}
	}
}
