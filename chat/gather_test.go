package chat

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// slowLook takes a second a look, and writes down what it was asked.
type slowLook struct {
	mu    sync.Mutex
	looks [][]int
	bad   int // a question that fails the whole look
	away  bool
}

var errBad = errors.New("bad question")

func (l *slowLook) look(ctx context.Context, questions []int) ([]found[int], error) {
	l.mu.Lock()
	l.looks = append(l.looks, slices.Clone(questions))
	l.mu.Unlock()
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if l.away {
		return nil, Refuse(Unavailable, "Away.")
	}
	list := make([]found[int], len(questions))
	for i, q := range questions {
		if q == l.bad {
			return nil, errBad
		}
		list[i].answer = -q
	}
	return list, nil
}

func newSlowLook() (*slowLook, *gathering[int, int]) {
	l := &slowLook{bad: -1}
	return l, newGathering(l.look)
}

// TestManyAreAnsweredByFewLooks: the first few look at once, the others wait for one of them and are answered together.
func TestManyAreAnsweredByFewLooks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, g := newSlowLook()
		var callers sync.WaitGroup
		for i := range 200 {
			callers.Go(func() {
				if got, err := g.ask(t.Context(), i); got != -i || err != nil {
					t.Errorf("%d: %d, %v", i, got, err)
				}
			})
		}
		callers.Wait()
		asked := slices.Sorted(slices.Values(slices.Concat(l.looks...)))
		if len(asked) != 200 || slices.Compact(asked)[199] != 199 {
			t.Errorf("asked for %v", asked)
		}
		if len(l.looks) != atOnce+4 { // 196 waited, 64 a look
			t.Errorf("%d looks", len(l.looks))
		}
		if g.under != 0 || g.length() != 0 {
			t.Errorf("%d looks are under way, %d wait", g.under, g.length())
		}
	})
}

// TestNobodyIsAnsweredFromBefore: a question is not answered by a look that had begun when it was asked.
func TestNobodyIsAnsweredFromBefore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, g := newSlowLook()
		var callers sync.WaitGroup
		for i := range atOnce {
			callers.Go(func() { g.ask(t.Context(), i) })
		}
		synctest.Wait()
		began := len(l.looks)
		callers.Go(func() { g.ask(t.Context(), 77) })
		callers.Wait()
		if began != atOnce || len(l.looks) != atOnce+1 || !slices.Equal(l.looks[atOnce], []int{77}) {
			t.Errorf("looks: %v", l.looks)
		}
	})
}

// TestWhoLeavesHoldsUpNobody: callers go away while they wait, and while it is their turn.
func TestWhoLeavesHoldsUpNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, g := newSlowLook()
		var callers sync.WaitGroup
		for i := range 300 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%37)*100*time.Millisecond)
			callers.Go(func() {
				defer cancel()
				if got, err := g.ask(ctx, i); err == nil && got != -i || err != nil && !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%d: %d, %v", i, got, err)
				}
			})
		}
		callers.Wait()
		if got, err := g.ask(t.Context(), 5); got != -5 || err != nil || g.under != 0 || g.length() != 0 {
			t.Errorf("afterwards: %d, %v; %d under way, %d wait", got, err, g.under, g.length())
		}
	})
}

// TestOneBadQuestionIsItsOwn: when a look fails over one question the others are answered, each alone; when the database is away nobody is.
func TestOneBadQuestionIsItsOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, away := range []bool{false, true} {
			l, g := newSlowLook()
			l.bad, l.away = 9, away
			var callers sync.WaitGroup
			for i := range 12 {
				callers.Go(func() {
					got, err := g.ask(t.Context(), i)
					switch {
					case away && KindOf(err) != Unavailable, !away && i == 9 && !errors.Is(err, errBad), !away && i != 9 && (err != nil || got != -i):
						t.Errorf("away %t, %d: %d, %v", away, i, got, err)
					}
				})
			}
			callers.Wait()
		}
	})
}

// TestABrokenLookEndsForAll: a panic is its caller's, and the others hear of a failure.
func TestABrokenLookEndsForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		g := newGathering(func(_ context.Context, q []int) ([]found[int], error) {
			<-hold
			if q[0] >= atOnce {
				panic("broken")
			}
			return make([]found[int], len(q)), nil
		})
		var callers sync.WaitGroup
		var failed, panicked atomic.Int64
		for i := range atOnce {
			callers.Go(func() { g.ask(t.Context(), i) })
		}
		synctest.Wait()
		for i := range 5 {
			callers.Go(func() {
				defer func() {
					if recover() != nil {
						panicked.Add(1)
					}
				}()
				if _, err := g.ask(t.Context(), atOnce+i); err != nil {
					failed.Add(1)
				}
			})
			synctest.Wait()
		}
		close(hold)
		callers.Wait()
		if panicked.Load() == 0 || panicked.Load()+failed.Load() != 5 || g.under != 0 {
			t.Errorf("%d panicked, %d failed, %d under way", panicked.Load(), failed.Load(), g.under)
		}
	})
}

// TestWaitingHasABound: past it callers hear that the server is busy.
func TestWaitingHasABound(t *testing.T) {
	t.Parallel()
	_, g := newSlowLook()
	g.under, g.waiting = atOnce, make([]*asked[int, int], mostWaits)
	if _, err := g.ask(t.Context(), 1); KindOf(err) != Unavailable {
		t.Errorf("past the bound: %v", err)
	}
}
