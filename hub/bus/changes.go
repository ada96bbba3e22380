package bus

import (
	"maps"
	"slices"
	"sync"
)

// changes gathers the channels whose wish differs from what the session was told. It
// says only which; what is wanted is asked of the interest when it is told, so a wish
// that came and went costs one command.
type changes struct {
	ready chan struct{} // one token: something may be waiting

	mu       sync.Mutex
	channels map[string]struct{}
}

func newChanges() *changes {
	return &changes{ready: make(chan struct{}, 1), channels: map[string]struct{}{}}
}

func (c *changes) mark(channels ...string) {
	c.mu.Lock()
	for _, channel := range channels {
		c.channels[channel] = struct{}{}
	}
	c.mu.Unlock()
	select {
	case c.ready <- struct{}{}:
	default:
	}
}

func (c *changes) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	channels := slices.Collect(maps.Keys(c.channels))
	clear(c.channels)
	return channels
}
