package chat

import (
	"context"
	"time"
)

// Many is what can be asked about many at once: a node that takes over thousands of connections asks for all of them in a few queries. What does
// not exist is left out. Users, sessions and streams may be of several offices.
type Many interface {
	SessionsByToken(ctx context.Context, hashes [][32]byte) (map[[32]byte]*Session, error)
	SessionsByID(ctx context.Context, sessions []ID) (map[ID]*Session, error)
	UsersByID(ctx context.Context, users []ID) (map[ID]*User, error)
	Streams(ctx context.Context, users []ID) (map[ID]KeptStream, error)
	// EventsPast gives what follows a number in a stream, at most limit events for each place asked for; by user, then number, each once.
	EventsPast(ctx context.Context, from []Past, limit int) ([]StreamEvent, error)

	SpansOf(ctx context.Context, office ID, seats []Seat) (map[Seat][]Span, error) // oldest first
	Participants(ctx context.Context, office ID, seats []Seat) (map[Seat]*Participant, error)
	// ReceiptsAt gives the receipts that end at a place, oldest first.
	ReceiptsAt(ctx context.Context, office ID, places []MessagePlace) (map[MessagePlace][]ReceiptShown, error)

	Backlog(ctx context.Context) (Backlog, error)
}

// KeptStream is a stream with the first number that is still kept (head + 1: none).
type KeptStream struct {
	Stream
	Oldest int64
}

// Past is a place in a user's stream.
type Past struct {
	User   ID
	Number int64
}

// Backlog is what waits to go out as mail, in all offices, by the database's clock.
type Backlog struct {
	NoticesAhead  int       // not due yet
	NoticesDue    int       // due, with those that are late
	NoticesLate   int       // due for more than a minute
	OldestDue     time.Time // zero: nothing is due
	MailsWaiting  int       // to be tried, or tried again
	MailsOverdue  int       // of those, due
	MailsSending  int       // under way on some node
	LeasesExpired int       // of those, by a node that did not say what became of them
}

// Backlog says what waits to go out as mail, in all offices.
func (s *Service) Backlog(ctx context.Context) (b Backlog, err error) {
	err = s.Store.View(ctx, func(rd Reader) error {
		b, err = rd.Backlog(ctx)
		return err
	})
	return b, err
}
