package chat

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"time"
)

// Index is what the search asks of the store: entries by their words, and nothing of who may see them.
type Index interface {
	// Candidates gives entries of conversations that the user is or was in, newest first: all that fit, and maybe others. Whether the user may see one, and
	// whether it fits, is the asker's to judge. It looks no further than it is asked to go on; an error ends it.
	Candidates(context.Context, CandidateQuery) iter.Seq2[Candidate, error]
	// Tails gives the offices with at least so many entries in the tail of the index, which is looked through entry by entry.
	Tails(ctx context.Context, entries int) ([]ID, error)
	// Refill gives messages that are still to be put into the index, by their ids, at most limit; none, when the index has all.
	Refill(ctx context.Context, limit int) ([]Message, error)
	IndexState(context.Context) (IndexState, error)
}

// IndexState is how far the index is, of all offices.
type IndexState struct {
	Tail          int // entries that are in no segment yet
	Segments      int
	From, To, End ID // while it is made again: of the messages by their ids the first, the last that it has, and the last there are; zero: it has all
}

// Made is how much of the index is made, 0 to 1. Ids begin with the time: it is a part of the time that messages were written in.
func (s IndexState) Made() float64 {
	if s.End.IsZero() {
		return 1
	}
	from, to, end := s.From.millis(), s.To.millis(), s.End.millis()
	if end <= from || to <= from {
		return 0
	}
	return min(1, float64(to-from)/float64(end-from))
}

// IndexState says how far the search's index is.
func (s *Service) IndexState(ctx context.Context) (state IndexState, err error) {
	err = s.Store.View(ctx, func(rd Reader) error {
		state, err = rd.IndexState(ctx)
		return err
	})
	return state, err
}

// IndexTx is what changes the index but for what is added with messages.
type IndexTx interface {
	// Seal makes a segment of the oldest entries of the office's tail, if there are as many as a segment has. It gives how many.
	Seal(ctx context.Context, office, segment ID) (int, error)
	// AddSearchable puts entries into the tail, but for those that are in it.
	AddSearchable(ctx context.Context, entries []Searchable) error
	// Refilled remembers that all messages through this one are in the index; the last one ends the refill. False: another node was as far before.
	Refilled(ctx context.Context, through ID) (bool, error)
	// RefillIndex empties the index, and has it made of all the messages that there are.
	RefillIndex(context.Context) error
}

// Term is what a searchable word may be. See [Searchable] for the marks.
type Term struct {
	Word   string
	Prefix bool // whatever begins with it
}

// CandidateQuery asks the index.
type CandidateQuery struct {
	Office       ID
	User         ID
	Conversation ID        // only this one; zero: any
	All          [][]Term  // an entry fits that has, of each of these, one
	From, To     time.Time // written at From or later, and before To; zero: whenever
	Before       Candidate // those that come after it in the order; zero: from the newest
}

// Candidate is an entry that may be what somebody looks for.
type Candidate struct {
	At           time.Time
	Conversation ID
	Position     Position
}

// IsZero says that it is none.
func (c Candidate) IsZero() bool { return c.Conversation.IsZero() }

// Compare orders candidates: newest first, then by conversation and position, the higher first.
func (c Candidate) Compare(other Candidate) int {
	return cmp.Or(other.At.Compare(c.At), bytes.Compare(other.Conversation[:], c.Conversation[:]), cmp.Compare(other.Position, c.Position))
}

// Place is where the entry is.
func (c Candidate) Place() MessagePlace { return MessagePlace{c.Conversation, c.Position} }
