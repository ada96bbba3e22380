package chat

import (
	"context"
	"io"
	"time"
)

// Service is every door's way to the use cases. It is safe for concurrent use.
type Service struct {
	Parts
	announcer Announcer

	catching   *gathering[catching, caught]
	presenting *gathering[[32]byte, presented]
	reading    chan struct{} // a token for each letter in memory
}

// Parts is what a Service stands on. All fields are required but MaxUpload, MaxMailed, UndoFor, Pictures and Scanner.
type Parts struct {
	Store     Store
	Blobs     Blobs
	Sanitizer Sanitizer
	Passwords Passwords
	Composer  Composer
	Addresses Addresses
	Letters   LetterReader
	Now       func() time.Time
	NewID     func() ID
	MaxUpload int64         // bytes a file, default 25 MiB
	MaxMailed int64         // bytes that the files in one mail may come to on their way, in base64; 0: mails carry links alone
	UndoFor   time.Duration // how long an author may undo a send, and the least that its mail waits; default 10 s
	Pictures  Pictures      // nil: files have no previews
	Scanner   Scanner       // nil: files are not looked at for viruses
}

// Sanitizer keeps of formatted text what it may contain (package richtext).
type Sanitizer interface {
	Sanitize(html string) (clean, text string, err error)
}

// Passwords hashes and verifies passwords (package api/session). Verify takes as long for the empty hash as for any.
type Passwords interface {
	Hash(ctx context.Context, password string) (string, error)
	Verify(ctx context.Context, hash, password string) (bool, error)
}

// Composer makes the bytes of mails (package mailgw). It is handed only what the mail may say.
type Composer interface {
	Notice(NoticeFacts) (Composed, error)
	Digest(DigestFacts) (Composed, error)
	Link(LinkFacts) (Composed, error)
}

// Addresses makes and reads the local parts of our addresses (package mailgw). Read verifies a local part as one of the office's own;
// it takes as long for a forged one as for one that was never issued.
type Addresses interface {
	Reply(ReplyAddress) string
	Return(office, mail ID) string
	Read(office ID, local string) (AddressRef, bool)
	// Claimed is what a local part in the form of a reply address says, before anybody has verified it.
	Claimed(local string) (AddressRef, bool)
	// Conceal cuts every address of the office's in a text, which others may have written, to what nobody can write to.
	Conceal(office ID, text string) string
	// Reserved says whether a local part looks like one of these, whoever made it.
	Reserved(local string) bool
}

// AddressRef is what a local part names: a reply address, or with Mail the return path of a mail.
type AddressRef struct {
	Reply      int64
	Generation uint16
	Mail       ID
}

// LetterReader reads a letter that was kept as it came, and a mail as it went, without the content of its files (package mailgw). It must never fail: what
// cannot be read is left out.
type LetterReader interface {
	ReadLetter(raw []byte) LetterContent
	ReadMail(raw []byte) MailParts
}

// Blobs keeps bytes by their content (package store/blob). A reader must be closed.
type Blobs interface {
	Put(ctx context.Context, office ID, r io.Reader, limit int64) (hash [32]byte, size int64, err error)
	Open(ctx context.Context, office ID, hash [32]byte) (io.ReadSeekCloser, error)
}

// Announcer tells of committed events (package hub). It must not block for long, and may lose what it is told: the
// log is the truth.
type Announcer interface {
	Announce(ctx context.Context, told []Told)
}

// New puts a service together. Nobody is told of events until [Service.TellTo].
func New(p Parts) *Service {
	if p.MaxUpload == 0 {
		p.MaxUpload = 25 << 20
	}
	if p.UndoFor == 0 {
		p.UndoFor = undoFor
	}
	s := &Service{Parts: p, reading: make(chan struct{}, maxReading)}
	s.catching = newGathering(s.catchUp)
	s.presenting = newGathering(s.present)
	return s
}

// Gathered is how many questions wait to be answered together, of one kind.
type Gathered struct{ Sessions, Streams, Most int }

// Gathered gives how many wait just now: who is asking, and where streams stand.
func (s *Service) Gathered() Gathered {
	return Gathered{Sessions: s.presenting.length(), Streams: s.catching.length(), Most: mostWaits}
}

// TellTo names who tells of committed events; to be called once, before the first use case.
func (s *Service) TellTo(a Announcer) { s.announcer = a }

func (s *Service) now() time.Time { return stamp(s.Now()) }

// decide runs a decision and tells of its events.
func (s *Service) decide(ctx context.Context, d Decision) ([]Told, error) {
	told, err := s.Store.Decide(ctx, d)
	if err != nil {
		return nil, err
	}
	s.announce(ctx, told)
	return told, nil
}

// update runs an update and tells of its events.
func (s *Service) update(ctx context.Context, do func(Tx) error) error {
	_, err := s.updated(ctx, do)
	return err
}

// updated is update, and gives the events.
func (s *Service) updated(ctx context.Context, do func(Tx) error) ([]Told, error) {
	told, err := s.Store.Update(ctx, do)
	if err != nil {
		return nil, err
	}
	s.announce(ctx, told)
	return told, nil
}

// look reads in one snapshot for somebody who may use conversations at all (F1). What concerns oneself alone (who one is, one's sessions) is
// read without it.
func (s *Service) look(ctx context.Context, a Actor, do func(Reader) error) error {
	return s.lookAs(ctx, a, func(rd Reader, _ *User) error { return do(rd) })
}

// lookAs is look, with who looks.
func (s *Service) lookAs(ctx context.Context, a Actor, do func(Reader, *User) error) error {
	return s.Store.View(ctx, func(rd Reader) error {
		u, err := rd.User(ctx, a.Office, a.User)
		if err != nil {
			return err
		}
		if err := mayMessage(u); err != nil {
			return err
		}
		return do(rd, u)
	})
}

// announce outlives the request that caused it: what is committed is told, whoever hung up.
func (s *Service) announce(ctx context.Context, told []Told) {
	if s.announcer != nil && len(told) > 0 {
		s.announcer.Announce(context.WithoutCancel(ctx), told)
	}
}

// placeOf is the latest place in the user's own stream among what was told, or zero.
func placeOf(told []Told, user ID) (place Place, badge int, ok bool) {
	for _, t := range told {
		for _, heard := range [][]Heard{t.Staff, t.Contacts} {
			for _, h := range heard {
				if h.User == user && h.Number > place.Number {
					place, badge, ok = h.Place, h.Badge, true
				}
			}
		}
	}
	return place, badge, ok
}

// placed is placeOf, or where the user's stream stands now when they were not told of anything.
func (s *Service) placed(ctx context.Context, told []Told, user ID) (Place, int, error) {
	if place, badge, ok := placeOf(told, user); ok {
		return place, badge, nil
	}
	var stream Stream
	err := s.Store.View(ctx, func(r Reader) (err error) {
		stream, err = r.Stream(ctx, user)
		return err
	})
	return stream.Place, stream.Badge, err
}
