package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"postern/e2e/client"
	"postern/hub/wire"
)

// reader watches one live connection: which messages it was shown, how often, in which order, and when.
type reader struct {
	name string
	c    *client.Client
	live *client.Live

	mu    sync.Mutex
	times map[string]int       // by message id
	at    map[string]time.Time // first shown
	order []string             // positions
}

func (s *stage) reader(ctx context.Context, name string, c *client.Client) (*reader, error) {
	r := &reader{name: name, c: c, times: map[string]int{}, at: map[string]time.Time{}}
	var err error
	r.live, err = c.Live(ctx, r.take)
	return r, err
}

func (r *reader) take(f wire.Frame) {
	if f.Type != wire.TypeMessageCreated {
		return
	}
	now := time.Now()
	var m wire.Message
	if err := json.Unmarshal(f.Data, &m); err != nil {
		return // counted by the client as a fault when the whole frame is broken; a body of another shape shows as unseen
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.times[m.ID]++
	if r.times[m.ID] == 1 {
		r.at[m.ID] = now
	}
	r.order = append(r.order, m.Position)
}

func (r *reader) has(ids map[string]time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id := range ids {
		if r.times[id] == 0 {
			return false
		}
	}
	return true
}

// tally is what a reader saw of what was acknowledged.
type tally struct {
	seen, lost, doubled, reordered int
	longest                        time.Duration // from the acknowledgement to the screen
}

func (r *reader) tally(acked map[string]time.Time) tally {
	r.mu.Lock()
	defer r.mu.Unlock()
	var t tally
	for id, at := range acked {
		switch n := r.times[id]; {
		case n == 0:
			t.lost++
		default:
			t.seen++
			t.longest = max(t.longest, r.at[id].Sub(at))
		}
	}
	for _, n := range r.times {
		t.doubled += n - 1
	}
	for i := 1; i < len(r.order); i++ {
		if r.order[i] <= r.order[i-1] {
			t.reordered++
		}
	}
	return t
}

// writer sends numbered messages with keys until it is told to stop; what is answered otherwise than by a refusal that is final is sent again under the same key.
type writer struct {
	c            *client.Client
	conversation string

	mu    sync.Mutex
	acked map[string]time.Time // message id: when the acknowledgement came
}

func (w *writer) run(ctx context.Context, name string, every time.Duration, more func(n int) bool) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for n := 1; more(n); n++ {
		key := fmt.Sprintf("%s-%d", name, n)
		if err := w.send(ctx, key, fmt.Sprintf("<p>%s says %d</p>", name, n)); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

// send sends until there is an answer that settles it.
func (w *writer) send(ctx context.Context, key, html string) error {
	for {
		attempt, cancel := context.WithTimeout(ctx, 10*time.Second)
		m, err := w.c.Send(attempt, w.conversation, key, html)
		cancel()
		if err == nil {
			w.mu.Lock()
			w.acked[m.ID] = time.Now()
			w.mu.Unlock()
			return nil
		}
		if refusal, ok := errors.AsType[*client.Refusal](err); ok && refusal.Status < 500 && refusal.Status != 429 {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w after %w", ctx.Err(), err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (w *writer) acknowledged() map[string]time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := make(map[string]time.Time, len(w.acked))
	for id, at := range w.acked {
		all[id] = at
	}
	return all
}
