package hub

import (
	"slices"
	"sync"
	"time"

	"postern/chat"
	"postern/hub/wire"
)

// Bounds of what a stream holds back.
const (
	maxHeld      = 256     // items
	maxHeldBytes = 1 << 20 // bytes of their bodies
	maxRecent    = 64      // items kept for who is about to join
)

// stream is one user's stream of events as this node follows it, and the connections that it is shown to. It puts what
// comes, in whatever order and however often, into the one order without gaps: an item is shown when its number
// is the next, held back when it is later, dropped when it was before.
//
// A connection is first on its own, while it catches up with what is before at, and joins when it has: then its last is
// at or above at, and it is shown everything above its last.
type stream struct {
	office, user chat.ID

	mu     sync.Mutex // lock order: Hub.mu, stream.mu, outbox.mu
	conns  []*conn
	placed bool // epoch and at are known
	epoch  int64
	at     int64 // number of the last item shown
	head   int64 // the highest number that was claimed to exist
	held   map[int64]item
	bytes  int    // of held bodies
	recent []item // the last ones up to at, while somebody is about to join
	fill   fillState
}

// behind says that there is something to fill. The caller holds mu.
func (s *stream) behind() bool { return s.placed && (s.at < s.head || s.fill.doubt) }

// place says where the stream stood at a moment when it was followed already. Held items find their place.
func (s *stream) place(h *Hub, p chat.Place) {
	s.placed, s.epoch, s.at, s.head = true, p.Epoch, p.Number, p.Number
	held := s.held
	s.held, s.bytes = nil, 0
	for _, number := range sortedNumbers(held) {
		s.offer(h, held[number])
	}
}

func sortedNumbers(held map[int64]item) []int64 {
	numbers := make([]int64, 0, len(held))
	for n := range held {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return numbers
}

// offer takes an item from wherever. The caller holds mu.
func (s *stream) offer(h *Hub, it item) {
	switch {
	case !s.placed:
		s.hold(h, it)
	case it.epoch != s.epoch:
		// Which of the two is older only the database knows.
		s.doubt(h)
	case it.number <= s.at:
		h.meter.doubles.Add(1)
	case it.act == absent:
		s.head = max(s.head, it.number)
		s.wantFill(h, 0)
	case it.number > s.at+1:
		s.head = max(s.head, it.number)
		s.hold(h, it)
		s.wantFill(h, patience)
	default:
		s.head = max(s.head, it.number)
		s.advance(h, it)
		s.release(h)
	}
}

// hold keeps an item for later, or lets it go: then it is filled.
func (s *stream) hold(h *Hub, it item) {
	if _, double := s.held[it.number]; double {
		h.meter.doubles.Add(1)
		return
	}
	if len(s.held) >= maxHeld || s.bytes+len(it.suffix.bytes) > maxHeldBytes {
		return
	}
	if s.held == nil {
		s.held = map[int64]item{}
	}
	h.meter.held.Add(1)
	s.held[it.number] = it
	s.bytes += len(it.suffix.bytes)
}

// release shows what was held back for the number that comes next.
func (s *stream) release(h *Hub) {
	for {
		it, ok := s.held[s.at+1]
		if !ok {
			return
		}
		s.advance(h, it)
	}
}

func (s *stream) letGo(it item) {
	delete(s.held, it.number)
	s.bytes -= len(it.suffix.bytes)
	if len(s.held) == 0 {
		s.held = nil
	}
}

// advance shows the next item to every connection that has joined.
func (s *stream) advance(h *Hub, it item) {
	s.at = it.number
	if held, ok := s.held[it.number]; ok {
		s.letGo(held)
	}
	if it.act == signOut {
		s.signOut(it)
	}
	frame := h.buffer()
	defer h.reuse(frame)
	joining := false
	for _, c := range s.conns {
		joining = joining || !c.joined
		if !c.joined || c.last >= it.number {
			continue
		}
		if len(*frame) == 0 {
			*frame = it.appendFrame(*frame)
		}
		c.out.sendShared(*frame, it.end())
		c.last = it.number
	}
	s.remember(it, joining)
}

// remember keeps the last items for whoever catches up: a stream may move faster than it can be asked for.
func (s *stream) remember(it item, joining bool) {
	if !joining {
		s.recent = nil
		return
	}
	if len(s.recent) >= maxRecent {
		s.recent = append(s.recent[:0:0], s.recent[maxRecent/2:]...)
	}
	s.recent = append(s.recent, it)
}

// signOut closes the sockets of an ended session. A connection that was greeted after the end is of a later session.
func (s *stream) signOut(it item) {
	for _, c := range s.conns {
		switch {
		case c.greeted && it.number <= c.head || !it.ends(c):
		case c.greeted || !it.session.IsZero():
			c.out.finish(wire.CloseSignedOut, "the session has ended")
		default:
			// Whether its session is one of those that ended, the next attempt to sign in will tell.
			c.out.finish(wire.CloseBusy, "sign in again")
		}
	}
}

// ends says whether the item is the end of the connection's session.
func (it *item) ends(c *conn) bool {
	return it.act == signOut && (it.session.IsZero() || it.session == c.actor.Session)
}

// reset puts everybody at a place that does not follow from where they were. With another epoch the user's rights have changed at large, and what
// ended their session may lie in the epoch before, where nobody looks any more: who was greeted in that is to come back, and is asked who they are.
func (s *stream) reset(h *Hub, p chat.Place) {
	h.meter.resets.Add(1)
	for _, c := range s.conns {
		switch {
		case c.greeted && c.begun != p.Epoch:
			c.out.finish(wire.CloseBusy, "rights have changed")
		case c.joined:
			c.reset(p)
		}
	}
	s.recent = nil
	s.place(h, p)
}

// join lets a connection take part, if it has seen everything up to where the stream stands, or what it lacks is at hand.
func (s *stream) join(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.epoch != s.epoch {
		return false
	}
	if len(s.recent) > 0 && s.recent[0].number <= c.last+1 {
		for _, it := range s.recent {
			if it.number > c.last {
				c.out.sendShared(it.appendFrame(nil), it.end())
				c.last = it.number
			}
		}
	}
	c.joined = c.last >= s.at
	return c.joined
}

// pass shows a frame without a number.
func (s *stream) pass(frame *shared) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		if c.joined {
			c.out.sendShared(frame.bytes, frame)
		}
	}
}

// note takes what the database says of the stream's head, and where the stream stood before it was asked. It gives how many events the stream
// is behind.
func (s *stream) note(h *Hub, head chat.Place, before int64, wait time.Duration) (behind int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.placed:
	case head.Epoch != s.epoch || head.Number < before:
		s.doubt(h)
	case head.Number > s.at:
		behind = head.Number - s.at
		s.head = max(s.head, head.Number)
		s.wantFill(h, wait)
	}
	return behind
}
