package postgres_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"postern/chat"
	"postern/store/postgres/postgrestest"
)

// A number that was taken before its commit would show: whoever reads on from the last that they saw, while fifty write into one conversation on two
// nodes, would see a later one first, and the earlier one never (R3).
func TestNumbersShowInTheirOrder(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	one, two := openAt(t, url), openAt(t, url)
	p := newPractice(t, one, 1, 1)
	other := *p
	other.service = newService(two)
	nodes := []*practice{p, &other}
	const writers, each = 50, 20
	var writing, reading sync.WaitGroup
	var over atomic.Bool
	for i, u := range append(p.staff, p.contacts...) {
		reading.Go(func() { follow(t, []chat.Store{one, two}[i%2], u, &over, writers*each+1) })
	}
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				nodes[(w+i)%2].sendUntilDone(t, 0, w, fmt.Sprintf("w%d-%d", w, i))
			}
		})
	}
	writing.Wait()
	over.Store(true)
	reading.Wait()
	p.checkWhole(t, one, writers*each)
}

// follow reads a stream on and on, as a hub does, and holds each stretch against the one before, until all is over and nothing more is there.
func follow(t *testing.T, store chat.Store, u chat.User, over *atomic.Bool, want int) {
	var last int64
	var at chat.Position
	messages, stretches := 0, 0
	for t.Context().Err() == nil {
		ended := over.Load()
		events, err := eventsAfter(t.Context(), store, u.ID, last)
		if err != nil {
			t.Errorf("read the stream: %v", err)
			return
		}
		for _, e := range events {
			if e.Number != last+1 {
				t.Errorf("%s: event %d shows after %d", u.Name, e.Number, last)
			}
			last = e.Number
			if e.Type != chat.MessageCreated {
				continue
			}
			messages++
			if e.Position <= at {
				t.Errorf("%s: the message at %s shows after %s", u.Name, e.Position, at)
			}
			at = e.Position
		}
		if len(events) > 0 {
			stretches++
		}
		if ended && len(events) == 0 {
			break
		}
		runtime.Gosched()
	}
	if messages != want || stretches < 10 {
		t.Errorf("%s saw %d of %d messages in %d stretches", u.Name, messages, want, stretches)
	}
}

func eventsAfter(ctx context.Context, store chat.Store, user chat.ID, after int64) (events []chat.StreamEvent, err error) {
	err = store.View(ctx, func(r chat.Reader) error {
		events, _, err = r.Events(ctx, user, after, 1000)
		return err
	})
	return events, err
}
