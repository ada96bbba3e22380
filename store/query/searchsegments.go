package query

import (
	"context"
	"fmt"
	"time"

	"postern/chat"
	"postern/store/segment"
)

// sealed is a segment, without what it holds.
type sealed struct {
	id      chat.ID
	entries int
	last    time.Time // of its newest entry
}

// segments gives those of the time that is asked for, the latest first.
func (s *searching) segments(ctx context.Context) ([]sealed, error) {
	within, args := ``, []any{s.q.Office}
	if !s.q.From.IsZero() {
		within, args = within+` AND g.last_at >= `+next(args), append(args, s.q.From)
	}
	until := s.q.To
	if before := s.q.Before; !before.IsZero() && (until.IsZero() || before.At.Before(until)) {
		until = before.At.Add(time.Microsecond)
	}
	if !until.IsZero() {
		within, args = within+` AND g.first_at < `+next(args), append(args, until)
	}
	return All(ctx, s.db, "segments", scanSealed, `
		SELECT g.id, g.entries, g.last_at FROM search_segments AS g WHERE g.office_id = $1`+within+`
		ORDER BY g.last_at DESC, g.id DESC`, args...)
}

func scanSealed(rows Rows, g *sealed) error { return rows.Scan(ID(&g.id), &g.entries, Time(&g.last)) }

// lookInto gives the pieces of segments that have something, newest first.
func (s *searching) lookInto(ctx context.Context, segments []sealed) (hits []piece, err error) {
	var terms []chat.Term
	for _, one := range s.q.All {
		terms = append(terms, one...)
	}
	held, err := s.holding(ctx, segments, terms)
	if err != nil {
		return nil, err
	}
	for _, g := range segments {
		set := segment.All(g.entries)
		at := 0
		for _, one := range s.q.All {
			var either segment.Set
			for range one {
				if h := held[g.id][at]; h != nil {
					either.Join(h)
				}
				at++
			}
			set.Meet(&either)
		}
		hits = append(hits, piecesOf(g, set)...)
	}
	return hits, nil
}

// holding gives, for each segment and term, the entries that hold it.
func (s *searching) holding(ctx context.Context, segments []sealed, terms []chat.Term) (map[chat.ID]map[int]*segment.Set, error) {
	held := map[chat.ID]map[int]*segment.Set{}
	entries := map[chat.ID]int{}
	for _, g := range segments {
		held[g.id], entries[g.id] = map[int]*segment.Set{}, g.entries
	}
	if len(terms) == 0 {
		return held, nil
	}
	blocks, err := s.blocks(ctx, segments, terms)
	if err != nil {
		return nil, err
	}
	for _, b := range blocks {
		set := held[b.segment][b.term]
		if set == nil {
			set = new(segment.Set)
			held[b.segment][b.term] = set
		}
		if err := segment.Find(b.data, terms[b.term].Word, terms[b.term].Prefix, entries[b.segment], set); err != nil {
			return nil, fmt.Errorf("segment %s: %w", chat.ID(b.segment), err)
		}
	}
	return held, nil
}
