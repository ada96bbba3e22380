package query

import (
	"context"
	"slices"
	"strings"
	"time"

	"postern/chat"
)

// Who has written and been written to this little needs no index: all their entries are candidates.
const (
	fewConversations = 200
	fewMessages      = 1000
)

// manyConversations is as many as are held against an entry before it becomes a candidate. Whose are more finds what is theirs soon enough among what is
// everybody's.
const manyConversations = 5000

// Candidates is chat.Index's.
func (r *Reader) Candidates(ctx context.Context, q chat.CandidateQuery) ([]chat.Candidate, error) {
	own, all, err := r.ownConversations(ctx, q)
	if err != nil || len(own) == 0 {
		return nil, err
	}
	if all && len(own) <= fewConversations {
		few, err := r.haveFewMessages(ctx, q.Office, own)
		if err != nil {
			return nil, err
		}
		if few {
			return r.candidatesOf(ctx, q, own)
		}
	}
	s := &searching{Reader: r, q: q}
	if all {
		s.own = make(map[chat.ID]bool, len(own))
		for _, id := range own {
			s.own[id] = true
		}
	}
	return s.run(ctx)
}

// ownConversations gives those to be searched, as long as they are few enough to be held against entries; all is false when they are not.
func (r *Reader) ownConversations(ctx context.Context, q chat.CandidateQuery) (own []chat.ID, all bool, err error) {
	if !q.Conversation.IsZero() {
		own, err = All(ctx, r.db, "own conversation", scanID, `
			SELECT p.conversation_id FROM participants AS p
			WHERE p.office_id = $1 AND p.conversation_id = $2 AND p.user_id = $3`, q.Office, q.Conversation, q.User)
		return own, true, err
	}
	own, err = All(ctx, r.db, "own conversations", scanID, `
		SELECT p.conversation_id FROM participants AS p WHERE (p.office_id = $1) IS TRUE AND p.user_id = $2
		ORDER BY p.active_hour DESC LIMIT $3`, q.Office, q.User, manyConversations+1)
	return own, len(own) <= manyConversations, err
}

func (r *Reader) haveFewMessages(ctx context.Context, office chat.ID, conversations []chat.ID) (bool, error) {
	n, err := One(ctx, r.db, "number of messages", scanNumber, `
		SELECT count(*) FROM (
			SELECT 1 FROM `+r.d.Places("$2")+` AS place`+
		r.d.Each("messages", "m", `m.office_id = $1 AND m.conversation_id = place.conversation_id`)+` LIMIT $3) AS counted`,
		office, encodePlaces(beginnings(conversations)), fewMessages+1)
	return err == nil && *n <= fewMessages, err
}

func beginnings(conversations []chat.ID) []chat.MessagePlace {
	places := make([]chat.MessagePlace, len(conversations))
	for i, id := range conversations {
		places[i].Conversation = id
	}
	return places
}

// candidatesOf gives all entries of the conversations.
func (r *Reader) candidatesOf(ctx context.Context, q chat.CandidateQuery, conversations []chat.ID) ([]chat.Candidate, error) {
	within, args := writtenWithin(q, "m", []any{q.Office, encodePlaces(beginnings(conversations)), q.Limit})
	return All(ctx, r.db, "entries", scanCandidate, `
		SELECT m.at, m.conversation_id, m.position
		FROM `+r.d.Places("$2")+` AS place`+
		r.d.Each("messages", "m", `m.office_id = $1 AND m.conversation_id = place.conversation_id`)+`
		WHERE true`+within+`
		ORDER BY m.at DESC, m.conversation_id DESC, m.position DESC LIMIT $3`, args...)
}

func scanCandidate(rows Rows, c *chat.Candidate) error {
	return rows.Scan(Time(&c.At), ID(&c.Conversation), &c.Position)
}

// writtenWithin are the conditions on time and place of entries.
func writtenWithin(q chat.CandidateQuery, alias string, args []any) (string, []any) {
	condition := ""
	add := func(what string, value any) {
		condition, args = condition+" AND "+alias+"."+what+" "+next(args), append(args, value)
	}
	if !q.From.IsZero() {
		add("at >=", q.From)
	}
	if !q.To.IsZero() {
		add("at <", q.To)
	}
	if !q.Before.IsZero() {
		condition += " AND (" + alias + ".at, " + alias + ".conversation_id, " + alias + ".position) < (" + next(args)
		args = append(args, q.Before.At)
		condition += ", " + next(args)
		args = append(args, q.Before.Conversation)
		condition += ", " + next(args) + ")"
		args = append(args, q.Before.Position)
	}
	return condition, args
}

// searching is a walk through the tail and the segments, newest first.
type searching struct {
	*Reader
	q     chat.CandidateQuery
	own   map[chat.ID]bool // conversations to be found; nil: any
	found []chat.Candidate
}

// run goes through ever more segments at a time. It stops when there is enough that is newer than all that is left.
func (s *searching) run(ctx context.Context) ([]chat.Candidate, error) {
	if err := s.tail(ctx); err != nil {
		return nil, err
	}
	segments, err := s.segments(ctx)
	if err != nil {
		return nil, err
	}
	for step := 2; len(segments) > 0 && !s.enough(segments[0].last); step *= 4 {
		now := segments[:min(step, len(segments))]
		segments = segments[len(now):]
		if err := s.lookInto(ctx, now); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(s.found, chat.Candidate.Compare)
	return s.found[:min(len(s.found), s.q.Limit)], nil
}

// enough says that as many as were asked for are newer than the time.
func (s *searching) enough(last time.Time) bool {
	n := 0
	for i := range s.found {
		if s.found[i].At.After(last) {
			n++
		}
	}
	return n >= s.q.Limit
}

// tail looks through what is not sealed yet.
func (s *searching) tail(ctx context.Context) error {
	within, args := writtenWithin(s.q, "t", []any{s.q.Office})
	for _, one := range s.q.All {
		var like []string
		for _, term := range one {
			like, args = append(like, "t.words LIKE "+next(args)), append(args, pattern(term))
		}
		within += " AND (" + strings.Join(like, " OR ") + ")"
	}
	limit := ""
	if s.own == nil { // otherwise those of others are still to be left out
		limit, args = " LIMIT "+next(args), append(args, s.q.Limit)
	}
	found, err := All(ctx, s.db, "tail of the index", scanCandidate, `
		SELECT t.at, t.conversation_id, t.position FROM search_tail AS t
		WHERE t.office_id = $1`+within+`
		ORDER BY t.at DESC, t.conversation_id DESC, t.position DESC`+limit, args...)
	for _, c := range found {
		s.add(c)
	}
	return err
}

// pattern finds a term among words. What [chat.Searchable] has for words holds neither % nor _.
func pattern(t chat.Term) string {
	if t.Prefix {
		return "% " + t.Word + "%"
	}
	return "% " + t.Word + " %"
}

func (s *searching) add(c chat.Candidate) {
	if s.own == nil || s.own[c.Conversation] {
		s.found = append(s.found, c)
	}
}

// fits are the conditions of [writtenWithin], for what a segment has.
func (s *searching) fits(c chat.Candidate) bool {
	return !c.At.Before(s.q.From) && (s.q.To.IsZero() || c.At.Before(s.q.To)) && (s.q.Before.IsZero() || s.q.Before.Compare(c) < 0)
}
