package hub

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"postern/hub/wire"
)

// TestForeignFrames: what no client of ours sends ends its connection, with the code that says so, and nothing else.
func TestForeignFrames(t *testing.T) {
	t.Parallel()
	n := startNode(t, newBook(2), alone())
	for name, c := range map[string]struct {
		typ  websocket.MessageType
		text string
		code int
	}{
		"broken JSON":       {websocket.MessageText, `{"type":"send"`, wire.CloseForeign},
		"no object":         {websocket.MessageText, `[1,2]`, wire.CloseForeign},
		"a field's type":    {websocket.MessageText, `{"type":"send","key":5}`, wire.CloseForeign},
		"nothing":           {websocket.MessageText, ``, wire.CloseForeign},
		"deep":              {websocket.MessageText, strings.Repeat(`[`, 100_000), wire.CloseForeign},
		"binary":            {websocket.MessageBinary, `{"type":"typing"}`, wire.CloseForeign},
		"not UTF-8":         {websocket.MessageText, "{\"type\":\"\xff\"}", wire.CloseNotText},
		"over the limit":    {websocket.MessageText, strings.Repeat(" ", wire.MaxFrame+1), wire.CloseTooBig},
		"far over":          {websocket.MessageText, strings.Repeat(" ", 20*wire.MaxFrame), wire.CloseTooBig},
		"over it, in parts": {0, "", wire.CloseTooBig},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			peer, victim := n.connect(1), n.connect(0)
			peer.t, victim.t = t, t
			if c.typ == 0 {
				go inParts(victim.ws, wire.MaxFrame+1)
			} else {
				go victim.ws.Write(context.Background(), c.typ, []byte(c.text))
			}
			victim.mustClose(c.code)
			peer.command(wire.Command{Type: "read", Key: "alive", Conversation: "nonsense"})
			peer.mustNext(wire.TypeError)
		})
	}
}

func inParts(ws *websocket.Conn, size int) {
	w, err := ws.Writer(context.Background(), websocket.MessageText)
	for i := 0; i < size && err == nil; i += 1000 {
		_, err = w.Write(make([]byte, 1000))
	}
	if err == nil {
		w.Close()
	}
}

// TestBrokenFraming: bytes that are no WebSocket frames end the connection and nothing else.
func TestBrokenFraming(t *testing.T) {
	t.Parallel()
	n := startNode(t, newBook(2), alone())
	for name, bytes := range map[string]string{
		"unmasked":            "\x81\x02{}",
		"reserved bits":       "\xf1\x80\x00\x00\x00\x00",
		"reserved opcode":     "\x83\x80\x00\x00\x00\x00",
		"long control frame":  "\x89\xfe\x00\x7e\x00\x00\x00\x00",
		"fragmented ping":     "\x09\x80\x00\x00\x00\x00",
		"lone continuation":   "\x80\x80\x00\x00\x00\x00",
		"half a header":       "\x81",
		"a length of 2^63":    "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",
		"torn close":          "\x88\x81\x00\x00\x00\x00\x03",
		"close without codes": "\x88\x80\x00\x00\x00\x00",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := n.rawUpgrade(t, bytes)
			conn.(*net.TCPConn).CloseWrite()
			conn.SetReadDeadline(time.Now().Add(20 * time.Second))
			buf := make([]byte, 4096)
			var err error
			for err == nil {
				_, err = conn.Read(buf)
			}
			if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
				t.Error("the connection was not closed")
			}
		})
	}
	t.Cleanup(func() { eventually(t, "all have gone", func() bool { return n.Stats().Sockets == 0 }) })
}

// handshake asks for a person's connection, and may be followed by something said before the answer.
const handshake = "GET /?actor=%d HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
	"Sec-WebSocket-Protocol: " + wire.Subprotocol + "\r\n\r\n%s"

// rawUpgrade opens a connection by hand, with something said before the answer.
func (n *node) rawUpgrade(t testing.TB, early string) net.Conn {
	t.Helper()
	conn, err := n.dial(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, handshake, 0, early)
	return conn
}

// TestRefusedUpgrades: what cannot become a connection is answered as HTTP.
func TestRefusedUpgrades(t *testing.T) {
	t.Parallel()
	n := startNode(t, newBook(2), alone())
	address := n.listen.Addr().String()
	for name, c := range map[string]struct {
		protocol, origin string
		status           int
	}{
		"no subprotocol":      {"", "http://" + address, http.StatusBadRequest},
		"another subprotocol": {"postern.v0", "http://" + address, http.StatusBadRequest},
		"a foreign origin":    {wire.Subprotocol, "http://evil.example", http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			_, resp, err := websocket.Dial(t.Context(), "ws://"+address+"/?actor=1", &websocket.DialOptions{
				Subprotocols: strings.Fields(c.protocol), HTTPHeader: http.Header{"Origin": {c.origin}},
			})
			if err == nil || resp == nil || resp.StatusCode != c.status {
				t.Errorf("answered %v (%v), want %d", resp, err, c.status)
			}
		})
	}
	resp, err := http.Get("http://" + address + "/?actor=1")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("a plain GET is answered %d", resp.StatusCode)
	}
}

// TestTooManyConnections: one past the user's limit is told when to come back; another user is not hurt.
func TestTooManyConnections(t *testing.T) {
	t.Parallel()
	n := startNode(t, newBook(2), alone(), func(o *Options) { o.PerUser = 3 })
	var first *client
	for range 3 {
		first = n.connect(1)
	}
	c, err := n.open(1)
	if err != nil {
		t.Fatal(err)
	}
	c.mustClose(wire.CloseTooMany)
	n.connect(0)
	first.leave()
	eventually(t, "one has gone", func() bool { return n.Stats().Sockets == 3 })
	n.connect(1)
}

// TestDatabaseAwayAtStart: a connection that cannot be greeted is told to come back.
func TestDatabaseAwayAtStart(t *testing.T) {
	t.Parallel()
	for _, call := range []string{"greet", "follow"} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			b := newBook(2)
			b.write(message("one"))
			b.fail = func(c string) error {
				if c == call {
					return errAway
				}
				return nil
			}
			c, err := startNode(t, b, alone()).open(1, "since=1.0")
			if err != nil {
				t.Fatal(err)
			}
			c.mustClose(wire.CloseBusy)
		})
	}
}

// TestTooManyStarting: when the database does not answer, connections do not pile up behind it for long.
func TestTooManyStarting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBook(2)
		var asked, most atomic.Int32
		b.before = func(call string) {
			if call == "greet" {
				most.Store(max(most.Load(), asked.Add(1)))
				time.Sleep(time.Minute)
				asked.Add(-1)
			}
		}
		n := startInMemory(t, b, alone(), func(o *Options) { o.Starting, o.PerUser = 2, 100 })
		var waiting sync.WaitGroup
		for i := range 10 {
			c, err := n.open(1)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait() // whose turn it is, is settled
			if i >= 2 {
				waiting.Go(func() { c.mustClose(wire.CloseBusy) })
			}
		}
		began := time.Now()
		waiting.Wait()
		if waited := time.Since(began); waited > startTimeout || most.Load() != 2 {
			t.Errorf("waited %v, %d asked at once", waited, most.Load())
		}
		time.Sleep(2 * time.Minute)
	})
}

func TestWhoComesWhileDrainingIsToldToGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := startInMemory(t, newBook(3), alone(), func(o *Options) { o.DrainOver = 4 * time.Second })
		held := []*client{n.connect(0), n.connect(1)}
		drained := make(chan error, 1)
		go func() { drained <- n.Drain(t.Context()) }()
		time.Sleep(drainEach) // of the bubble's time: one of the two is still here
		late, err := n.open(2)
		if err != nil {
			t.Fatalf("turned away, which a browser takes for a failure: %v", err)
		}
		late.mustClose(wire.CloseGoingAway)
		for _, c := range held {
			c.mustClose(wire.CloseGoingAway)
		}
		if err := <-drained; err != nil {
			t.Error(err)
		}
		if _, err := n.open(2); err == nil {
			t.Error("let in after all have gone")
		}
	})
}

// TestDrainOfFew: a demo with a window open stops at once.
func TestDrainOfFew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := startInMemory(t, newBook(1), alone(), func(o *Options) { o.DrainOver = 4 * time.Second })
		c := n.connect(0)
		var waiting sync.WaitGroup
		waiting.Go(func() { c.mustClose(wire.CloseGoingAway) })
		began := time.Now()
		if err := n.Drain(t.Context()); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > drainEach {
			t.Errorf("one connection took %v", took)
		}
		waiting.Wait()
	})
}

// TestDrain: everybody is told to come back, spread over the time given; nobody is let in any more; and it ends.
func TestDrain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBook(40)
		n := startInMemory(t, b, alone(), func(o *Options) { o.DrainOver = 4 * time.Second })
		began := time.Now()
		gone := make([]time.Duration, 40)
		var waiting sync.WaitGroup
		for i := range gone {
			c := n.connect(i)
			waiting.Go(func() {
				c.mustClose(wire.CloseGoingAway)
				gone[i] = time.Since(began)
			})
		}
		synctest.Wait()
		if err := n.Drain(t.Context()); err != nil {
			t.Error(err)
		}
		waiting.Wait()
		quarters := map[time.Duration]int{}
		for _, after := range gone {
			quarters[after/time.Second]++
		}
		for q := range time.Duration(4) {
			if quarters[q] != 10 {
				t.Errorf("gone by seconds: %v", quarters)
			}
		}
		if _, err := n.open(1); err == nil || !strings.Contains(err.Error(), "503") {
			t.Errorf("a late connection was answered %v", err)
		}
		if s := n.Stats(); s.Sockets != 0 || s.Users != 0 {
			t.Errorf("left are %+v", s)
		}
	})
}

// TestDrainDoesNotWaitForTheDead: peers that do not answer the farewell are cut.
func TestDrainDoesNotWaitForTheDead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := startInMemory(t, newBook(2), alone())
		if _, err := n.open(1); err != nil { // never reads
			t.Fatal(err)
		}
		synctest.Wait()
		began := time.Now()
		if err := n.Drain(t.Context()); err != nil {
			t.Error(err)
		}
		if waited := time.Since(began); waited > 2*farewell {
			t.Errorf("it took %v", waited)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		n := startInMemory(t, newBook(2), alone())
		if _, err := n.open(1); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := n.Drain(ctx); err == nil {
			t.Error("nothing was said of the socket that was cut")
		}
	})
}

// TestPings: a peer that answers stays, one that does not is gone within 35 s.
func TestPings(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := startInMemory(t, newBook(2), alone())
		alive := n.connect(0)
		alive.patience = time.Hour
		alive.command(wire.Command{Type: wire.TypeViewing}) // over when it has been taken: nobody waits for its end
		over := make(chan struct{})
		go func() {
			defer close(over)
			alive.mustClose(wire.CloseGoingAway)
		}()
		dead := n.connect(1)
		gone := func() bool { return n.Stats().Sockets == 1 }
		time.Sleep(25 * time.Second)
		if gone() {
			t.Error("dropped before it was asked")
		}
		time.Sleep(11 * time.Second)
		if !gone() || n.Stats().DeadCloses != 1 {
			t.Errorf("stats are %+v", n.Stats())
		}
		dead.leave()
		time.Sleep(10 * time.Minute)
		if n.Stats().Sockets != 1 {
			t.Error("a peer that answers was dropped")
		}
		n.Drain(t.Context())
		<-over
	})
}

// TestOfficeIsForgotten: an office's channel is left some time after its last user.
func TestOfficeIsForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := startInMemory(t, newBook(2), alone())
		c := n.connect(1)
		c.leave()
		time.Sleep(lingerOffice / 2)
		again := n.connect(1)
		n.mu.RLock()
		kept := len(n.offices)
		n.mu.RUnlock()
		again.leave()
		time.Sleep(lingerOffice + 2*time.Second)
		n.mu.RLock()
		defer n.mu.RUnlock()
		if kept != 1 || len(n.offices) != 0 {
			t.Errorf("%d kept, %d left", kept, len(n.offices))
		}
	})
}

// TestPeerResets: a peer that vanishes under our writes is let go of.
func TestPeerResets(t *testing.T) {
	t.Parallel()
	n := startNode(t, newBook(2), alone())
	conn := n.rawUpgrade(t, "").(*net.TCPConn)
	eventually(t, "it has joined", func() bool { return n.Stats().Frames == 1 })
	if err := conn.SetLinger(0); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	eventually(t, "it has gone", func() bool {
		n.say("anybody there?")
		return n.Stats().Sockets == 0
	})
}
