package query

import (
	"context"

	"postern/chat"
)

// IndexState is chat.Index's. An office's tail is short, but for moments: it is made segments of.
func (r *Reader) IndexState(ctx context.Context) (s chat.IndexState, err error) {
	offices, err := All(ctx, r.db, "sizes of the index", func(rows Rows, o *chat.IndexState) error { return rows.Scan(&o.Tail, &o.Segments) }, `
		SELECT (SELECT count(*) FROM search_tail AS t WHERE t.office_id = o.id), (SELECT count(*) FROM search_segments AS g WHERE g.office_id = o.id)
		FROM offices AS o`)
	if err != nil {
		return s, err
	}
	for _, o := range offices {
		s.Tail, s.Segments = s.Tail+o.Tail, s.Segments+o.Segments
	}
	refills, err := All(ctx, r.db, "refill of the index", func(rows Rows, f *chat.IndexState) error {
		return rows.Scan(ID(&f.From), ID(&f.To), ID(&f.End))
	}, `SELECT (SELECT m.id FROM messages AS m ORDER BY m.id LIMIT 1), f.after, f.through FROM search_refill AS f WHERE f.one = 1`)
	for _, f := range refills {
		s.From, s.To, s.End = f.From, f.To, f.End
	}
	return s, err
}
