package chat

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
)

// LetterDecision is what staff decided on a letter in quarantine (F34).
type LetterDecision string

// The decisions. All but [RejectHeld] make the letter a message of the participant.
const (
	AcceptOnce  LetterDecision = "accepted"
	AcceptAlias LetterDecision = "aliased" // and its From is an address of theirs from now on
	AcceptTrust LetterDecision = "trusted" // and a domain that signed it may sign for them from now on
	RejectHeld  LetterDecision = "rejected"

	// ProvenAgain is nobody's decision: the letter came again, and that time it was sure who wrote it.
	ProvenAgain LetterDecision = "proven"
)

// LetterContent is what a letter says, read from its bytes.
type LetterContent struct {
	FromName string // as the sender wrote it: anything
	HTML     string // what the person wrote, not yet sanitised
	Folded   string // what was folded away, as text
	Files    []LetterFile
}

// LetterFile is a file in a letter.
type LetterFile struct {
	FileIn
	Type string // found from the content
	Size int64
}

// Held is a letter in quarantine as staff are shown it.
type Held struct {
	Letter
	Content LetterContent // its HTML sanitised
	Text    string
	Of      Person // whose reply address it was sent to
	Theirs  bool   // its From is an address of theirs already
	Decider Person // with a Decision
	Barred  string // why the asker may not decide on it; empty: they may
}

var (
	errNotHeld   = Refuse(NotFound, "No letter waits here.")
	errOwnLetter = Refuse(Forbidden, "Nobody decides on a letter of their own. Ask somebody else of the office.")
	errSettled   = Refuse(Conflict, "Somebody has decided on this letter already.")
)

// maxReading is how many letters are in memory whole at once for staff who look at them or decide.
const maxReading = 4

// Held shows a letter that waits, or waited, to staff of its conversation. message is the grey line that tells of it.
func (s *Service) Held(ctx context.Context, a Actor, conversation, message ID) (Held, error) {
	h, err := s.waiting(ctx, a, conversation, message)
	if err == nil {
		err = s.readLetter(ctx, &h, func([]LetterFile) error { return nil })
	}
	return h, err
}

// waiting is a letter of a grey line without what it says.
func (s *Service) waiting(ctx context.Context, a Actor, conversation, message ID) (h Held, err error) {
	err = s.lookAs(ctx, a, func(rd Reader, u *User) error {
		h, err = heldBy(ctx, rd, a, conversation, message)
		if err != nil {
			return err
		}
		if barred := mayDecide(ctx, rd, u, &h.Letter); barred != nil {
			if KindOf(barred) == 0 {
				return barred
			}
			h.Barred = barred.Error()
		}
		return nil
	})
	return h, err
}

// heldBy finds the letter of a grey line that the actor may see.
func heldBy(ctx context.Context, rd Reader, a Actor, conversation, message ID) (h Held, err error) {
	m, err := visibleIn(ctx, rd, a, conversation, message)
	switch {
	case err != nil:
		return h, err
	case a.View != StaffView || m.Happening != LetterHeld || m.Letter.IsZero():
		return h, errNotHeld
	}
	l, err := rd.Letter(ctx, a.Office, m.Letter)
	if err != nil {
		return h, notFoundAs(err, errNotHeld)
	}
	h.Letter = *l
	people, err := rd.Users(ctx, a.Office, []ID{l.Participant, l.DecidedBy})
	if u := people[l.DecidedBy]; u != nil {
		h.Decider = u.Person()
	}
	if u := people[l.Participant]; err == nil && u != nil {
		h.Of = u.Person()
		h.Theirs, err = hasAddress(ctx, rd, u, l.From)
	}
	return h, err
}

// hasAddress says whether one of the addresses is the user's, or an alias of theirs.
func hasAddress(ctx context.Context, rd Reader, u *User, addresses ...string) (bool, error) {
	aliases, err := rd.Aliases(ctx, u.Office, u.ID)
	if err != nil {
		return false, err
	}
	own := []string{u.Email}
	for _, a := range aliases {
		own = append(own, a.Address)
	}
	return slices.ContainsFunc(addresses, func(address string) bool {
		return address != "" && slices.ContainsFunc(own, func(one string) bool { return strings.EqualFold(one, address) })
	}), nil
}

// readLetter fills in what the letter says, from what was kept of it, and hands its files to use. What they are read from is the whole letter in
// memory: they are nobody's when use has ended.
func (s *Service) readLetter(ctx context.Context, h *Held, use func([]LetterFile) error) error {
	select {
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
	case <-ctx.Done():
		return ctx.Err()
	}
	raw, err := s.kept(ctx, &h.Letter)
	if err != nil {
		return err
	}
	h.Content = s.Letters.ReadLetter(raw)
	text, err := s.cleanUnnamed(h.Content.HTML)
	if err != nil {
		return err
	}
	h.Content.HTML, h.Text = text.html, text.text
	if err := use(h.Content.Files); err != nil {
		return err
	}
	for i := range h.Content.Files {
		h.Content.Files[i].Content = nil
	}
	return nil
}

// kept gives a letter's bytes as they came.
func (s *Service) kept(ctx context.Context, l *Letter) (raw []byte, err error) {
	if l.Raw == [32]byte{} {
		err = s.Store.View(ctx, func(rd Reader) (err error) {
			raw, err = rd.LetterContent(ctx, l.Office, l.ID)
			return err
		})
		return raw, err
	}
	blob, err := s.Blobs.Open(ctx, l.Office, l.Raw)
	if err != nil {
		return nil, fmt.Errorf("open letter %s: %w", l.ID, err)
	}
	defer blob.Close()
	raw, err = io.ReadAll(io.LimitReader(blob, l.Size))
	if err != nil {
		return nil, fmt.Errorf("read letter %s: %w", l.ID, err)
	}
	return raw, nil
}

// mayDecide says whether somebody who sees the letter may decide on it: not whose answer it would be, nor who wrote it.
func mayDecide(ctx context.Context, rd Reader, u *User, l *Letter) error {
	own, err := hasAddress(ctx, rd, u, l.From, l.EnvelopeFrom)
	if err != nil {
		return err
	}
	if own || l.Participant == u.ID {
		return errOwnLetter
	}
	return nil
}
