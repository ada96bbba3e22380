package hub

import (
	"context"
	"sync"
	"time"

	"postern/chat"
)

// compareEvery is how often the heads of everybody connected are compared with the database.
const compareEvery = time.Second

// gaps are channels on which news may have been missed.
type gaps struct {
	mu       sync.Mutex
	channels map[string]bool
	ready    chan struct{} // one token
}

func (g *gaps) add(channels []string) {
	g.mu.Lock()
	for _, channel := range channels {
		g.channels[channel] = true
	}
	g.mu.Unlock()
	select {
	case g.ready <- struct{}{}:
	default:
	}
}

func (g *gaps) take() map[string]bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	channels := g.channels
	g.channels = map[string]bool{}
	return channels
}

// missed has the users of some offices compared now.
func (h *Hub) missed(channels []string) { h.gaps.add(channels) }

// runCompare compares heads: each second those of everybody, and at once those that may have missed news.
func (h *Hub) runCompare(ctx context.Context) {
	tick := time.NewTicker(compareEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			h.forgetOffices()
			h.compare(ctx, h.placesOf(nil))
		case <-h.gaps.ready:
			h.compare(ctx, h.placesOf(h.gaps.take()))
		}
	}
}

// standing is where a stream stood before the database was asked.
type standing struct {
	stream *stream
	at     int64
}

// placesOf gives the streams of the offices with these channels, nil: all.
func (h *Hub) placesOf(channels map[string]bool) []standing {
	h.mu.RLock()
	list := make([]standing, 0, len(h.streams))
	for _, s := range h.streams {
		if channels == nil || channels[s.office.String()] {
			list = append(list, standing{stream: s})
		}
	}
	h.mu.RUnlock()
	for i := range list {
		list[i].at = list[i].stream.stands()
	}
	return list
}

func (s *stream) stands() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

// compare asks one query for all, and has whoever is behind filled: a moment later when the news may be on its way, at once when the
// bus is not to be relied on.
func (h *Hub) compare(ctx context.Context, list []standing) {
	if len(list) == 0 {
		return
	}
	began := time.Now()
	heads, err := h.heads(ctx, list)
	observeSince(h.meters.Compare, began)
	if h.noteComparing(err); err != nil {
		return
	}
	wait := patience
	if !h.bus.Stats().Healthy {
		wait = 0
	}
	for _, l := range list {
		if head, ok := heads[l.stream.user]; ok {
			if by := l.stream.note(h, head, l.at, wait); by > 0 {
				h.meter.behind.Add(1)
				h.meters.BehindBy.Observe(float64(by))
			}
		}
	}
}

func (h *Hub) heads(ctx context.Context, list []standing) (map[chat.ID]chat.Place, error) {
	users := make([]chat.ID, len(list))
	for i, l := range list {
		users[i] = l.stream.user
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	return h.service.Heads(ctx, users)
}

// noteComparing logs the first failure and the first success after it.
func (h *Hub) noteComparing(err error) {
	h.meter.compared.Add(1)
	if err != nil {
		h.meter.uncompared.Add(1)
	}
	if was := h.blind.Swap(err != nil); was == (err != nil) {
		return
	}
	if err != nil {
		h.log.Warn().Err(err).Msg("heads cannot be compared")
		return
	}
	h.log.Info().Msg("heads are compared again")
}
