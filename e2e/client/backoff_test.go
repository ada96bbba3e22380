package client_test

import (
	"errors"
	"testing"
	"time"

	"postern/e2e/client"
)

func TestBackoffFollowsTheCloseCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err     error
		greeted bool
		most    time.Duration // zero: at once
		back    bool
	}{
		{client.Closed(1001), true, 5 * time.Second, true},
		{client.Closed(1001), false, 500 * time.Millisecond, true},
		{client.Closed(1008), true, 0, false},
		{client.Closed(4001), true, 0, false},
		{client.Closed(4002), true, 0, true},
		{client.Closed(4002), false, 500 * time.Millisecond, true},
		{client.Closed(4004), true, 500 * time.Millisecond, true},
		{errors.New("connection reset"), true, 500 * time.Millisecond, true},
		{&client.TurnedAway{Status: 503}, false, 500 * time.Millisecond, true},
	} {
		var longest time.Duration
		for range 300 {
			var b client.Backoff
			wait, back := b.After(c.err, c.greeted)
			if back != c.back {
				t.Fatalf("%v: back %v", c.err, back)
			}
			longest = max(longest, wait)
		}
		if longest > c.most || longest < c.most*9/10 {
			t.Errorf("%v, greeted %v: waits of up to %v, want %v", c.err, c.greeted, longest, c.most)
		}
	}
}

func TestBackoffDoublesUpToAMost(t *testing.T) {
	t.Parallel()
	broke := errors.New("no route")
	longest := make([]time.Duration, 12)
	for range 500 {
		var b client.Backoff
		for i := range longest {
			wait, _ := b.After(broke, false)
			longest[i] = max(longest[i], wait)
		}
		b.Greeted()
		if wait, _ := b.After(broke, true); wait > 500*time.Millisecond {
			t.Fatalf("after a greeting: %v", wait)
		}
	}
	for i, got := range longest {
		want := min(30*time.Second, 500*time.Millisecond<<i)
		if got > want || got < want*9/10 {
			t.Errorf("attempt %d: up to %v, want %v", i, got, want)
		}
	}
}

func TestBackoffSpreadsAsTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		most time.Duration
	}{
		{client.Closed(1001), 20 * time.Second}, {errors.New("connection reset"), 20 * time.Second}, {client.Closed(4004), 20 * time.Second},
		{client.Closed(4002), 0},
	} {
		var longest, again time.Duration
		for range 300 {
			var b client.Backoff
			b.Told(20 * time.Second)
			wait, _ := b.After(c.err, true)
			longest = max(longest, wait)
			wait, _ = b.After(c.err, false)
			again = max(again, wait)
		}
		if longest > c.most || longest < c.most*9/10 || again > time.Second {
			t.Errorf("%v: waits of up to %v, want %v; and %v after a failed attempt", c.err, longest, c.most, again)
		}
	}
}
