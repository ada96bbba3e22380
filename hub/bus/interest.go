package bus

import (
	"maps"
	"slices"
	"sync"
)

// interest is the set of channels this node wants.
type interest struct {
	mu     sync.RWMutex
	wanted map[string]struct{}
}

func newInterest() *interest { return &interest{wanted: map[string]struct{}{}} }

func (i *interest) has(channel string) bool {
	i.mu.RLock()
	defer i.mu.RUnlock()
	_, ok := i.wanted[channel]
	return ok
}

// add and remove say whether they changed anything.
func (i *interest) add(channel string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	n := len(i.wanted)
	i.wanted[channel] = struct{}{}
	return len(i.wanted) > n
}

func (i *interest) remove(channel string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	n := len(i.wanted)
	delete(i.wanted, channel)
	return len(i.wanted) < n
}

func (i *interest) all() []string {
	i.mu.RLock()
	defer i.mu.RUnlock()
	return slices.Collect(maps.Keys(i.wanted))
}
