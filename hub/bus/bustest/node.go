package bustest

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/hub/bus"
)

// patience is how long a condition may take on a busy machine before the test fails.
const patience = 20 * time.Second

// Message is what a node's handler was called with.
type Message struct{ Channel, Payload string }

// Node is a running bus that keeps what its handler was told.
type Node struct {
	bus.Bus
	t    *testing.T
	stop context.CancelFunc
	done chan error

	calls   atomic.Int32 // handlers running now
	hold    sync.Mutex   // held by a test that wants the handler to be slow
	message chan Message
	gap     chan []string
}

// Start runs b until the test ends.
func Start(t *testing.T, b bus.Bus) *Node {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	n := &Node{
		Bus: b, t: t, stop: stop, done: make(chan error, 1),
		message: make(chan Message, 1<<17), gap: make(chan []string, 1<<12),
	}
	go func() { n.done <- b.Run(ctx, bus.Handler{Message: n.onMessage, Gap: n.onGap}) }()
	t.Cleanup(func() { n.Stop() })
	return n
}

func (n *Node) onMessage(channel string, payload []byte) {
	n.enter()
	n.message <- Message{channel, string(payload)}
	n.calls.Add(-1)
}

func (n *Node) onGap(channels []string) {
	n.enter()
	n.gap <- slices.Clone(channels)
	n.calls.Add(-1)
}

func (n *Node) enter() {
	if n.calls.Add(1) != 1 {
		n.t.Error("two calls of the handler at once")
	}
	n.hold.Lock() // a gate: passing it is all that is wanted
	defer n.hold.Unlock()
}

// Stop ends Run and waits for it. It may be called again.
func (n *Node) Stop() {
	n.t.Helper()
	n.stop()
	select {
	case err := <-n.done:
		n.done <- err
		if err != nil {
			n.t.Errorf("Run: %v", err)
		}
	case <-time.After(patience):
		n.t.Error("Run did not end after its context")
	}
}

// Join subscribes and waits until the subscriptions are in force.
func (n *Node) Join(channels ...string) {
	n.t.Helper()
	for _, channel := range channels {
		n.Subscribe(channel)
	}
	n.AwaitGap(channels...)
}

// AwaitGap waits until the handler was told of a gap on each of the channels.
func (n *Node) AwaitGap(channels ...string) {
	n.t.Helper()
	missing := slices.Clone(channels)
	late := time.After(patience)
	for len(missing) > 0 {
		select {
		case told := <-n.gap:
			missing = slices.DeleteFunc(missing, func(c string) bool { return slices.Contains(told, c) })
		case <-late:
			n.t.Fatalf("no gap told on %q", missing)
		}
	}
}

// Gaps returns the channels on which gaps were told of so far, sorted.
func (n *Node) Gaps() []string {
	var all []string
	for {
		select {
		case told := <-n.gap:
			all = append(all, told...)
		default:
			slices.Sort(all)
			return slices.Compact(all)
		}
	}
}

// ForgetGaps drops what was told of gaps so far.
func (n *Node) ForgetGaps() {
	for {
		select {
		case <-n.gap:
		default:
			return
		}
	}
}

// Send publishes and fails the test if the bus refuses.
func (n *Node) Send(channel string, payloads ...string) {
	n.t.Helper()
	for _, payload := range payloads {
		if err := n.Publish(n.t.Context(), channel, []byte(payload)); err != nil {
			n.t.Errorf("Publish: %v", err)
			return
		}
	}
}

// Next returns the next message.
func (n *Node) Next() Message {
	n.t.Helper()
	select {
	case m := <-n.message:
		return m
	case <-time.After(patience):
		n.t.Fatalf("no message came; %+v", n.Stats())
		return Message{}
	}
}

// Waiting says that a message has come that Next has not returned.
func (n *Node) Waiting() bool { return len(n.message) > 0 }

// upTo takes what has come so far up to the first message on a channel, and says whether that has come.
func (n *Node) upTo(channel string) (others int, came bool) {
	for {
		select {
		case m := <-n.message:
			if m.Channel == channel {
				return others, true
			}
			others++
		default:
			return others, false
		}
	}
}

// Receive returns the payloads of the next count messages, all of channel.
func (n *Node) Receive(channel string, count int) []string {
	n.t.Helper()
	payloads := make([]string, count)
	for i := range payloads {
		m := n.Next()
		if m.Channel != channel {
			n.t.Fatalf("message %d of %d came on %q, want %q", i, count, m.Channel, channel)
		}
		payloads[i] = m.Payload
	}
	return payloads
}

// Until waits for a condition that no callback tells of.
func Until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for !holds() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}
