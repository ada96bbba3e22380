package mailgw

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/chat"
)

// TestDrain: what is idle is told to go at once; letters under way are finished (S18).
func TestDrain(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t, func(o *ServerOptions) { o.MaxPerAddress = 300 })
	idle, fresh, inEnvelope := s.talk(t), s.dial(t), s.ready(t)
	fresh.expect("220")
	const n = 200
	under := make([]*dialog, n)
	for i := range under {
		under[i] = s.ready(t)
		under[i].run("DATA", "354")
		under[i].write(plainLetter(fmt.Sprint(i), "Under way."))
	}
	waitFor(t, func() bool { return s.busy() == n })
	done := make(chan error)
	go func() { done <- s.Shutdown(t.Context()) }()
	for _, d := range []*dialog{idle, fresh, inEnvelope} {
		d.expect("421 4.3.2")
		d.expect("-")
	}
	if c, err := net.Dial("tcp", s.addr); err == nil {
		_ = c.Close()
		t.Error("the port is still open")
	}
	var all sync.WaitGroup
	for _, d := range under {
		all.Go(func() {
			d.write("More.\r\n.\r\nMAIL FROM:<anna@client.example>\r\n") // and one more after it
			d.expect("250")
			d.expect("421 4.3.2")
			d.expect("-")
		})
	}
	all.Wait()
	if err := <-done; err != nil {
		t.Errorf("shut down: %v", err)
	}
	same(t, "letters", len(desk.letters()), n)
}

func (s *served) busy() (n int) {
	s.eachWire(func(w *wire) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.busy {
			n++
		}
	})
	return n
}

// TestDrainInTime: what takes longer than there is time is not answered with 250, whether it is still being read or being taken.
func TestDrainInTime(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	inside := make(chan struct{})
	desk.take = func(ctx context.Context, _ chat.Addressee, _ chat.LetterIn) error {
		close(inside)
		<-ctx.Done()
		return ctx.Err()
	}
	s := desk.serve(t)
	reading, taking := s.ready(t), s.ready(t)
	reading.run("DATA", "354")
	reading.write("From: anna@client.example\r\n")
	waitFor(t, func() bool { return s.busy() == 1 })
	taking.run("DATA", "354")
	taking.write(plainLetter("t", "Being taken.") + ".\r\n")
	<-inside
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- s.Shutdown(ctx) }()
	waitFor(t, s.isDraining)
	cancel()
	taking.expect("451 4.3.0")
	reading.expect("421 4.4.2")
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("shut down: %v", err)
	}
	same(t, "letters", len(desk.letters()), 0)
	same(t, "letters in memory", s.memory.used.Load(), int64(0))
}

// TestDrainStuck: a use case that does not heed its context holds nobody up.
func TestDrainStuck(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	inside, let := make(chan struct{}), make(chan struct{})
	desk.take = func(context.Context, chat.Addressee, chat.LetterIn) error {
		close(inside)
		<-let
		return nil
	}
	s := desk.serve(t)
	d := s.ready(t)
	d.run("DATA", "354")
	d.write(plainLetter("s", "Stuck.") + ".\r\n")
	<-inside
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("shut down: %v", err)
	}
	close(let)
	d.expect("-")
	waitFor(t, func() bool { return s.memory.used.Load() == 0 })
}

// TestServeAfterShutdown: a server that was told to stop before it began does not begin.
func TestServeAfterShutdown(t *testing.T) {
	t.Parallel()
	s := NewServer(ServerOptions{Service: newDesk()})
	if err := s.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(l); err != nil {
		t.Error(err)
	}
	if _, err := l.Accept(); err == nil {
		t.Error("the port is open")
	}
}

// TestStop: with everything real behind it, each of many letters sent while the server stops was answered 250 and is stored, or was not
// answered so. A letter that is stored all the same comes again and is one (S1, S2, S18).
func TestStop(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(func(o *ServerOptions) { o.MaxPerAddress = 100 })
	to := w.reply(w.anna, w.conversation)
	const n = 60
	said := make([]string, n)
	dialogs := make([]*dialog, n)
	for i := range dialogs {
		dialogs[i] = s.talk(t)
	}
	var all sync.WaitGroup
	for i, d := range dialogs {
		all.Go(func() { said[i] = d.attempt(plainLetter(fmt.Sprint(i), fmt.Sprintf("Letter number %d.", i)), to) })
	}
	waitFor(t, func() bool { return len(w.letters()) > 5 })
	if err := s.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	all.Wait()
	stored := map[string]int{}
	for _, m := range w.letters() {
		stored[m.Text]++
	}
	taken := 0
	for i, said := range said {
		switch have := stored[fmt.Sprintf("Letter number %d.", i)]; {
		case strings.HasPrefix(said, "250"):
			taken++
			same(t, "stored of a letter answered "+said, have, 1)
		case !strings.HasPrefix(said, "421") && said != "-":
			t.Errorf("answered %q", said)
		case have > 0:
			t.Errorf("stored, and answered %q", said)
		}
	}
	t.Logf("%d of %d taken", taken, n)
}

// attempt is post for a server that may go away at any moment: the last reply, or "-".
func (d *dialog) attempt(letter, to string) string {
	for _, line := range []string{"MAIL FROM:<anna@client.example>", "RCPT TO:<" + to + ">", "DATA", dotted(letter) + "."} {
		if _, err := d.Conn.Write([]byte(line + "\r\n")); err != nil {
			return "-"
		}
		said, _ := d.hear()
		if said == "-" || said[0] > '3' {
			return said
		}
		if line[0] != 'M' && line[0] != 'R' && said[0] == '2' {
			return said
		}
	}
	return "-"
}
