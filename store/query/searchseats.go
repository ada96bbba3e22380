package query

import (
	"context"

	"postern/chat"
)

// seats says which conversations are the user's: they are or were in them. What is found is asked about, some conversations at a time; who searches on and on
// among others' has theirs read all at once.
type seats struct {
	*Reader
	q     chat.CandidateQuery
	own   map[chat.ID]bool // of those asked about
	all   bool             // own holds every one
	many  bool             // they are too many to be read
	asked int
	chunk int // conversations to ask about next
}

const (
	firstSeats = 64
	mostSeats  = 512   // asked about at once
	seatsAsked = 1024  // asked about before all are read
	seatsRead  = 20000 // at most: who has more finds one of theirs soon enough
)

// newSeats knows some of the user's conversations: the one that is searched, or as many as are few.
func newSeats(r *Reader, q chat.CandidateQuery, some []chat.ID) *seats {
	s := &seats{Reader: r, q: q, own: map[chat.ID]bool{}, chunk: firstSeats}
	s.all = len(some) <= fewConversations
	for _, id := range some {
		s.own[id] = true
	}
	return s
}

// others says that a conversation is known to be none of the user's.
func (s *seats) others(conversation chat.ID) bool { return s.all && !s.own[conversation] }

// learn looks at the candidates in their order, and gives of how many of them it then knows whose they are.
func (s *seats) learn(ctx context.Context, candidates []chat.Candidate) (int, error) {
	if s.asked >= seatsAsked && !s.all && !s.many {
		if err := s.readAll(ctx); err != nil {
			return 0, err
		}
	}
	if s.all {
		return len(candidates), nil
	}
	var ids []chat.ID
	n := 0
	for ; n < len(candidates); n++ {
		id := candidates[n].Conversation
		if _, known := s.own[id]; known {
			continue
		}
		if len(ids) == s.chunk {
			break
		}
		s.own[id] = false
		ids = append(ids, id)
	}
	return n, s.ask(ctx, ids)
}

func (s *seats) ask(ctx context.Context, ids []chat.ID) error {
	if len(ids) == 0 {
		return nil
	}
	s.asked += len(ids)
	s.chunk = min(s.chunk*2, mostSeats)
	own, err := All(ctx, s.db, "own conversations", scanID, `
		SELECT p.conversation_id FROM `+s.d.IDs("$2")+` AS one`+
		s.d.Each("participants", "p", `p.office_id = $1 AND p.conversation_id = one.id AND p.user_id = $3`), s.q.Office, ids, s.q.User)
	for _, id := range own {
		s.own[id] = true
	}
	return err
}

// readAll reads all of them, unless they are too many.
func (s *seats) readAll(ctx context.Context) error {
	own, err := s.ownConversations(ctx, s.q, seatsRead+1)
	for _, id := range own {
		s.own[id] = true
	}
	s.all = len(own) <= seatsRead
	s.many = !s.all
	return err
}
