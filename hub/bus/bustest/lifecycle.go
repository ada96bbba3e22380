package bustest

import (
	"context"
	"errors"
	"testing"
	"time"

	"postern/hub/bus"
)

func lifecycle(t *testing.T, open Open) {
	scenario(t, open, "what was queued before the end is sent", func(t *testing.T, join func() *Node) {
		a, b := join(), join()
		b.Join("office 1")
		a.Send("office 1", payloads("a", 1000)...)
		a.Stop()
		b.Receive("office 1", 1000)
	})
	scenario(t, open, "after the end nothing is taken", func(t *testing.T, join func() *Node) {
		a, b := join(), join()
		b.Join("office 1")
		a.Stop()
		if err := a.Publish(t.Context(), "office 1", []byte("late")); !errors.Is(err, bus.ErrClosed) {
			t.Errorf("Publish: %v, want ErrClosed", err)
		}
		if got := a.Stats(); got.Dropped != 1 || got.Healthy {
			t.Errorf("%+v", got)
		}
		a.Subscribe("office 1")
		a.Unsubscribe("office 1")
	})
	scenario(t, open, "after the end nothing is told", func(t *testing.T, join func() *Node) {
		a, b := join(), join()
		a.Join("office 1")
		b.Join("office 1")
		a.Stop()
		b.Send("office 1", "late")
		b.Receive("office 1", 1)
		if len(a.message) != 0 {
			t.Errorf("a stopped node heard %q", <-a.message)
		}
	})
}

// run runs b with a handler of the test's own.
func run(t *testing.T, b bus.Bus, h bus.Handler) {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx, h) }()
	t.Cleanup(func() {
		stop()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		case <-time.After(patience):
			t.Error("Run did not end after its context")
		}
	})
}
