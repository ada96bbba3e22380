package hub

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"postern/chat"
	"postern/hub/wire"
)

func sessionEnded(session chat.ID) chat.Event {
	return chat.Event{Type: chat.SessionEnded, Subject: session}
}

// TestSessionEnded: the sockets of that session are closed, on every node; others have the number accounted for.
func TestSessionEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, join := newBook(2), memoryBuses(t)
		one, two := startInMemory(t, b, join()), startInMemory(t, b, join())
		ended, alsoEnded := one.connect(1, "session=7"), two.connect(1, "session=7")
		other, stranger := two.connect(1, "session=8"), two.connect(0, "session=7")
		synctest.Wait()
		one.tell(b.writeFor(sessionEnded(id(8, 7)), person(1)))
		ended.mustClose(wire.CloseSignedOut)
		alsoEnded.mustClose(wire.CloseSignedOut)
		other.mustNext(wire.TypeSkipped)
		one.say("for those who stay")
		other.until(2)
		stranger.until(1)
	})
}

// TestAllSessionsEnded: a password reset or a deactivation closes every socket of the user, also when the news is lost.
func TestAllSessionsEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBook(2)
		n := startInMemory(t, b, alone())
		c, other, stranger := n.connect(1, "session=7"), n.connect(1, "session=8"), n.connect(0)
		began := time.Now()
		b.writeFor(sessionEnded(chat.ID{}), person(1))
		c.mustClose(wire.CloseSignedOut)
		other.mustClose(wire.CloseSignedOut)
		if waited := time.Since(began); waited > compareEvery+patience {
			t.Errorf("it took %v", waited)
		}
		n.say("for the others")
		stranger.until(1)
	})
}

// TestLaterSessionResumes: the end of earlier sessions in the stretch that is caught up does not end the one that came after.
func TestLaterSessionResumes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBook(2)
		b.write(message("one"))
		b.writeFor(sessionEnded(chat.ID{}), person(1))
		b.writeFor(sessionEnded(id(8, 7)), person(1))
		b.write(message("four"))
		n := startInMemory(t, b, alone())
		c := n.connect(1, "since=1.0")
		c.until(4)
		if f := c.frames[2]; f.Type != wire.TypeSkipped || f.Event != 3 {
			t.Errorf("in place of the ends came %s %d", f.Type, f.Event)
		}
		n.say("five")
		c.until(5)
	})
}

// TestSessionEndsWhileStarting: an end between the greeting and the joining is not overlooked.
func TestSessionEndsWhileStarting(t *testing.T) {
	t.Parallel()
	for call, code := range map[string]int{"greet": wire.CloseSignedOut, "follow": wire.CloseSignedOut} {
		for name, announced := range map[string]bool{"told": true, "untold": false} {
			t.Run(call+" "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					b := newBook(2)
					b.write(message("one"))
					var n *node
					ended := false
					b.after = func(done string) {
						if done != call || ended {
							return
						}
						ended = true
						told := b.writeFor(sessionEnded(id(8, 1)), person(1))
						if announced {
							n.tell(told)
						}
					}
					n = startInMemory(t, b, alone())
					c, err := n.open(1, "since=1.0")
					if err != nil {
						t.Fatal(err)
					}
					c.at = chat.Place{Epoch: 1}
					c.mustClose(code)
				})
			})
		}
	}
}

// TestRightsChanged: the client reloads, live and when it resumes, and goes on from the event's number.
func TestRightsChanged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBook(2)
		n := startInMemory(t, b, alone())
		c := n.connect(1)
		n.say("one")
		c.until(1)
		n.tell(b.writeFor(chat.Event{Type: chat.RightsChanged}, person(1)))
		c.mustReset()
		n.say("three")
		c.until(3)
		late := n.connect(1, "since=1.0")
		late.until(1)
		late.mustReset()
		late.until(3)
	})
}

// TestRevokedWhileLive: whoever may not read their stream any more is closed, also when no event says so.
func TestRevokedWhileLive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBook(2)
		var revoked atomic.Bool
		b.fail = func(call string) error {
			if call == "follow" && revoked.Load() {
				return chat.Refuse(chat.Forbidden, "This account is not active. Ask the office.")
			}
			return nil
		}
		n := startInMemory(t, b, alone())
		c, other := n.connect(1), n.connect(1)
		synctest.Wait()
		revoked.Store(true)
		began := time.Now()
		b.write(message("not for you"))
		c.mustClose(wire.CloseSignedOut)
		other.mustClose(wire.CloseSignedOut)
		if waited := time.Since(began); waited > compareEvery+patience || len(c.texts) > 0 {
			t.Errorf("after %v, shown %v", waited, c.texts)
		}
	})
}
