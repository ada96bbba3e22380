package mailgw

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// counting counts the connections that a listener gives, and can break those that stand.
type counting struct {
	net.Listener
	mu    sync.Mutex
	conns []net.Conn
}

func (c *counting) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.mu.Lock()
		c.conns = append(c.conns, conn)
		c.mu.Unlock()
	}
	return conn, err
}

func (c *counting) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.conns)
}

func (c *counting) sever() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		_ = conn.Close() // it may be closed already
	}
}

// countedRelay counts connections to a relay that takes everything, and closes of the pool's before the relay's.
func countedRelay(t *testing.T, change func(*smtp.Server)) (*Relay, *relayServer, *counting) {
	t.Helper()
	inner := &relayServer{tb: t}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &relaySession{relay: inner}, nil }))
	s.Domain, s.ErrorLog = "relay.example", noLog{}
	change(s)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &counting{Listener: l}
	done := make(chan error, 1)
	go func() { done <- s.Serve(c) }()
	r := &Relay{Addr: l.Addr().String(), Hello: domain, Idle: time.Minute}
	t.Cleanup(func() {
		r.Close()
		if err := errors.Join(s.Close(), <-done); err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
	})
	return r, inner, c
}

func sendOne(t *testing.T, r *Relay, to string) error {
	t.Helper()
	_, err := r.Send(t.Context(), "b@mail.example.org", to, "id", bytesOnly(aMail))
	return err
}

// TestConnectionsAreUsedAgain: one after the other goes through one connection, also after a refusal; several at once through no more than there are.
func TestConnectionsAreUsedAgain(t *testing.T) {
	t.Parallel()
	r, relay, conns := countedRelay(t, func(*smtp.Server) {})
	for range 10 {
		if err := sendOne(t, r, "anna@client.example"); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "connections", []int{conns.count(), len(relay.taken())}, []int{1, 10})
	var all sync.WaitGroup
	var failed atomic.Int32
	for range 20 {
		all.Go(func() {
			if sendOne(t, r, "anna@client.example") != nil {
				failed.Add(1)
			}
		})
	}
	all.Wait()
	same(t, "all", []int{int(failed.Load()), len(relay.taken())}, []int{0, 30})
	r.idle.mu.Lock()
	waiting := len(r.idle.waiting)
	r.idle.mu.Unlock()
	if waiting > mostIdle {
		t.Errorf("%d connections wait", waiting)
	}
}

// TestADeadConnectionIsNoFailedAttempt: those that the relay has closed meanwhile are not seen by who sends.
func TestADeadConnectionIsNoFailedAttempt(t *testing.T) {
	t.Parallel()
	r, relay, conns := countedRelay(t, func(*smtp.Server) {})
	for n := range 3 {
		if err := sendOne(t, r, "anna@client.example"); err != nil {
			t.Fatal(err)
		}
		same(t, "mails", len(relay.taken()), n+1)
		conns.sever()
	}
	same(t, "connections", conns.count(), 3)
}

// TestRefusedOnAKeptConnection: what is about the mail stays an answer; 421 at a kept connection means another one.
func TestRefusedOnAKeptConnection(t *testing.T) {
	t.Parallel()
	for said, connections := range map[string]int{"450 4.2.0 greylisted": 1, "550 5.1.1 no such user": 1, "421 4.3.2 closing": 2} {
		var dialled atomic.Int32
		addr := scriptedRelay(t, map[string]string{"": "220 relay", "RSET": "250 ok", "RCPT": said})
		r := &Relay{Addr: addr, Hello: domain, Idle: time.Minute}
		t.Cleanup(r.Close)
		for range 2 {
			_, err := r.Send(t.Context(), "b@mail.example.org", "anna@client.example", "id", bytesOnly(aMail))
			if refused, ok := errors.AsType[*RefusedError](err); !ok || refused.Final != (said[0] == '5') {
				t.Errorf("%q: %v", said, err)
			}
			r.idle.mu.Lock()
			dialled.Add(int32(1 - len(r.idle.waiting)))
			r.idle.mu.Unlock()
		}
		same(t, said, int(dialled.Load()), 2*(connections-1))
	}
}

// TestAKeptConnectionThatIsNotWantedIsNoRefusal: what a relay has against a second EHLO on a connection, or against a login of before, is not about the
// mail: it goes by another.
func TestAKeptConnectionThatIsNotWantedIsNoRefusal(t *testing.T) {
	t.Parallel()
	for verb, said := range map[string]string{"RSET EHLO": "503 5.5.1 Duplicate EHLO", "RSET MAIL": "530 5.7.0 log in first"} {
		r := &Relay{Addr: scriptedRelay(t, map[string]string{"RSET": "250 ok", verb: said}), Hello: domain, Idle: time.Minute}
		t.Cleanup(r.Close)
		for range 3 {
			if err := sendOne(t, r, "anna@client.example"); err != nil {
				t.Errorf("%s: %v", verb, err)
			}
		}
	}
}

// TestIdleConnectionsEnd: by themselves after a while, and with the relay's end.
func TestIdleConnectionsEnd(t *testing.T) {
	t.Parallel()
	server := newRelayServer(t, false, func(*smtp.Server) {})
	r := &Relay{Addr: server.addr, Hello: domain, Idle: time.Millisecond}
	if err := sendOne(t, r, "anna@client.example"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for left := 1; left > 0; {
		select {
		case <-ctx.Done():
			t.Fatal("it waits for ever")
		case <-tick.C:
		}
		r.idle.mu.Lock()
		left = len(r.idle.waiting)
		r.idle.mu.Unlock()
	}
	r.Close()
	if err := sendOne(t, r, "anna@client.example"); err != nil {
		t.Fatal(err)
	}
	same(t, "waiting after the end", len(r.idle.waiting), 0)
}
