package mailgw

import "sync"

// slots bounds the attempts under way.
type slots struct {
	mu      sync.Mutex
	free    int
	freed   chan struct{} // a token when a place was given back
	running sync.WaitGroup
	told    *attempts
}

func newSlots(n int, told *attempts) *slots {
	told.most.Store(int64(n))
	return &slots{free: n, freed: make(chan struct{}, 1), told: told}
}

func (s *slots) left() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.free
}

// start runs one attempt in a slot. Only the sender's own goroutine takes slots, so what left said is still there.
func (s *slots) start(do func()) {
	s.mu.Lock()
	s.free--
	s.told.busy.Add(1)
	s.mu.Unlock()
	s.running.Go(func() {
		defer s.done()
		do()
	})
}

func (s *slots) done() {
	s.mu.Lock()
	s.free++
	s.told.busy.Add(-1)
	s.mu.Unlock()
	select {
	case s.freed <- struct{}{}:
	default:
	}
}
