package bus_test

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"postern/hub/bus"
	"postern/hub/bus/bustest"
)

// backWithin is R7's goal: from the moment Redis is back.
const backWithin = 2 * time.Second

// pair is two nodes on one server of their own, both subscribed to "office".
func pair(t *testing.T, s *redisServer) (a, b *bustest.Node) {
	t.Helper()
	return pairAt(t, s.url())
}

func pairAt(t *testing.T, url string) (a, b *bustest.Node) {
	t.Helper()
	a = bustest.Start(t, openRedis(t, url, ""))
	b = bustest.Start(t, openRedis(t, url, ""))
	a.Join("office")
	b.Join("office")
	exchange(t, a, b)
	a.ForgetGaps()
	b.ForgetGaps()
	return a, b
}

// exchange proves that news goes both ways, and that each node hears each message once.
func exchange(t *testing.T, a, b *bustest.Node) {
	t.Helper()
	for _, from := range []*bustest.Node{a, b} {
		word := fmt.Sprint("word ", time.Now().UnixNano())
		from.Send("office", word)
		for _, n := range []*bustest.Node{a, b} {
			if got := n.Next(); got.Payload != word {
				t.Fatalf("got %q, want %q", got, word)
			}
		}
	}
}

// recovered measures from Redis being back to both nodes being told of the gap, and
// proves that news flows again.
func recovered(t *testing.T, back time.Time, a, b *bustest.Node) {
	t.Helper()
	a.AwaitGap("office")
	b.AwaitGap("office")
	took := time.Since(back)
	t.Logf("back after %v", took)
	if took > backWithin {
		t.Errorf("back after %v, goal %v", took, backWithin)
	}
	publishing(t, a, b)
	if took := time.Since(back); took > backWithin {
		t.Errorf("publishing after %v, goal %v", took, backWithin)
	}
	exchange(t, a, b)
}

// publishing waits until each node's publications go out again.
func publishing(t *testing.T, nodes ...*bustest.Node) {
	t.Helper()
	for _, n := range nodes {
		before := n.Stats().Published
		bustest.Until(t, "publishing works", func() bool {
			n.Send("probe", "x")
			return n.Stats().Published > before
		})
	}
}

// failing waits until a node has tried in vain a number of times, so that back-off is
// at its longest.
func failing(t *testing.T, attempts uint64, nodes ...*bustest.Node) {
	t.Helper()
	for _, n := range nodes {
		from := n.Stats().Failures
		bustest.Until(t, "several attempts have failed", func() bool {
			return n.Stats().Failures >= from+attempts && !n.Stats().Healthy
		})
	}
}

func TestRedisStopped(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	a, b := pair(t, s)
	s.stop()
	failing(t, 8, a, b)
	// So many failed dials that go-redis's pool stops dialling for each publication.
	for lost := uint64(1); lost <= 100; lost++ {
		a.Send("office", "lost")
		bustest.Until(t, "the loss is counted", func() bool { return a.Stats().Dropped == lost })
	}
	a.Subscribe("asked for meanwhile")
	b.Unsubscribe("office")
	b.Subscribe("office")

	s.start()
	back := time.Now()
	recovered(t, back, a, b)
	b.Send("asked for meanwhile", "hello")
	if got := a.Next(); got.Payload != "hello" {
		t.Errorf("got %q", got)
	}
	if got := a.Stats(); got.Reconnects != 1 || !got.Healthy {
		t.Errorf("%+v", got)
	}
}

func TestRedisPaused(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	a, b := pair(t, s)
	s.pause()
	t.Cleanup(s.resume)
	paused := time.Now()
	bustest.Until(t, "the silence is noticed", func() bool { return !a.Stats().Healthy && !b.Stats().Healthy })
	if took := time.Since(paused); took > 3*time.Second {
		t.Errorf("noticed after %v", took)
	}
	failing(t, 3, a, b)
	s.resume()
	recovered(t, time.Now(), a, b)
}

// A paused server takes nothing, so the outbox fills; callers must not feel it.
func TestPublishNeverWaits(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	a, b := pair(t, s)
	s.pause()
	t.Cleanup(s.resume)
	payload := []byte(strings.Repeat("x", 64<<10))
	var longest time.Duration
	full := 0
	for range 2000 {
		began := time.Now()
		err := a.Publish(t.Context(), "office", payload)
		longest = max(longest, time.Since(began))
		if errors.Is(err, bus.ErrFull) {
			full++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("longest %v, %d of 2000 refused", longest, full)
	if longest > 200*time.Millisecond {
		t.Errorf("a caller waited %v", longest)
	}
	if full == 0 || a.Stats().Dropped < uint64(full) {
		t.Errorf("%d refused, %+v", full, a.Stats())
	}
	failing(t, 1, a, b)
	s.resume()
	a.AwaitGap("office")
	b.AwaitGap("office")
}

func TestRedisKillsSubscriptions(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	a, b := pair(t, s)
	for range 5 {
		a.ForgetGaps()
		b.ForgetGaps()
		s.do("CLIENT", "KILL", "TYPE", "pubsub")
		recovered(t, time.Now(), a, b)
	}
	if got := a.Stats().Reconnects; got < 5 {
		t.Errorf("%d reconnects", got)
	}
}

func TestRedisFlushed(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	a, b := pair(t, s)
	s.do("FLUSHALL")
	s.do("SCRIPT", "FLUSH")
	exchange(t, a, b)
	if got := a.Stats(); got.Failures != 0 {
		t.Errorf("flushing is no loss for pub/sub, yet %+v", got)
	}
}

func TestRedisReplaced(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	a, b := pair(t, s)
	for range 3 {
		a.ForgetGaps()
		b.ForgetGaps()
		s.stop()
		s.start() // another process, which knows nothing, at the same address
		recovered(t, time.Now(), a, b)
	}
}

func TestRedisComesLater(t *testing.T) {
	t.Parallel()
	s := &redisServer{t: t, port: freePort(t)}
	t.Cleanup(s.stop)
	a := bustest.Start(t, openRedis(t, s.url(), ""))
	b := bustest.Start(t, openRedis(t, s.url(), ""))
	a.Subscribe("office")
	b.Subscribe("office")
	failing(t, 5, a, b)
	s.start()
	recovered(t, time.Now(), a, b)
}

// Redis cuts off a subscriber that falls behind its output buffer.
func TestRedisCutsOffSlowSubscriber(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	a, b := pair(t, s)
	s.do("CONFIG", "SET", "client-output-buffer-limit", "pubsub 64kb 0 0")
	payload := []byte(strings.Repeat("x", 256<<10)) // over the limit in one message
	if err := a.Publish(t.Context(), "office", payload); err != nil {
		t.Fatal(err)
	}
	a.AwaitGap("office")
	b.AwaitGap("office")
	bustest.Until(t, "both are back", func() bool { return a.Stats().Reconnects > 0 && b.Stats().Reconnects > 0 })
}

// A peer that accepts and never speaks, as a half-dead balancer does, is given up.
func TestSilentPeer(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", freePort(t)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	n := bustest.Start(t, openRedis(t, "redis://"+l.Addr().String(), ""))
	failing(t, 3, n)
	n.Send("office", "into the void")
	bustest.Until(t, "the loss is counted", func() bool { return n.Stats().Dropped > 0 })
	began := time.Now()
	n.Stop()
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("Run took %v to end", took)
	}
}
