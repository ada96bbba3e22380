package hub

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/chat"
	"postern/hub/bus"
	"postern/hub/wire"
)

// TestAcrossNodes: what is sent on one node is shown on the other, each view in its form, and acknowledged to its sender.
func TestAcrossNodes(t *testing.T) {
	t.Parallel()
	for name, buses := range map[string]func(*testing.T) func() bus.Bus{"memory": memoryBuses, "redis": redisBuses} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, join := newBook(3), buses(t)
			one, two := startNode(t, b, join()), startNode(t, b, join())
			sender, here, there := one.connect(0), one.connect(2), two.connect(1)
			for i := range 50 {
				sender.command(wire.Command{Type: "send", Key: fmt.Sprint("key ", i), Conversation: conversation.String(), HTML: "hello"})
			}
			acks := 0
			for acks < 50 || sender.at.Number < 50 {
				f, err := sender.next()
				if err != nil {
					t.Fatal(err)
				}
				if f.Type == wire.TypeAck {
					if f.Key != fmt.Sprint("key ", acks) {
						t.Errorf("ack %d is of %q", acks, f.Key)
					}
					acks++
				}
			}
			here.until(50)
			there.until(50)
		})
	}
}

// TestOwnNewsDoesNotNeedTheBus: a message between two people on one node arrives with the bus away.
func TestOwnNewsDoesNotNeedTheBus(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := startInMemory(t, newBook(2), &mangled{Bus: alone(), publish: func(func([]byte), []byte) {}})
		c := n.connect(1)
		began := time.Now()
		n.say("hello")
		c.until(1)
		if waited := time.Since(began); waited > 0 {
			t.Errorf("it took %v", waited)
		}
	})
}

// mangled is a bus that does to publications what a test likes.
type mangled struct {
	bus.Bus
	publish func(pass func([]byte), payload []byte)
}

func (m *mangled) Publish(ctx context.Context, channel string, payload []byte) error {
	m.publish(func(p []byte) { m.Bus.Publish(ctx, channel, p) }, payload)
	return nil
}

// TestLostNews: an event whose news is lost is shown once the heads were compared.
func TestLostNews(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, join := newBook(2), memoryBuses(t)
		one := startInMemory(t, b, &mangled{Bus: join(), publish: func(func([]byte), []byte) {}})
		two := startInMemory(t, b, join())
		c := two.connect(1)
		began := time.Now()
		one.say("lost")
		c.until(1)
		if waited := time.Since(began); waited > compareEvery+2*patience {
			t.Errorf("it took %v", waited)
		}
	})
}

// TestGapIsFilled: news that others overtook is not waited for longer than a moment.
func TestGapIsFilled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, join := newBook(2), memoryBuses(t)
		lose := true
		one := startInMemory(t, b, &mangled{Bus: join(), publish: func(pass func([]byte), p []byte) {
			if !lose {
				pass(p)
			}
		}})
		two := startInMemory(t, b, join())
		c := two.connect(1)
		synctest.Wait()
		time.Sleep(10 * time.Millisecond) // out of step with the comparison
		one.say("lost")
		lose = false
		began := time.Now()
		one.say("heard")
		c.until(2)
		if waited := time.Since(began); waited != patience {
			t.Errorf("it took %v", waited)
		}
		if two.Stats().Held != 1 || two.Stats().Fills != 1 {
			t.Errorf("stats are %+v", two.Stats())
		}
	})
}

// TestReorderedNews: what arrives in another order is put right without asking the log.
func TestReorderedNews(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, join := newBook(2), memoryBuses(t)
		var held [][]byte
		one := startInMemory(t, b, &mangled{Bus: join(), publish: func(pass func([]byte), p []byte) {
			if held = append(held, p); len(held) == 10 {
				for i := range held {
					pass(held[len(held)-1-i])
					pass(held[len(held)-1-i]) // and doubled
				}
			}
		}})
		two := startInMemory(t, b, join())
		c := two.connect(1)
		synctest.Wait()
		for i := range 10 {
			one.say(fmt.Sprint(i))
		}
		c.until(10)
		synctest.Wait()
		if s := two.Stats(); s.Fills != 0 || s.Doubles != 10 {
			t.Errorf("stats are %+v", s)
		}
	})
}

// TestGapInTheBus: after a break in the subscription heads are compared at once, and filled a moment later.
func TestGapInTheBus(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBook(2)
		n := startInMemory(t, b, alone())
		c := n.connect(1)
		synctest.Wait()
		time.Sleep(10 * time.Millisecond)
		b.write(message("nobody was told"))
		began := time.Now()
		n.missed([]string{office.String()})
		c.until(1)
		if waited := time.Since(began); waited != patience {
			t.Errorf("it took %v", waited)
		}
	})
}

// TestNewsWithoutBody: what is too large for the bus is asked for at once.
func TestNewsWithoutBody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, join := newBook(2), memoryBuses(t)
		one, two := startInMemory(t, b, join()), startInMemory(t, b, join())
		here, there := one.connect(1), two.connect(1)
		synctest.Wait()
		time.Sleep(10 * time.Millisecond)
		began := time.Now()
		one.say(string(make([]byte, maxEnvelope/10))) // each NUL is six bytes of JSON
		here.until(1)
		there.until(1)
		if waited := time.Since(began); waited > 0 {
			t.Errorf("it took %v", waited)
		}
	})
}

// TestWithoutTheDatabase: a node that cannot compare goes on showing what the bus brings, and catches up later.
func TestWithoutTheDatabase(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, join := newBook(2), memoryBuses(t)
		var away, lose atomic.Bool
		b.fail = func(string) error {
			if away.Load() {
				return errAway
			}
			return nil
		}
		one := startInMemory(t, b, &mangled{Bus: join(), publish: func(pass func([]byte), p []byte) {
			if !lose.Load() {
				pass(p)
			}
		}})
		two := startInMemory(t, b, join())
		c := two.connect(1)
		synctest.Wait()
		away.Store(true)
		one.say("heard")
		c.until(1)
		lose.Store(true)
		one.say("lost")
		lose.Store(false)
		one.say("heard, and held back")
		time.Sleep(10 * time.Second)
		if late, err := two.open(1); err != nil {
			t.Error(err)
		} else {
			late.mustClose(wire.CloseBusy)
		}
		away.Store(false)
		began := time.Now()
		c.until(3)
		if waited := time.Since(began); waited > 2*compareEvery {
			t.Errorf("it took %v", waited)
		}
	})
}

// TestInventedNumbers: news of numbers that the database does not know is let go of, and does not keep the node asking.
func TestInventedNumbers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBook(2)
		n := startInMemory(t, b, alone())
		c := n.connect(1)
		invented := b.write(message("real"))
		invented.Contacts[0].Number = 1 << 60
		n.tell(invented)
		c.until(1)
		time.Sleep(20 * time.Second)
		synctest.Wait()
		n.mu.RLock()
		held := len(n.streams[person(1).ID].held)
		n.mu.RUnlock()
		if fills := n.Stats().Fills; fills > 2 || held > 0 {
			t.Errorf("filled %d times, holds %d", fills, held)
		}
		n.say("live")
		c.until(2)
	})
}

// TestDatabaseWentBack: a database restored to an earlier head, even within its epoch, resets whoever was shown more.
func TestDatabaseWentBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBook(2)
		n := startInMemory(t, b, alone())
		c := n.connect(1)
		for range 5 {
			n.say("to be lost")
		}
		c.until(5)
		b.cutBack(person(1).ID, 2)
		c.mustReset()
		if c.at.Number != 2 {
			t.Errorf("reset to %v", c.at)
		}
		n.say("live")
		c.until(3)
	})
}

// TestEpochChanged: the comparison finds it, or news of it does. Whoever was greeted before has to come back: their session may have ended in the
// epoch before.
func TestEpochChanged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBook(2)
		n := startInMemory(t, b, alone())
		c, other := n.connect(1), n.connect(1)
		n.say("before")
		c.until(1)
		other.until(1)
		b.renew(person(1).ID, 2)
		began := time.Now()
		told := b.write(message("after"))
		n.tell(told)
		c.mustClose(wire.CloseBusy)
		other.mustClose(wire.CloseBusy)
		if waited := time.Since(began); waited > 0 {
			t.Errorf("closed after %v", waited)
		}
		c = n.connect(1, since(chat.Place{Epoch: 1, Number: 1}))
		if c.hello.Resumed || c.hello.Epoch != 2 {
			t.Errorf("greeted by %+v", c.hello)
		}
		n.say("again")
		c.until(3)
		began = time.Now()
		b.renew(person(1).ID, 3)
		c.mustClose(wire.CloseBusy)
		if waited := time.Since(began); waited > compareEvery {
			t.Errorf("closed after %v", waited)
		}
	})
}

// TestCutOffWhileSomebodyIsSwitched: a node that hears nothing while a user is deactivated and brought back finds another epoch, and no word of the
// session's end: the socket of the session that ended must not live on.
func TestCutOffWhileSomebodyIsSwitched(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBook(2)
		n := startInMemory(t, b, alone())
		c := n.connect(1)
		b.writeFor(sessionEnded(id(8, 1)), person(1)) // nobody tells the node
		b.renew(person(1).ID, 2)
		c.mustClose(wire.CloseBusy)
	})
}

// TestNewsWhileGreeting: what is committed between the greeting's snapshot and its arrival is shown without waiting for a comparison.
func TestNewsWhileGreeting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBook(2)
		var n *node
		told := false
		b.after = func(call string) {
			if call == "greet" && !told {
				told = true
				n.say("one")
				n.say("two")
			}
		}
		n = startInMemory(t, b, alone())
		began := time.Now()
		c := n.connect(1)
		c.until(2)
		if waited := time.Since(began); waited > 0 || n.Stats().Held != 2 {
			t.Errorf("it took %v, stats are %+v", waited, n.Stats())
		}
	})
}

// TestGapWhileFilling: news that arrives while the log is asked, and leaves a gap behind it, is waited for no longer than any.
func TestGapWhileFilling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, join := newBook(2), memoryBuses(t)
		var lose atomic.Bool
		one := startInMemory(t, b, &mangled{Bus: join(), publish: func(pass func([]byte), p []byte) {
			if !lose.Load() {
				pass(p)
			}
		}})
		asked := 0
		b.after = func(call string) {
			if call != "follow" {
				return
			}
			if asked++; asked == 1 {
				lose.Store(true)
				one.say("lost")
				lose.Store(false)
				one.say("heard")
			}
		}
		two := startInMemory(t, b, join())
		c := two.connect(1)
		synctest.Wait()
		time.Sleep(10 * time.Millisecond)
		lose.Store(true)
		one.say("lost before")
		lose.Store(false)
		one.say("heard before")
		began := time.Now()
		c.until(4)
		if waited := time.Since(began); waited != 2*patience {
			t.Errorf("it took %v", waited)
		}
	})
}

// fullBus takes nothing.
type fullBus struct{ bus.Bus }

func (fullBus) Publish(context.Context, string, []byte) error { return bus.ErrFull }

// TestBusIsFull: what the bus does not take is shown here at once, there after the comparison, and counted.
func TestBusIsFull(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, join := newBook(2), memoryBuses(t)
		one, two := startInMemory(t, b, fullBus{join()}), startInMemory(t, b, join())
		here, there := one.connect(1), two.connect(1)
		began := time.Now()
		one.say("hello")
		here.until(1)
		if waited := time.Since(began); waited > 0 {
			t.Errorf("here it took %v", waited)
		}
		there.until(1)
		if n := one.Stats().Unpublished; n != 1 {
			t.Errorf("%d unpublished", n)
		}
	})
}

// TestSeveralOffices: a change that touches several offices is published to each.
func TestSeveralOffices(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBook(2)
		var channels []string
		n := startInMemory(t, b, &listening{Bus: alone(), heard: &channels})
		here, there := b.write(message("here")), b.write(message("there"))
		there.Office = id(1, 2)
		n.tell(here, b.write(message("here too")), there)
		if diff := cmp.Diff([]string{office.String(), id(1, 2).String()}, channels); diff != "" {
			t.Error(diff)
		}
	})
}

// listening notes what is published where.
type listening struct {
	bus.Bus
	heard *[]string
}

func (l *listening) Publish(ctx context.Context, channel string, payload []byte) error {
	*l.heard = append(*l.heard, channel)
	return l.Bus.Publish(ctx, channel, payload)
}
