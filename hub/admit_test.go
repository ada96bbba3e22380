package hub

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"postern/chat"
)

// TestTooManySocketsAreTurnedAway: before anything is asked of the database, and with a word that says when to come again.
func TestTooManySocketsAreTurnedAway(t *testing.T) {
	t.Parallel()
	n := startNode(t, newBook(3), alone(), func(o *Options) { o.MostSockets = 2 })
	first, _ := n.connect(1), n.connect(2)
	if _, err := n.tryConnect(0); err == nil || !strings.HasPrefix(err.Error(), "503") {
		t.Fatalf("a third was let in: %v", err)
	}
	first.leave()
	eventually(t, "there is room again", func() bool { return n.Stats().Full == Queue{1, 2} })
	n.connect(0)
	if s := n.Stats(); s.TurnedAway != 1 || s.Starting.Holds != 0 {
		t.Errorf("%+v", s)
	}
}

// TestTheDoorHasAWidth: while the database is slow only so many wait to become live; the live ones notice nothing.
func TestTheDoorHasAWidth(t *testing.T) {
	t.Parallel()
	b := newBook(3)
	hold := make(chan struct{})
	var once sync.Once
	open := func() { once.Do(func() { close(hold) }) }
	var slow atomic.Bool
	b.before = func(call string) {
		if call == "greet" && slow.Load() {
			<-hold
		}
	}
	n := startNode(t, b, alone(), func(o *Options) { o.MostStarting = 2 })
	t.Cleanup(open)
	live := n.connect(1)
	slow.Store(true)
	var starting sync.WaitGroup
	for range 2 {
		starting.Go(func() { _, _ = n.tryConnect(2) })
	}
	eventually(t, "two wait", func() bool { return n.Stats().Starting == Queue{2, 2} })
	if _, err := n.open(0); err == nil || !strings.HasPrefix(err.Error(), "503") {
		t.Errorf("a third was let in: %v", err)
	}
	n.say("meanwhile")
	live.until(1)
	open()
	starting.Wait()
	n.connect(0)
}

// TestClientsAreToldHowToSpread: the more there are, the longer, within bounds.
func TestClientsAreToldHowToSpread(t *testing.T) {
	t.Parallel()
	n := startNode(t, newBook(2), alone())
	if c := n.connect(1); c.hello.SpreadMS != leastSpread.Milliseconds() {
		t.Errorf("one of few is told %d ms", c.hello.SpreadMS)
	}
	for sockets, want := range map[int64]time.Duration{10: leastSpread, 15_000: 10 * time.Second, 1_000_000: mostSpread} {
		var h Hub
		h.meter.sockets.Store(sockets)
		first := h.spread()
		h.meter.sockets.Store(1)
		if again := h.spread(); first != want || again != want {
			t.Errorf("%d sockets: %v, and %v when they are gone; want %v", sockets, first, again, want)
		}
	}
}

// seen is what an observer was told.
type seen struct {
	mu   sync.Mutex
	list []float64
}

func (s *seen) Observe(v float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, v)
}

func (s *seen) take() []float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.list
	s.list = nil
	return list
}

// TestMetersAreTold: of a message's way to the node's own sockets and over the bus, and of what a resume was given.
func TestMetersAreTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, join := newBook(2), memoryBuses(t)
		var screen, lag, resume, start, compare, behind seen
		one := startInMemory(t, b, join())
		two := startInMemory(t, b, join(), func(o *Options) {
			o.Meters = Meters{SendToScreen: &screen, BusLag: &lag, Resume: &resume, Start: &start, Compare: &compare, BehindBy: &behind}
		})
		c := two.connect(1)
		one.say("by the bus")
		c.until(1)
		synctest.Wait()
		if got := screen.take(); len(got) != 1 || got[0] < 0 {
			t.Errorf("send to screen: %v", got)
		}
		if got := lag.take(); len(got) != 1 {
			t.Errorf("bus lag: %v", got)
		}
		if got := start.take(); len(got) != 1 || len(resume.take()) != 0 {
			t.Errorf("starts: %v", got)
		}
		two.say("on the node itself")
		c.until(2)
		synctest.Wait()
		if got := screen.take(); len(got) != 1 || len(lag.take()) != 0 {
			t.Errorf("send to screen on the node itself: %v", got)
		}
		behind.take() // the subscription's own comparison may have been before the news
		for range 3 {
			b.write(message("untold"))
		}
		c.until(5)
		if got := behind.take(); len(got) != 1 || got[0] != 3 || len(compare.take()) == 0 {
			t.Errorf("found behind by %v", got)
		}
		two.connect(1, since(chat.Place{Epoch: 1, Number: 1})).until(5)
		synctest.Wait()
		if got := resume.take(); len(got) != 1 || got[0] != 4 {
			t.Errorf("resumed with %v events", got)
		}
		if s := two.Stats(); s.Changes != 1 || s.Events != 2 || s.Compared == 0 || s.Behind == 0 {
			t.Errorf("%+v", s)
		}
	})
}
