package hub

import (
	"context"
	"sync"
	"time"

	"postern/chat"
	"postern/hub/wire"
)

const (
	patience   = 100 * time.Millisecond // for news that others have overtaken
	fillers    = 32                     // chat answers those that ask at once by one look
	batch      = 256                    // events asked for at once
	askTimeout = 10 * time.Second
)

// fillState says how far a stream's next fill has come: at most one is waited for, queued or running.
type fillState struct {
	timer  *time.Timer // waiting; nil: not
	queued bool
	done   chan struct{} // running, closed at its end; nil: not
	doubt  bool          // epoch or head contradict what the stream knows
}

// doubt has the stream compared with the database at once. The caller holds mu.
func (s *stream) doubt(h *Hub) {
	s.fill.doubt = true
	s.wantFill(h, 0)
}

// wantFill has the stream filled if it is still behind after the wait. The caller holds mu.
func (s *stream) wantFill(h *Hub, wait time.Duration) {
	f := &s.fill
	if f.queued || f.done != nil {
		return // what is queued looks first; what runs looks again
	}
	if wait > 0 {
		if f.timer == nil {
			f.timer = time.AfterFunc(wait, func() { s.waited(h) })
		}
		return
	}
	s.queueFill(h)
}

func (s *stream) queueFill(h *Hub) {
	f := &s.fill
	if f.timer != nil {
		f.timer.Stop()
		f.timer = nil
	}
	f.queued = true
	h.fills.add(s)
}

func (s *stream) waited(h *Hub) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fill.timer == nil {
		return
	}
	s.fill.timer = nil
	if s.behind() && len(s.conns) > 0 && !s.fill.queued && s.fill.done == nil {
		s.queueFill(h)
	}
}

// fillQueue holds the streams that are to be filled; each at most once, so it needs no other bound.
type fillQueue struct {
	mu    sync.Mutex
	list  []*stream
	ready chan struct{} // one token: something may be waiting
}

func (q *fillQueue) add(s *stream) {
	q.mu.Lock()
	q.list = append(q.list, s)
	q.mu.Unlock()
	q.wake()
}

func (q *fillQueue) wake() {
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

func (q *fillQueue) length() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return int64(len(q.list))
}

func (q *fillQueue) take() *stream {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.list) == 0 {
		return nil
	}
	s := q.list[0]
	q.list = q.list[1:]
	if len(q.list) > 0 {
		q.wake()
	}
	return s
}

// runFills is one of the few workers that fill.
func (h *Hub) runFills(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.fills.ready:
		}
		for s := h.fills.take(); s != nil && ctx.Err() == nil; s = h.fills.take() {
			h.fillStream(ctx, s)
		}
	}
}

// fillStream brings the stream up to what the database holds. When another does so already it waits for that.
func (h *Hub) fillStream(ctx context.Context, s *stream) {
	running := s.beginFill()
	if running != nil {
		select {
		case <-running:
		case <-ctx.Done():
		}
		return
	}
	wait := patience
	defer func() { s.endFill(h, wait) }()
	for {
		after, ok := s.fillFrom()
		if !ok {
			return
		}
		h.meter.fills.Add(1)
		f, err := h.follow(ctx, s, after)
		if err != nil {
			wait = compareEvery
			s.unfilled(h.refused(s.user, err), after)
			return
		}
		if !s.take(h, after, f) {
			return
		}
	}
}

func (h *Hub) follow(ctx context.Context, s *stream, after int64) (chat.Following, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	return h.service.Follow(ctx, s.office, s.user, after, batch)
}

// beginFill gives the end of the fill that runs, or nil and the fill is the caller's.
func (s *stream) beginFill() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fill.queued = false
	if s.fill.done != nil {
		return s.fill.done
	}
	s.fill.done = make(chan struct{})
	return nil
}

// unfilled keeps in mind that the stream is behind, or ends the connections of a user who may not read it any more.
func (s *stream) unfilled(code uint16, after int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.head = max(s.head, after+1)
	if code != wire.CloseSignedOut {
		return
	}
	for _, c := range s.conns {
		c.out.finish(code, "")
	}
}

// endFill has the stream filled again after the wait, if it is still behind.
func (s *stream) endFill(h *Hub, wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.fill.done)
	s.fill.done = nil
	if s.behind() && len(s.conns) > 0 {
		s.wantFill(h, wait)
	}
}

// fillFrom says where to go on, or false when there is nothing to fill. All claims made so far will be settled by the
// answer, for what was told of was committed before: they are forgotten.
func (s *stream) fillFrom() (after int64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.behind() || len(s.conns) == 0 {
		return 0, false
	}
	s.head, s.fill.doubt = s.at, false
	for n, it := range s.held {
		it.settled = true
		s.held[n] = it
	}
	return s.at, true
}

// take works an answer in, and says whether there may be more.
func (s *stream) take(h *Hub, after int64, f chat.Following) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Stream.Epoch != s.epoch || f.Stream.Number < after || f.Gap {
		s.reset(h, f.Stream.Place)
		return false
	}
	for _, ev := range f.Events {
		it, err := shownItem(f.Stream.Epoch, ev)
		if err != nil {
			h.log.Error().Err(err).Stringer("user", s.user).Int64("event", ev.Number).Msg("event not encoded")
		}
		s.fillIn(h, it)
	}
	s.dropInvented(f.Stream.Number)
	s.head = max(s.head, f.Stream.Number)
	return len(f.Events) > 0 && s.at < f.Stream.Number
}

// fillIn is offer for what comes from the log: it may well have come by the bus meanwhile.
func (s *stream) fillIn(h *Hub, it item) {
	if it.number == s.at+1 {
		s.advance(h, it)
		s.release(h)
	}
}

// dropInvented lets go of held items that were there before the database was asked and that it does not know.
func (s *stream) dropInvented(head int64) {
	for _, it := range s.held {
		if it.settled && it.number > head {
			s.letGo(it)
		}
	}
	for n := range s.held {
		s.head = max(s.head, n)
	}
}
