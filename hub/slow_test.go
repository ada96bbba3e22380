package hub

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"postern/hub/wire"
)

// TestSlowReader: a reader that takes nothing is closed when its queue is full. Others notice nothing, and it resumes whole.
func TestSlowReader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBook(3)
		n := startInMemory(t, b, alone())
		slow, other := n.connect(1), n.connect(2)
		text := strings.Repeat("x", 30_000)
		const messages = 60 // each frame has the text twice
		began := time.Now()
		for i := range int64(messages) {
			n.say(text)
			other.until(i + 1)
		}
		if waited := time.Since(began); waited > 0 {
			t.Errorf("the others waited %v", waited)
		}
		if s := n.Stats(); s.SlowCloses != 1 || s.Outboxes.Holds > maxQueue {
			t.Errorf("stats are %+v", s)
		}
		slow.mustClose(wire.CloseSlow)
		if slow.at.Number == messages {
			t.Fatal("it was shown everything")
		}
		again := n.connect(1, since(slow.at))
		again.until(messages)
		n.say("live")
		again.until(messages + 1)
	})
}

// TestSlowReaderCatchesUp: whoever resumes is given the log at their own pace, however long it is.
func TestSlowReaderCatchesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBook(2)
		text := strings.Repeat("x", 3000)
		for range longStream { // 3.6 MB of frames
			b.write(message(text))
		}
		n := startInMemory(t, b, alone())
		c := n.connect(1, "since=1.0")
		for c.at.Number < longStream {
			time.Sleep(100 * time.Millisecond)
			if _, err := c.next(); err != nil {
				t.Fatal(err)
			}
		}
		if s := n.Stats(); s.SlowCloses+s.DeadCloses != 0 {
			t.Errorf("stats are %+v", s)
		}
	})
}

// TestStalledPeer: one that takes nothing at all, with little in its queue, is let go of in time.
func TestStalledPeer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := startInMemory(t, newBook(2), alone())
		if _, err := n.open(1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(stalled + farewell + time.Second)
		if s := n.Stats(); s.Sockets != 0 || s.Outboxes.Holds != 0 {
			t.Errorf("stats are %+v", s)
		}
	})
}

// TestFullNode: when what waits on the node is too much, blocked connections go, one after the other.
func TestFullNode(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := startInMemory(t, newBook(2), alone())
		c, other := n.connect(1), n.connect(0)
		n.meter.queued.Add(maxTotal) // as if others had it
		n.say("one")                 // the blocked one keeps what it was being sent
		n.say("two")
		n.say("three")
		other.mustClose(wire.CloseSlow)
		c.mustClose(wire.CloseSlow)
		n.meter.queued.Add(-maxTotal)
	})
}

// TestFramesStayWhole: over a real socket that takes a little at a time, frames of many writers and sizes, pongs between them, come out
// whole and in order.
func TestFramesStayWhole(t *testing.T) {
	t.Parallel()
	b := newBook(2)
	n := startNode(t, b, alone())
	c := n.connect(1)
	n.mu.RLock()
	socket := n.streams[person(1).ID].conns[0].out.conn.(*net.TCPConn)
	n.mu.RUnlock()
	if err := socket.SetWriteBuffer(4 << 10); err != nil {
		t.Fatal(err)
	}
	const messages = 150 // within what one connection may queue
	go func() {
		for i := range messages {
			n.say(fmt.Sprint(i, " ", strings.Repeat("y", i*i*3%4000)))
			n.streams[person(1).ID].conns[0].out.send([]byte{0x8a, 0x01, byte(i)})
		}
	}()
	c.until(messages)
	if len(c.texts) != messages {
		t.Errorf("%d shown", len(c.texts))
	}
	eventually(t, "nothing is queued", func() bool { return n.Stats().Outboxes.Holds == 0 })
}
