package chat

import (
	"context"
	"math"
	"sync"
)

// Marking is what is done to many conversations at once.
type Marking string

// The markings.
const (
	AsRead     Marking = "read"
	AsUnread   Marking = "unread"
	AsArchived Marking = "archived"
	AsDeleted  Marking = "deleted"
	AsInbox    Marking = "inbox" // no longer archived or deleted
)

// MaxMarked is how many conversations are marked by one request.
const MaxMarked = 500

// markers work at once: the store takes what comes together as one.
const markers = 16

// MarkedAll is what became of each conversation, all of one snapshot.
type MarkedAll struct {
	Standings []Participant // of those that were marked, in the order asked for
	Refused   []ID          // those that the actor was never in
	Stream    Stream
}

// Mark does the same to many of the actor's conversations: each by itself, as if it were asked for alone. What fails fails for those that are left.
func (s *Service) Mark(ctx context.Context, a Actor, conversations []ID, as Marking) (MarkedAll, error) {
	do, err := s.marker(ctx, a, as)
	if err != nil {
		return MarkedAll{}, err
	}
	conversations = unique(conversations)
	switch {
	case len(conversations) == 0:
		return MarkedAll{}, Refuse(Invalid, "Choose at least one conversation.").About("conversations")
	case len(conversations) > MaxMarked:
		return MarkedAll{}, Refuse(TooLarge, "At most 500 conversations are marked at once.").About("conversations")
	}
	errs := make([]error, len(conversations))
	var busy sync.WaitGroup
	for first := range min(markers, len(conversations)) {
		busy.Go(func() {
			for i := first; i < len(conversations); i += markers {
				errs[i] = do(conversations[i])
			}
		})
	}
	busy.Wait()
	return s.marked(ctx, a, conversations, errs)
}

func (s *Service) marker(ctx context.Context, a Actor, as Marking) (func(ID) error, error) {
	drop := func(_ Stood, err error) error { return err }
	switch as {
	case AsRead:
		return func(id ID) error { return drop(s.MarkRead(ctx, a, id, math.MaxInt64, true)) }, nil
	case AsUnread:
		return func(id ID) error { return drop(s.MarkUnread(ctx, a, id)) }, nil
	case AsDeleted:
		return func(id ID) error { return drop(s.Delete(ctx, a, id, true)) }, nil
	case AsArchived, AsInbox:
		return func(id ID) error { return drop(s.Archive(ctx, a, id, as == AsArchived)) }, nil
	}
	return nil, Refuse(Invalid, "Conversations are marked as read, unread, archived, deleted or inbox.").About("as")
}

// marked tells how each stands afterwards, in the snapshot that the stream's place is of: whoever holds the answer against events can.
func (s *Service) marked(ctx context.Context, a Actor, conversations []ID, errs []error) (all MarkedAll, err error) {
	var seats []Seat
	for i, id := range conversations {
		switch {
		case errs[i] == nil:
			seats = append(seats, Seat{id, a.User})
		case KindOf(errs[i]) == NotFound:
			all.Refused = append(all.Refused, id)
		default:
			return MarkedAll{}, errs[i]
		}
	}
	err = s.look(ctx, a, func(rd Reader) error {
		if all.Stream, err = rd.Stream(ctx, a.User); err != nil {
			return err
		}
		stand, err := rd.Participants(ctx, a.Office, seats)
		all.Standings = nil // a look may run again
		for _, seat := range seats {
			if p := stand[seat]; p != nil {
				all.Standings = append(all.Standings, *p)
			}
		}
		return err
	})
	return all, err
}
