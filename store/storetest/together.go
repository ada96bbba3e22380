package storetest

import (
	"runtime"
	"sync/atomic"

	"postern/chat"
)

// queued is what a store under test must tell.
type queued interface{ Queued() int }

// outcome is what a caller of Decide got.
type outcome struct {
	told []chat.Told
	err  error
}

// together runs the decisions, all about one conversation (or, where one connection writes, about any), as one group, in their order: the first transaction is held open
// until the others wait behind it. It fails unless they all decided before any of their callers had an answer.
func (p *practice) together(decisions ...chat.Decision) []outcome {
	p.Helper()
	store, ok := p.store.(queued)
	if !ok {
		p.Fatal("the store does not tell how many wait: func Queued() int")
	}
	release := p.block(decisions[0].Need)
	var decided, early atomic.Int32
	outcomes := make([]outcome, len(decisions))
	done := make(chan struct{})
	for i, d := range decisions {
		inner := d.Decide
		d.Decide = func(st *chat.State) (chat.Effects, error) {
			decided.Add(1)
			return inner(st)
		}
		go func() {
			outcomes[i].told, outcomes[i].err = p.store.Decide(p.Context(), d)
			if int(decided.Load()) < len(decisions) {
				early.Add(1)
			}
			done <- struct{}{}
		}()
		for store.Queued() <= i && p.Context().Err() == nil {
			runtime.Gosched()
		}
	}
	close(release)
	for range decisions {
		<-done
	}
	if early.Load() > 0 {
		p.Fatal("the decisions were not run as one group")
	}
	return outcomes
}

// block holds a transaction on the need's conversation until the channel is closed.
func (p *practice) block(n chat.Need) chan struct{} {
	release, begun := make(chan struct{}), make(chan struct{})
	blocked := make(chan error, 1)
	var once atomic.Bool
	go func() {
		_, err := p.store.Decide(p.Context(), chat.Decision{
			Need: chat.Need{Office: n.Office, Conversation: n.Conversation},
			Decide: func(*chat.State) (chat.Effects, error) {
				if once.CompareAndSwap(false, true) {
					close(begun)
				}
				<-release
				return chat.Effects{}, nil
			},
		})
		blocked <- err
	}()
	<-begun
	p.Cleanup(func() {
		if err := <-blocked; err != nil {
			p.Errorf("the decision that held the others up: %v", err)
		}
	})
	return release
}
