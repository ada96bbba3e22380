package mailgw

import (
	"context"
	"errors"
	"io"
	"sync/atomic"

	"github.com/emersion/go-smtp"
)

// Data takes the letter for all recipients, or answers that it was not taken: what failed for one is tried again for all, and taken once.
func (s *session) Data(r io.Reader) error {
	if _, chunked := r.(*io.PipeReader); chunked {
		// Not offered, and in a goroutine of its own: nothing of the session is touched.
		s.wire.hangUp()
		return errNoChunks
	}
	err := s.letter(r)
	s.answered, s.taken = true, err == nil
	if err == nil {
		return nil
	}
	said := answer(err)
	if said == errInternal || said == errNotAll {
		s.log.Error().Err(err).Msg("take letter")
	}
	for _, to := range s.to {
		s.note(said, to.Office.ID, to.mailbox)
	}
	return said
}

func (s *session) letter(r io.Reader) error {
	ahead := s.wire.ahead()
	switch {
	case len(s.to) == 0:
		return errNoOne
	case !s.wire.begin(s.server.MaxLetter, s.server.DataTime):
		s.wire.hangUp()
		return errDraining
	case ahead:
		s.wire.hangUp()
		return errAhead
	}
	raw, err := s.receive(r)
	defer s.server.memory.give(int64(cap(raw)))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.server.ctx, s.server.TakeTime)
	defer cancel()
	return s.take(ctx, raw)
}

// receive gets the whole letter under its limits. What it has taken of the memory is raw's capacity, also with an error. It reads to the end of what
// it refuses for its line ends, so that the answer is heard; past a limit go-smtp does, as far as the wire lets it.
func (s *session) receive(r io.Reader) (raw []byte, err error) {
	for {
		if raw, err = s.room(raw); err != nil {
			return raw, err
		}
		n, err := r.Read(raw[len(raw):cap(raw)])
		raw = raw[:len(raw)+n]
		switch {
		case int64(len(raw)) > s.server.MaxLetter:
			return raw, errTooLarge
		case err == nil:
		case errors.Is(err, smtp.ErrTooLongLine):
			return raw, errLongLine
		case !errors.Is(err, io.EOF):
			s.wire.hangUp()
			return raw, errCutOff
		case s.wire.bare:
			// What one server takes for the end of a letter and another does not (SMTP smuggling). What follows is not believed either.
			s.wire.hangUp()
			return raw, errBareLine
		default:
			return raw, nil
		}
	}
}

// room grows what a letter is read into: twofold, with the memory taken before.
func (s *session) room(raw []byte) ([]byte, error) {
	if len(raw) < cap(raw) {
		return raw, nil
	}
	bigger := min(max(2*cap(raw), 16<<10), int(s.server.MaxLetter)+1)
	if !s.server.memory.take(int64(bigger)) {
		return raw, errMemory
	}
	grown := append(make([]byte, 0, bigger), raw...)
	s.server.memory.give(int64(cap(raw)))
	return grown, nil
}

// memory counts the bytes of all letters being taken.
type memory struct {
	most int64
	used atomic.Int64
}

func (m *memory) take(n int64) bool {
	if m.used.Add(n) <= m.most {
		return true
	}
	m.used.Add(-n)
	return false
}

func (m *memory) give(n int64) { m.used.Add(-n) }
