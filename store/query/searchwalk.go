package query

import (
	"context"
	"slices"
	"strings"
	"time"

	"postern/chat"
	"postern/store/segment"
)

// searching is a walk through the tail and the segments, newest first. It holds what it has found and not yet given: what is newer may still be found.
type searching struct {
	*Reader
	q     chat.CandidateQuery
	seats *seats
	found []chat.Candidate

	places []segment.Place // of one piece
}

// Segments, and what is found in them, are looked into by steps, that a page of what is common needs few, and what is rare few statements.
const (
	firstStep   = 2 // segments
	firstPieces = 8
	stepsGrowBy = 4
)

// run gives candidates as long as more are wanted, and says whether they still are.
func (s *searching) run(ctx context.Context, give func(chat.Candidate) bool) (more bool, err error) {
	if err := s.tail(ctx); err != nil {
		return false, err
	}
	segments, err := s.segments(ctx)
	if err != nil {
		return false, err
	}
	for step := firstStep; len(segments) > 0; step *= stepsGrowBy {
		if more, err := s.giveSince(ctx, segments[0].last, give); err != nil || !more {
			return false, err
		}
		now := segments[:min(step, len(segments))]
		segments = segments[len(now):]
		rest := time.Time{}
		if len(segments) > 0 {
			rest = segments[0].last
		}
		if more, err := s.runThrough(ctx, now, rest, give); err != nil || !more {
			return false, err
		}
	}
	return s.giveSince(ctx, time.Time{}, give)
}

// runThrough goes through some of the segments. What comes after them is no newer than rest.
func (s *searching) runThrough(ctx context.Context, segments []sealed, rest time.Time, give func(chat.Candidate) bool) (more bool, err error) {
	left, err := s.lookInto(ctx, segments)
	if err != nil {
		return false, err
	}
	for step := firstPieces; len(left) > 0; step *= stepsGrowBy {
		if more, err := s.giveSince(ctx, newestOf(left, rest), give); err != nil || !more {
			return false, err
		}
		now := left[:min(step, len(left))]
		left = left[len(now):]
		oldest, err := s.place(ctx, now)
		if err != nil {
			return false, err
		}
		if len(left) > 0 && left[0].segment == now[len(now)-1].segment {
			left[0].upTo = oldest
		}
	}
	return true, nil
}

// newestOf says how new the pieces may be at most, and what comes after them: a segment's are in their order, and so are segments by their newest.
func newestOf(pieces []piece, rest time.Time) time.Time {
	newest := pieces[0].upTo
	for _, p := range pieces {
		if p.segment != pieces[0].segment {
			return later(newest, p.upTo)
		}
	}
	return later(newest, rest)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// giveSince gives what was found and is newer than all that is still to be found: that of segments which end at the time or before it.
func (s *searching) giveSince(ctx context.Context, last time.Time, give func(chat.Candidate) bool) (more bool, err error) {
	slices.SortFunc(s.found, chat.Candidate.Compare)
	n := slices.IndexFunc(s.found, func(c chat.Candidate) bool { return !c.At.After(last) })
	if n < 0 {
		n = len(s.found)
	}
	ready := s.found[:n]
	s.found = s.found[n:]
	return s.giveAll(ctx, ready, give)
}

// giveAll gives those that are in conversations of the user's.
func (s *searching) giveAll(ctx context.Context, ready []chat.Candidate, give func(chat.Candidate) bool) (more bool, err error) {
	for len(ready) > 0 {
		n, err := s.seats.learn(ctx, ready)
		if err != nil {
			return false, err
		}
		for _, c := range ready[:n] {
			if s.seats.own[c.Conversation] && !give(c) {
				return false, nil
			}
		}
		ready = ready[n:]
	}
	return true, nil
}

// tail looks through what is not sealed yet.
func (s *searching) tail(ctx context.Context) (err error) {
	within, args := writtenWithin(s.q, "t", []any{s.q.Office})
	if !s.q.Conversation.IsZero() {
		within, args = within+" AND t.conversation_id = "+next(args), append(args, s.q.Conversation)
	}
	for _, one := range s.q.All {
		var like []string
		for _, term := range one {
			like, args = append(like, "t.words LIKE "+next(args)), append(args, pattern(term))
		}
		within += " AND (" + strings.Join(like, " OR ") + ")"
	}
	s.found, err = All(ctx, s.db, "tail of the index", scanCandidate, `
		SELECT t.at, t.conversation_id, t.position FROM search_tail AS t WHERE t.office_id = $1`+within, args...)
	return err
}

// pattern finds a term among words. What [chat.Searchable] has for words holds neither % nor _.
func pattern(t chat.Term) string {
	if t.Prefix {
		return "% " + t.Word + "%"
	}
	return "% " + t.Word + " %"
}

// fits are the conditions of [writtenWithin], for what a segment has.
func (s *searching) fits(c chat.Candidate) bool {
	return !c.At.Before(s.q.From) && (s.q.To.IsZero() || c.At.Before(s.q.To)) && (s.q.Before.IsZero() || s.q.Before.Compare(c) < 0)
}
