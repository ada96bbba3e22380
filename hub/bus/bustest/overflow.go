package bustest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"postern/hub/bus"
)

func overflow(t *testing.T, open Open) {
	scenario(t, open, "a handler that is too slow misses news and is told", func(t *testing.T, join func() *Node) {
		a, b := join(), join()
		b.Join("office 1", "office 2", "fence")
		b.hold.Lock()
		sent := 0
		for deadline := time.Now().Add(patience); b.Stats().Missed == 0; {
			if time.Now().After(deadline) {
				t.Fatalf("%d messages fit into the inbox", sent)
			}
			if publish(t, a, "office 1", "hello") {
				sent++
			}
		}
		if q := b.Stats().Inbox; q.Items != q.MostItems || q.Bytes == 0 || q.Bytes > q.MostBytes {
			t.Errorf("the inbox was full, and is said to be %+v", q)
		}
		b.ForgetGaps()
		b.hold.Unlock()
		b.AwaitGap("office 1")

		// Whole again: what comes now arrives, once the handler has taken what was waiting.
		got := 0
		Until(t, "a message gets through", func() bool {
			publish(t, a, "fence", "after")
			others, came := b.upTo("fence")
			got += others
			return came
		})
		if got == 0 || got >= sent {
			t.Errorf("of %d messages, %d came", sent, got)
		}
	})
	scenario(t, open, "a slow handler elsewhere does not hurt", func(t *testing.T, join func() *Node) {
		a, slow, quick := join(), join(), join()
		slow.Join("office 1")
		quick.Join("office 1")
		slow.hold.Lock()
		defer slow.hold.Unlock()
		sent := payloads("a", 4000)
		a.Send("office 1", sent...)
		if got := quick.Receive("office 1", len(sent)); !slices.Equal(got, sent) {
			t.Error("the quick node missed something")
		}
	})
	scenario(t, open, "the handler may use the bus", func(t *testing.T, join func() *Node) {
		b := open(t)()
		heard := make(chan string, 1)
		n := &Node{Bus: b, t: t}
		run(t, b, bus.Handler{
			Message: func(channel string, payload []byte) {
				n.Unsubscribe(channel)
				heard <- string(payload)
			},
			Gap: func(channels []string) { n.Send(channels[0], "from within") },
		})
		b.Subscribe("office 1")
		select {
		case got := <-heard:
			if got != "from within" {
				t.Errorf("got %q", got)
			}
		case <-time.After(patience):
			t.Fatal("nothing heard")
		}
	})
}

// publish says whether the bus took it; only a full outbox may be the reason that not.
func publish(t *testing.T, n *Node, channel, payload string) bool {
	t.Helper()
	err := n.Publish(t.Context(), channel, []byte(payload))
	if err != nil && !errors.Is(err, bus.ErrFull) {
		t.Fatalf("Publish: %v", err)
	}
	return err == nil
}
