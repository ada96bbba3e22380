package query

import (
	"context"
	"iter"

	"postern/chat"
)

// Who has written and been written to this little needs no index: all their entries are candidates.
const (
	fewConversations = 200
	fewMessages      = 300
)

// Candidates is chat.Index's.
func (r *Reader) Candidates(ctx context.Context, q chat.CandidateQuery) iter.Seq2[chat.Candidate, error] {
	return func(yield func(chat.Candidate, error) bool) {
		if err := r.candidates(ctx, q, func(c chat.Candidate) bool { return yield(c, nil) }); err != nil {
			yield(chat.Candidate{}, err)
		}
	}
}

// candidates gives one after the other, as long as more are wanted.
func (r *Reader) candidates(ctx context.Context, q chat.CandidateQuery, give func(chat.Candidate) bool) error {
	own, err := r.fewConversations(ctx, q)
	if err != nil || len(own) == 0 {
		return err
	}
	few := len(own) <= fewConversations
	if few {
		few, err = r.haveFewMessages(ctx, q.Office, own)
	}
	switch {
	case err != nil:
		return err
	case !few:
		s := &searching{Reader: r, q: q, seats: newSeats(r, q, own)}
		_, err := s.run(ctx, give)
		return err
	}
	all, err := r.candidatesOf(ctx, q, own)
	for i := 0; i < len(all) && give(all[i]); i++ {
	}
	return err
}

// fewConversations gives the one that is to be searched, if the user is or was in it, or the user's: one more than are few, when they are not.
func (r *Reader) fewConversations(ctx context.Context, q chat.CandidateQuery) ([]chat.ID, error) {
	if !q.Conversation.IsZero() {
		return All(ctx, r.db, "own conversation", scanID, `
			SELECT p.conversation_id FROM participants AS p
			WHERE p.office_id = $1 AND p.conversation_id = $2 AND p.user_id = $3`, q.Office, q.Conversation, q.User)
	}
	return r.ownConversations(ctx, q, fewConversations+1)
}

func (r *Reader) ownConversations(ctx context.Context, q chat.CandidateQuery, most int) ([]chat.ID, error) {
	return All(ctx, r.db, "own conversations", scanID, `
		SELECT p.conversation_id FROM participants AS p WHERE (p.office_id = $1) IS TRUE AND p.user_id = $2
		ORDER BY p.active_hour DESC LIMIT $3`, q.Office, q.User, most)
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
	within, args := writtenWithin(q, "m", []any{q.Office, encodePlaces(beginnings(conversations))})
	return All(ctx, r.db, "entries", scanCandidate, `
		SELECT m.at, m.conversation_id, m.position
		FROM `+r.d.Places("$2")+` AS place`+
		r.d.Each("messages", "m", `m.office_id = $1 AND m.conversation_id = place.conversation_id`)+`
		WHERE true`+within+`
		ORDER BY m.at DESC, m.conversation_id DESC, m.position DESC`, args...)
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
