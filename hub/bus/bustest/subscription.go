package bustest

import (
	"fmt"
	"testing"
)

func subscription(t *testing.T, open Open) {
	scenario(t, open, "what is published after the gap was told arrives", func(t *testing.T, join func() *Node) {
		a, b := join(), join()
		for i := range 200 {
			channel := fmt.Sprint("office ", i)
			b.Join(channel)
			a.Send(channel, "first")
			b.Receive(channel, 1)
		}
	})
	scenario(t, open, "asking twice brings a message once", func(t *testing.T, join func() *Node) {
		a := join()
		a.Join("office 1")
		a.Subscribe("office 1")
		a.Send("office 1", "one", "two")
		if got := a.Receive("office 1", 2); got[0] != "one" || got[1] != "two" {
			t.Errorf("got %q", got)
		}
	})
	scenario(t, open, "one unsubscribe ends it, however often it was asked for", func(t *testing.T, join func() *Node) {
		a, b := join(), join()
		b.Join("office 1", "fence")
		b.Subscribe("office 1")
		b.Unsubscribe("office 1")
		b.Unsubscribe("office 1")
		b.Unsubscribe("never asked for")
		a.Send("office 1", "late")
		a.Send("fence", "after")
		if got := b.Next(); got.Channel != "fence" {
			t.Errorf("got %q", got)
		}
	})
	scenario(t, open, "what waits in the inbox is dropped too", func(t *testing.T, join func() *Node) {
		a, b := join(), join()
		b.Join("office 1", "fence")
		b.hold.Lock()
		a.Send("office 1", payloads("a", 10)...)
		a.Send("fence", "after")
		Until(t, "all have arrived", func() bool { return b.Stats().Received == 11 })
		b.Unsubscribe("office 1")
		b.hold.Unlock()
		begun := 0
		for b.Next().Channel != "fence" {
			begun++
		}
		if begun > 1 {
			t.Errorf("%d messages came after Unsubscribe, only the one begun may", begun)
		}
	})
	scenario(t, open, "one node's end of interest is not another's", func(t *testing.T, join func() *Node) {
		a, b := join(), join()
		a.Join("office 1")
		b.Join("office 1")
		a.Unsubscribe("office 1")
		a.Send("office 1", "hello")
		b.Receive("office 1", 1)
	})
	scenario(t, open, "subscribing again tells a gap again", func(t *testing.T, join func() *Node) {
		a := join()
		for i := range 50 {
			a.Join("office 1")
			a.Send("office 1", fmt.Sprint(i))
			if got := a.Receive("office 1", 1); got[0] != fmt.Sprint(i) {
				t.Fatalf("round %d got %q", i, got)
			}
			a.Unsubscribe("office 1")
		}
	})
	scenario(t, open, "asked for before Run", func(t *testing.T, join func() *Node) {
		b := open(t)()
		b.Subscribe("office 1")
		n := Start(t, b)
		n.AwaitGap("office 1")
		n.Send("office 1", "hello")
		n.Receive("office 1", 1)
	})
	scenario(t, open, "thousands of channels", func(t *testing.T, join func() *Node) {
		a, b := join(), join()
		channels := payloads("office", 3000)
		b.Join(channels...)
		for _, channel := range channels {
			a.Send(channel, channel)
		}
		heard := map[string]bool{} // order is promised within a channel alone
		for range channels {
			got := b.Next()
			if got.Payload != got.Channel || heard[got.Channel] {
				t.Fatalf("got %q, before: %v", got, heard[got.Channel])
			}
			heard[got.Channel] = true
		}
	})
}
