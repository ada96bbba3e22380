package mailgw

import (
	"bytes"
	"context"
	"errors"
)

// data takes a letter up to the line with a dot alone (RFC 5321, section 4.1.1.4).
func (s *session) data(args string) {
	switch {
	case args != "":
		s.mistake(errValue)
		return
	case !s.maySend():
		return
	case s.arrival != nil:
		s.mistake(errChunks)
		return
	case s.wire.ahead():
		s.refuseLetter(errAhead)
		s.wire.hangUp()
		return
	case !s.begin():
		return
	}
	s.say(okGoAhead)
	if err := s.readDotted(s.arrival); err != nil {
		s.arrival.refuse(errCutOff)
	}
	s.arrived()
}

var dot = []byte(".\r\n")

// readDotted reads to the end of the letter, and takes out the dots that were put in. Only a CRLF of the letter's begins a line.
func (s *session) readDotted(a *arrival) error {
	for {
		p, err := s.wire.piece()
		if err != nil {
			return s.stopped(a, err)
		}
		if a.fresh && bytes.Equal(p, dot) {
			return nil
		}
		stuffed := a.fresh && p[0] == '.'
		a.watch(p)
		if stuffed {
			p = p[1:]
		}
		a.keep(p)
	}
}

// stopped is what a letter's reading ended with. One that is far too large is refused as such, though its end was not waited for.
func (s *session) stopped(a *arrival, err error) error {
	s.wire.hangUp()
	if errors.Is(err, errSpentBytes) && a.refused != nil {
		return nil
	}
	return err
}

// chunk takes a part of a letter (RFC 3030). Its bytes follow the command, whatever is said to it, so they are read before anything is; a chunk that
// breaks off ends the connection and the letter.
func (s *session) chunk(args string) {
	size, last, ok := readChunk(args)
	if !ok {
		s.say(errValue) // how much follows cannot be known
		s.wire.hangUp()
		return
	}
	if refused := s.mayChunk(); refused != nil {
		s.skip(size, refused)
		return
	}
	if s.arrival == nil && !s.begin() {
		return
	}
	a := s.arrival
	if size > uint64(s.server.MaxLetter) {
		a.refuse(errTooLarge)
	}
	switch err := s.readChunk(a, size); {
	case err != nil:
		a.refuse(errCutOff)
	case last:
		a.whole()
	case a.refused == nil:
		s.say(okChunk)
		return
	}
	if a.refused != nil && !last {
		s.refuseChunk()
		return
	}
	s.arrived()
}

// refuseChunk answers a chunk by which a letter is refused before its last. By LMTP too that is one reply: the last chunk alone has one for each recipient
// (RFC 2033, section 4.3).
func (s *session) refuseChunk() {
	s.accepted = s.accepted[:1]
	s.arrived()
	s.spent = true
}

func (s *session) mayChunk() *response {
	switch {
	case s.spent:
		return errSpent
	case !s.open:
		return errNoMail
	case len(s.accepted) == 0:
		return errNoOne
	}
	return nil
}

func (s *session) readChunk(a *arrival, size uint64) error {
	for size > 0 {
		p, err := s.wire.some(size)
		if err != nil {
			return s.stopped(a, err)
		}
		a.watch(p)
		a.keep(p)
		size -= uint64(len(p))
	}
	return nil
}

// skip reads past a chunk that nobody wants, as far as the client may send, and then refuses it.
func (s *session) skip(size uint64, refused *response) {
	for size > 0 {
		p, err := s.wire.some(size)
		if err != nil {
			s.wire.hangUp()
			break
		}
		size -= uint64(len(p))
	}
	s.mistake(refused)
}

// begin makes room for a letter; false: the connection has to go first, and was told so.
func (s *session) begin() bool {
	if !s.wire.begin(s.server.MaxLetter, s.server.firstTime(), s.server.DataTime) {
		s.refuseLetter(errDraining)
		s.wire.hangUp()
		return false
	}
	s.arrival = &arrival{server: s.server, fresh: true}
	return true
}

// arrived answers a letter whose end has come, or that is refused, and ends its transaction.
func (s *session) arrived() {
	a := s.arrival
	defer a.free()
	if a.refused != nil {
		if a.refused == errBareLine {
			s.wire.hangUp() // what follows is not believed either
		}
		s.refuseLetter(a.refused)
		return
	}
	ctx, cancel := context.WithTimeout(s.server.ctx, s.server.TakeTime)
	defer cancel()
	s.conclude(s.take(ctx, a.raw))
}

// refuseLetter answers a letter that is taken for nobody.
func (s *session) refuseLetter(said *response) {
	errs := make([]error, len(s.to))
	for i := range errs {
		errs[i] = said
	}
	s.conclude(errs)
}
