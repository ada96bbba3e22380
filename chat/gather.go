package chat

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// gathering answers callers' questions of one kind, many by one look at the database where many ask at once. Nobody waits for
// company: who comes while fewer than atOnce looks are under way looks at once; the others are gathered, and one of them looks for
// all as soon as a look has ended. A question is never answered by a look that had begun before it was asked.
//
// It has no goroutine of its own: a look runs in that of the caller whose turn it is, and outlives the caller's context, for the others' sake.
type gathering[Q, A any] struct {
	look func(context.Context, []Q) ([]found[A], error) // one answer for each question, in their order

	mu      sync.Mutex
	under   int // looks under way
	waiting []*asked[Q, A]
}

const (
	atOnce     = 4                // looks under way, each on a connection of its own
	mostAsked  = 64               // questions to a look
	mostWaits  = 16 << 10         // questions that wait
	lookWithin = 10 * time.Second // one look
)

// found is an answer, or why there is none.
type found[A any] struct {
	answer A
	err    error
}

// asked is a question and its caller. What is below woken belongs to the one who looks until woken is closed, and to the caller then.
type asked[Q, A any] struct {
	question Q
	woken    chan struct{}
	turn     bool // woken to look, not by an answer
	found[A]
}

func newGathering[Q, A any](look func(context.Context, []Q) ([]found[A], error)) *gathering[Q, A] {
	return &gathering[Q, A]{look: look}
}

// ask gives the answer; Unavailable when too many wait already.
func (g *gathering[Q, A]) ask(ctx context.Context, question Q) (answer A, err error) {
	a := &asked[Q, A]{question: question, woken: make(chan struct{})}
	turn, err := g.enter(a)
	if err != nil {
		return answer, err
	}
	if !turn {
		select {
		case <-a.woken:
		case <-ctx.Done():
			if !g.leave(a) {
				return answer, ctx.Err()
			}
		}
		if !a.turn {
			return a.answer, a.err
		}
	}
	g.lead(ctx, a)
	return a.answer, a.err
}

// enter says whether the caller looks at once.
func (g *gathering[Q, A]) enter(a *asked[Q, A]) (turn bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.under < atOnce {
		g.under++
		return true, nil
	}
	if len(g.waiting) >= mostWaits {
		return false, Refuse(Unavailable, "The server is busy. Try again in a moment.")
	}
	g.waiting = append(g.waiting, a)
	return false, nil
}

// leave takes back a question. It is true when it is too late for that: the caller was woken.
func (g *gathering[Q, A]) leave(a *asked[Q, A]) (woken bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, other := range g.waiting {
		if other == a {
			g.waiting = slices.Delete(g.waiting, i, i+1)
			return false
		}
	}
	select {
	case <-a.woken:
		return true
	default:
		return false // somebody looks for it: the answer is for nobody
	}
}

// lead looks for the caller and for others who wait, and gives the turn on.
func (g *gathering[Q, A]) lead(ctx context.Context, own *asked[Q, A]) {
	all := append([]*asked[Q, A]{own}, g.take()...)
	for _, a := range all {
		a.err = errNotLooked // unless it is looked: also when that panics
	}
	defer func() {
		for _, a := range all[1:] {
			close(a.woken)
		}
		g.pass()
	}()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookWithin)
	defer cancel()
	g.answer(ctx, all)
}

var errNotLooked = errors.New("the look that would have answered this has failed")

// answer looks once for all; when that fails over what one of them asked, once for each.
func (g *gathering[Q, A]) answer(ctx context.Context, all []*asked[Q, A]) {
	questions := make([]Q, len(all))
	for i, a := range all {
		questions[i] = a.question
	}
	answers, err := g.look(ctx, questions)
	switch {
	case err == nil:
		for i, a := range all {
			a.found = answers[i]
		}
	case len(all) == 1 || KindOf(err) == Unavailable || ctx.Err() != nil:
		for _, a := range all {
			a.err = err
		}
	default:
		for i := range all {
			g.answer(ctx, all[i:i+1])
		}
	}
}

func (g *gathering[Q, A]) take() []*asked[Q, A] {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(mostAsked-1, len(g.waiting))
	taken := g.waiting[:n:n]
	g.waiting = slices.Clone(g.waiting[n:])
	return taken
}

// pass gives the turn to the one who has waited longest.
func (g *gathering[Q, A]) pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		g.under--
		return
	}
	next := g.waiting[0]
	g.waiting = g.waiting[1:]
	next.turn = true
	close(next.woken)
}

// length is how many wait.
func (g *gathering[Q, A]) length() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting)
}
