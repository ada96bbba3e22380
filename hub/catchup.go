package hub

import (
	"context"
	"time"

	"postern/chat"
	"postern/hub/wire"
)

// maxArray is how large one JSON array of several frames grows, but for a single larger one.
const maxArray = 64 << 10

// catchUp gives the connection what came after its last, at the pace of its reader, until it can join the stream, and says whether it has.
func (c *start) catchUp(ctx context.Context) bool {
	resumed := c.next.Stream.Epoch != 0
	if code := c.sendAll(ctx, c.next); code != 0 {
		c.out.finish(code, "")
		return false
	}
	c.next = chat.Following{}
	for !c.stream.join(c.conn) {
		if c.out.isEnded() || ctx.Err() != nil {
			return false
		}
		if code := c.step(ctx); code != 0 {
			c.out.finish(code, "")
			return false
		}
	}
	if resumed {
		c.hub.meters.Resume.Observe(float64(c.given))
	}
	return true
}

// step sends one stretch. It gives the code to close with when that is not possible.
func (c *start) step(ctx context.Context) uint16 {
	f, err := c.ask(ctx)
	if err != nil {
		return c.hub.refused(c.actor.User, err)
	}
	if f.Stream.Epoch != c.epoch {
		return wire.CloseBusy // as [stream.reset] says
	}
	if f.Stream.Number < c.last || f.Gap {
		c.hub.meter.resets.Add(1)
		c.reset(f.Stream.Place)
	} else if code := c.sendAll(ctx, f); code != 0 {
		return code
	}
	if len(f.Events) == 0 || !c.stream.sameEpoch(c.epoch) {
		// The stream stands where this snapshot does not reach: it has to look for itself.
		c.hub.settle(ctx, c.stream)
	}
	return 0
}

func (s *stream) sameEpoch(epoch int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.epoch == epoch
}

// settle compares the stream with the database now.
func (h *Hub) settle(ctx context.Context, s *stream) {
	s.mu.Lock()
	s.fill.doubt = true
	s.mu.Unlock()
	h.fillStream(ctx, s)
}

func (c *conn) ask(ctx context.Context) (chat.Following, error) {
	select {
	case c.hub.starts <- struct{}{}:
	case <-ctx.Done():
		return chat.Following{}, ctx.Err()
	}
	defer func() { <-c.hub.starts }()
	return c.hub.follow(ctx, c.stream, c.last)
}

// sendAll sends a stretch of the log, several frames to an array. It gives the close code when the stretch holds the end of the session.
func (c *start) sendAll(ctx context.Context, f chat.Following) uint16 {
	frames := stretch{ctx: ctx, conn: c.conn}
	c.given += len(f.Events)
	for _, ev := range f.Events {
		it, err := shownItem(f.Stream.Epoch, ev)
		if err != nil {
			c.hub.log.Error().Err(err).Stringer("user", c.actor.User).Int64("event", ev.Number).Msg("event not encoded")
		}
		if it.ends(c.conn) && it.number > c.head {
			return wire.CloseSignedOut
		}
		switch it.act {
		case show:
			frames.show(it)
		case renew:
			frames.flush()
			c.reset(chat.Place{Epoch: it.epoch, Number: it.number})
		default:
			frames.skip(it)
		}
		c.last = it.number
	}
	frames.flush()
	return 0
}

// stretch gathers frames for one JSON array, and skipped numbers for one frame. It lives as long as one stretch of the log is sent.
type stretch struct {
	ctx  context.Context
	conn *conn

	json  []byte
	count int

	from, to int64 // skipped and not told yet; zero: none
	badge    int
}

func (st *stretch) skip(it item) {
	if st.from == 0 {
		st.from = it.number
	}
	st.to, st.badge = it.number, it.badge
}

func (st *stretch) show(it item) {
	st.tellSkipped()
	if st.count > 0 && len(st.json)+numberedRoom+len(it.suffix.bytes) > maxArray {
		st.flush()
	}
	st.begin()
	st.json = appendNumbered(st.json, it.number, it.badge, it.suffix.bytes)
}

func (st *stretch) tellSkipped() {
	if st.from == 0 {
		return
	}
	st.begin()
	st.json = appendSkipped(st.json, st.from, st.to, st.badge)
	st.from = 0
}

// begin makes room for one more frame.
func (st *stretch) begin() {
	if st.count == 0 {
		st.json = append(st.json, '[')
	} else {
		st.json = append(st.json, ',')
	}
	st.count++
}

// flush sends what is gathered, a single frame as itself, and waits until it has gone out: a reader that is slow, but reads, is
// given a long stretch at its own pace. One that takes nothing is the outbox's to end.
func (st *stretch) flush() {
	st.tellSkipped()
	if st.count == 0 {
		return
	}
	text := st.json[1:]
	if st.count > 1 {
		text = append(st.json, ']')
	}
	st.conn.out.send(textFrame(text))
	st.json, st.count = st.json[:0], 0
	if drained := st.conn.out.drained(); drained != nil {
		select {
		case <-drained:
		case <-st.ctx.Done():
		}
	}
}

// pause waits, unless ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
