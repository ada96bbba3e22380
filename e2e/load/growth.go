package main

import (
	"context"
	"sync"
	"time"
)

// growth compares what a message costs at the end of a run with what it costs at its beginning.
type growth struct {
	marks   [4]mark // at the beginning, after a tenth, after nine tenths, at the end
	reached int     // how many of them
	stop    func()
	running sync.WaitGroup
	err     error
}

// mark is how far a run was, and what the servers had spent by then.
type mark struct {
	messages int64
	spent    time.Duration
}

// lookEvery is how exactly marks are set.
const lookEvery = 5 * time.Millisecond

// watchGrowth begins to set marks while so many messages are being sent. The count is of what is done so far.
func watchGrowth(ctx context.Context, s *site, messages int, count func() int64) *growth {
	ctx, stop := context.WithCancel(ctx)
	g := &growth{stop: stop}
	first := count()
	steps := []int64{0, int64(messages) / 10, int64(messages) * 9 / 10}
	g.running.Go(func() {
		look := time.NewTicker(lookEvery)
		defer look.Stop()
		for g.err == nil && g.reached < len(steps) {
			if done := count() - first; done >= steps[g.reached] {
				g.set(s, done)
				continue
			}
			select {
			case <-ctx.Done():
				return
			case <-look.C:
			}
		}
	})
	return g
}

func (g *growth) set(s *site, done int64) {
	spent, err := s.spent()
	g.marks[g.reached], g.err = mark{done, spent.servers()}, err
	g.reached++
}

// finish sets the last mark and gives the ratio; zero: the run was too short for one, or broke off.
func (g *growth) finish(s *site, messages int) (float64, error) {
	g.stop()
	g.running.Wait()
	if g.err != nil || g.reached < len(g.marks)-1 {
		return 0, g.err
	}
	g.set(s, int64(messages))
	return growthRatio(g.marks), g.err
}

// leastSpent is what the first and the last tenth of a run must have cost for the ratio to mean anything: CPU time is counted in steps of 10 ms for
// each process.
const leastSpent = time.Second

// growthRatio is the cost of a message after the third mark over that before the second.
func growthRatio(m [4]mark) float64 {
	early, late := m[1].spent-m[0].spent, m[3].spent-m[2].spent
	if early < leastSpent || late < leastSpent || m[1].messages <= m[0].messages || m[3].messages <= m[2].messages {
		return 0
	}
	return round(share(late, int(m[3].messages-m[2].messages)) / share(early, int(m[1].messages-m[0].messages)))
}
