package hub

import (
	"fmt"
	"sync/atomic"
	"testing"

	"postern/chat"
	"postern/hub/wire"
)

// longStream is more than two stretches.
const longStream = 2*batch + 88

// TestResumeFromAnywhere: whatever number a client comes back with, it is shown what follows, once and in order.
func TestResumeFromAnywhere(t *testing.T) {
	t.Parallel()
	b := newBook(2)
	for i := range longStream {
		b.write(message(fmt.Sprint(i + 1)))
	}
	n := startNode(t, b, alone())
	for i, from := range []int64{0, 1, batch - 1, batch, batch + 1, longStream - 1, longStream, 0, 1, longStream - 5, longStream - 1, longStream} {
		b.comesWith(i / 7 * 9) // at first nothing, then 9 events
		t.Run(fmt.Sprint(i, " from ", from), func(t *testing.T) {
			c := n.connect(1, since(chat.Place{Epoch: 1, Number: from}))
			if !c.hello.Resumed || c.hello.Number != longStream {
				t.Fatalf("hello says %+v", c.hello)
			}
			c.until(longStream)
			if len(c.texts) != int(longStream-from) {
				t.Errorf("%d messages shown, want %d", len(c.texts), longStream-from)
			}
		})
	}
}

// TestResumeGoesOnLive: what is said while a client catches up, and after, follows without a seam.
func TestResumeGoesOnLive(t *testing.T) {
	t.Parallel()
	b := newBook(2)
	for i := range longStream {
		b.write(message(fmt.Sprint(i + 1)))
	}
	var n *node
	var talking atomic.Bool
	b.after = func(call string) {
		if (call == "follow" || call == "greet") && talking.Load() {
			n.say("meanwhile")
		}
	}
	b.comesWith(5)
	n = startNode(t, b, alone())
	talking.Store(true)
	c := n.connect(1, since(chat.Place{Epoch: 1, Number: 3}))
	c.until(longStream + 4)
	talking.Store(false)
	n.say("after")
	c.until(b.head(person(1).ID).Number)
	if last := c.texts[len(c.texts)-1]; last != "after" {
		t.Errorf("the last message is %q", last)
	}
}

func TestCannotResume(t *testing.T) {
	t.Parallel()
	for name, from := range map[string]chat.Place{
		"another epoch": {Epoch: 2, Number: 5},
		"the future":    {Epoch: 1, Number: 21},
		"not kept":      {Epoch: 1, Number: 8},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBook(2)
			for i := range 20 {
				b.write(message(fmt.Sprint(i + 1)))
			}
			b.trim(person(1).ID, 10)
			n := startNode(t, b, alone())
			c := n.connect(1, since(from))
			if c.hello.Resumed || c.at != (chat.Place{Epoch: 1, Number: 20}) {
				t.Fatalf("resumed %v, at %v", c.hello.Resumed, c.at)
			}
			n.say("live")
			c.until(21)
		})
	}
}

// TestLastKept: the oldest number that can be continued is the one before the oldest kept.
func TestLastKept(t *testing.T) {
	t.Parallel()
	b := newBook(2)
	for i := range 20 {
		b.write(message(fmt.Sprint(i + 1)))
	}
	b.trim(person(1).ID, 10)
	c := startNode(t, b, alone()).connect(1, "since=1.9")
	c.until(20)
	if len(c.texts) != 11 {
		t.Errorf("%d messages shown, want 11", len(c.texts))
	}
}

// TestBeginning: a client without since is shown what follows its hello, and no reset.
func TestBeginning(t *testing.T) {
	t.Parallel()
	b := newBook(2)
	for range 5 {
		b.write(message("before"))
	}
	n := startNode(t, b, alone())
	c := n.connect(0)
	if c.hello.Resumed || c.hello.Number != 5 || c.hello.Badge != badgeAt(5) || c.hello.At == "" {
		t.Fatalf("hello says %+v", c.hello)
	}
	n.say("now")
	c.until(6)
	if f := c.frames[1]; f.Type != wire.TypeMessageCreated {
		t.Errorf("after hello came %s", f.Type)
	}
}

// TestSkippedRangesAreMerged: events that today's rights do not show come as one frame for each stretch of them.
func TestSkippedRangesAreMerged(t *testing.T) {
	t.Parallel()
	b := newBook(2)
	for i := range 12 {
		b.write(message(fmt.Sprint(i + 1)))
	}
	for _, number := range []int64{1, 2, 3, 7, 8, 12} {
		b.hide(person(1).ID, number)
	}
	c := startNode(t, b, alone()).connect(1, "since=1.0")
	c.until(12)
	var skipped []int64
	for _, f := range c.frames {
		if f.Type == wire.TypeSkipped {
			skipped = append(skipped, f.Event)
		}
	}
	if fmt.Sprint(skipped) != "[3 8 12]" || fmt.Sprint(c.texts) != "[4 5 6 9 10 11]" {
		t.Errorf("skipped to %v, shown %v", skipped, c.texts)
	}
}

// TestTrimmedWhileCatchingUp: what is deleted under a client's feet ends in a reset, not in a hole.
func TestTrimmedWhileCatchingUp(t *testing.T) {
	t.Parallel()
	b := newBook(2)
	for i := range longStream {
		b.write(message(fmt.Sprint(i + 1)))
	}
	var follows atomic.Int32
	b.before = func(call string) {
		if call == "follow" && follows.Add(1) == 2 {
			b.trim(person(1).ID, 2*batch)
		}
	}
	n := startNode(t, b, alone())
	c := n.connect(1, "since=1.0")
	c.until(batch)
	c.mustReset()
	if c.at.Number != longStream {
		t.Errorf("reset to %v", c.at)
	}
	n.say("live")
	c.until(longStream + 1)
}

// TestEpochChangesWhileCatchingUp: whoever was greeted before the rights changed at large has to come back.
func TestEpochChangesWhileCatchingUp(t *testing.T) {
	t.Parallel()
	b := newBook(2)
	for i := range longStream {
		b.write(message(fmt.Sprint(i + 1)))
	}
	var follows atomic.Int32
	b.before = func(call string) {
		if call == "follow" && follows.Add(1) == 2 {
			b.renew(person(1).ID, 5)
		}
	}
	n := startNode(t, b, alone())
	live := n.connect(1)
	c := n.connect(1, "since=1.0")
	c.until(batch)
	c.mustClose(wire.CloseBusy)
	live.mustClose(wire.CloseBusy)
	c = n.connect(1, since(c.at))
	n.say("live")
	c.until(longStream + 1)
	if c.at.Epoch != 5 {
		t.Errorf("the epoch is %d", c.at.Epoch)
	}
}
