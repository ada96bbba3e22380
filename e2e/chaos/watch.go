package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"postern/e2e/client"
	"postern/hub/wire"
)

// watched is a session whose right to be there is about to end, with its socket.
type watched struct {
	client *client.Client
	live   *client.Live

	mu    sync.Mutex
	epoch int64
	event int64     // the number of the last one
	last  time.Time // when the last frame of any kind came that tells of others
}

// watch signs in by a link and opens a socket.
func (r *round) watch(ctx context.Context, link string) (*watched, error) {
	w := &watched{}
	var err error
	if w.client, err = client.New(r.st.d.URL, ""); err != nil {
		return nil, err
	}
	if err := w.client.Enter(ctx, link, ""); err != nil {
		return nil, err
	}
	if w.live, err = w.client.Live(ctx, w.hear); err != nil {
		w.client.Rest()
		return nil, err
	}
	return w, nil
}

func (w *watched) close() {
	w.live.Close()
	w.client.Rest()
}

func (w *watched) hear(f wire.Frame) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if f.Type == wire.TypeHello {
		var h wire.Hello
		if json.Unmarshal(f.Data, &h) == nil {
			w.epoch, w.event = h.Epoch, h.Number
		}
		return
	}
	w.event, w.last = max(w.event, f.Event), time.Now()
}

// heard is when the last frame came.
func (w *watched) heard() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last
}

func (w *watched) place() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return fmt.Sprintf("%d.%d", w.epoch, w.event)
}

// mustHear waits until something has come: what is about to end has been there.
func (w *watched) mustHear(ctx context.Context) error {
	for end := time.Now().Add(answerWithin); w.heard().IsZero(); pause(ctx, 20*time.Millisecond) {
		if ctx.Err() != nil || time.Now().After(end) {
			return fmt.Errorf("nothing came to watch")
		}
	}
	return nil
}

// mustBeOut counts as leaks: a frame past the bound, a socket that stands then, and one that is let in again, whether it resumes or begins anew.
func (w *watched) mustBeOut(ctx context.Context, r *round, over time.Time) {
	pause(ctx, time.Until(over)+watchedFor)
	if w.heard().After(over) {
		r.leaked.Add(1)
	}
	if w.live.Command(ctx, wire.Command{Type: "typing"}) == nil {
		r.leaked.Add(1)
	}
	for _, since := range []string{"", w.place()} {
		if again, err := w.client.Resume(ctx, nil, since); err == nil {
			r.leaked.Add(1)
			_ = again.Close() // it should not be there at all
		}
	}
}
