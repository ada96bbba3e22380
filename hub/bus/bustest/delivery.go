package bustest

import (
	"context"
	"maps"
	"strings"
	"testing"
)

func delivery(t *testing.T, open Open) {
	scenario(t, open, "every subscribed node hears it, the publisher too", func(t *testing.T, join func() *Node) {
		a, b, c := join(), join(), join()
		for _, n := range []*Node{a, b, c} {
			n.Join("office 1")
		}
		a.Send("office 1", "hello")
		for _, n := range []*Node{a, b, c} {
			if got := n.Next(); got != (Message{"office 1", "hello"}) {
				t.Errorf("got %q", got)
			}
		}
	})
	scenario(t, open, "a publisher need not be subscribed", func(t *testing.T, join func() *Node) {
		a, b := join(), join()
		b.Join("office 1")
		a.Send("office 1", "hello")
		b.Receive("office 1", 1)
	})
	scenario(t, open, "other channels stay silent", func(t *testing.T, join func() *Node) {
		a, b := join(), join()
		b.Join("office 1", "office")
		a.Send("office 2", "not for b")
		a.Send("office 1", "for b")
		a.Send("office", "for b")
		got := map[Message]int{b.Next(): 1} // in any order
		got[b.Next()]++
		if want := map[Message]int{{"office 1", "for b"}: 1, {"office", "for b"}: 1}; !maps.Equal(got, want) {
			t.Errorf("got %v", got)
		}
	})
	scenario(t, open, "nobody listening is no error", func(t *testing.T, join func() *Node) {
		a := join()
		a.Send("office 1", "hello")
		Until(t, "it counts as published", func() bool { return a.Stats().Published == 1 })
	})
	scenario(t, open, "a caller that has gone does not hold it back", func(t *testing.T, join func() *Node) {
		a := join()
		a.Join("office 1")
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := a.Publish(gone, "office 1", []byte("hello")); err != nil {
			t.Fatalf("Publish: %v", err)
		}
		a.Receive("office 1", 1)
	})
	scenario(t, open, "payloads and names are bytes", func(t *testing.T, join func() *Node) {
		a, b := join(), join()
		names := []string{"*", "a?[b]", "{p1}:x", "with space\r\n", "\x00\xff", "postern:news:x", "ä"}
		b.Join(names...)
		for _, name := range names {
			for _, payload := range []string{"", "\x00\xff\r\n$5\r\n", strings.Repeat("x", 1<<20)} {
				a.Send(name, payload)
				if got := b.Next(); got != (Message{name, payload}) {
					t.Errorf("sent %d bytes on %q, got %d on %q", len(payload), name, len(got.Payload), got.Channel)
				}
			}
		}
	})
	scenario(t, open, "counts", func(t *testing.T, join func() *Node) {
		a, b := join(), join()
		b.Join("office 1")
		a.Send("office 1", payloads("a", 100)...)
		b.Receive("office 1", 100)
		Until(t, "a has counted", func() bool { return a.Stats().Published == 100 })
		Until(t, "b is whole", func() bool { return b.Stats().Healthy })
		if got := b.Stats(); got.Received != 100 || got.Missed != 0 {
			t.Errorf("receiver: %+v", got)
		}
		if got := a.Stats(); got.Dropped != 0 || got.Received != 0 {
			t.Errorf("publisher: %+v", got)
		}
	})
}
