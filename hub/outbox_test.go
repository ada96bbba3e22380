package hub

import (
	"encoding/json"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rs/zerolog"

	"postern/hub/wire"
)

// wayOut is an outbox on one end of a connection, and the other end.
func wayOut(t *testing.T) (*outbox, net.Conn) {
	t.Helper()
	return wayOutOf(t, New(Options{Bus: alone(), Log: zerolog.Nop()}))
}

// wayOutOf is one of a hub's.
func wayOutOf(t *testing.T, h *Hub) (*outbox, net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	there, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	here, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	o := &outbox{}
	o.open(here, h)
	t.Cleanup(func() {
		here.Close()
		there.Close()
		h.running.Wait()
	})
	return o, there
}

func got(t *testing.T, conn net.Conn, want string) {
	t.Helper()
	b := make([]byte, len(want))
	if _, err := io.ReadFull(conn, b); err != nil || string(b) != want {
		t.Errorf("read %q (%v), want %q", b, err, want)
	}
}

// TestWhatACommandCausesGoesOutTogether: in the order in which it was sent, whatever ends the gathering.
func TestWhatACommandCausesGoesOutTogether(t *testing.T) {
	t.Parallel()
	bye := string(closeFrame(wire.CloseSlow, "bye"))
	for _, c := range []struct {
		name string
		end  func(*outbox)
		want string
	}{
		{"its end", (*outbox).release, "event ack "},
		{"a farewell", func(o *outbox) { o.finish(wire.CloseSlow, "bye") }, "event ack " + bye},
		{"more than a system call should take", func(o *outbox) { o.send(make([]byte, maxGathered)) }, "event ack " + string(make([]byte, maxGathered))},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o, there := wayOut(t)
			o.gather()
			frame := []byte("event ")
			o.send(frame)
			copy(frame, "xxxxxx") // it is the sender's again
			o.send([]byte("ack "))
			if n := len(*o.gathered); n != len("event ack ") {
				t.Fatalf("%d bytes wait", n)
			}
			c.end(o)
			got(t, there, c.want)
			o.release()
			if o.gathered != nil {
				t.Error("it gathers on")
			}
		})
	}
}

// TestAQueueKeepsItsOwnCopy: a frame that the kernel does not take is the sender's again all the same.
func TestAQueueKeepsItsOwnCopy(t *testing.T) {
	t.Parallel()
	o, there := wayOut(t)
	frame, sent := make([]byte, 64<<10), 0
	for n := byte(0); !o.waiting(); n++ {
		for i := range frame {
			frame[i] = n
		}
		o.send(frame)
		sent++
	}
	clear(frame)
	for n := range sent {
		want := make([]byte, len(frame))
		for i := range want {
			want[i] = byte(n)
		}
		got(t, there, string(want))
	}
}

// TestBlockedConnectionsWaitWithOneFrame: what thousands of slow readers wait with is in memory, and counts, once. Each is given it whole
// all the same, wherever the kernel left off.
func TestBlockedConnectionsWaitWithOneFrame(t *testing.T) {
	t.Parallel()
	const readers = 8
	h := New(Options{Bus: alone(), Log: zerolog.Nop()})
	it := item{number: 7, shape: &shape{act: show, suffix: shared{bytes: suffixOf("message.created", json.RawMessage(`"`+strings.Repeat("x", 900_000)+`"`))}}}
	frame := it.appendFrame(nil)
	var outs [readers]*outbox
	var theres [readers]net.Conn
	for i := range outs {
		outs[i], theres[i] = wayOutOf(t, h)
		outs[i].conn.(*net.TCPConn).SetWriteBuffer(4 << 10)
		outs[i].sendShared(frame, it.end())
		outs[i].send([]byte("next"))
		if !outs[i].waiting() {
			t.Fatal("the kernel took it all")
		}
	}
	if n := h.meter.queued.Load(); n < 900_000 || n > 1_000_000 {
		t.Errorf("%d bytes wait", n)
	}
	want := string(frame) + "next"
	clear(frame) // it is the sender's again
	for _, there := range theres {
		got(t, there, want)
	}
	h.running.Wait()
	if n := h.meter.queued.Load(); n != 0 || it.end().queue.Load() != 0 {
		t.Errorf("%d bytes wait, %d hold the frame", n, it.end().queue.Load())
	}
}

// TestACutConnectionCompletesItsFrame: a close frame in the middle of another would be read as that one's content.
func TestACutConnectionCompletesItsFrame(t *testing.T) {
	t.Parallel()
	for name, length := range map[string]int{"own memory": 0, "the end shared": 1000, "all of it shared": 20_000} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := New(Options{Bus: alone(), Log: zerolog.Nop()})
			o, there := wayOutOf(t, h)
			frame := []byte(strings.Repeat("0123456789", 2000))
			var end *shared
			if length > 0 {
				end = &shared{bytes: slices.Clone(frame[len(frame)-length:])}
			}
			for n := 1; n < len(frame); n += 997 {
				w := restOf(frame, n, end)
				if rest := string(slices.Concat(buffersOf([]waiting{w})...)); rest != string(frame[n:]) || w.size() != len(rest)+waitingSize {
					t.Fatalf("after %d bytes %d are left, of size %d", n, len(rest), w.size())
				}
			}
			// As put leaves it when the kernel took 5 bytes, but before the goroutine that writes has begun.
			o.mu.Lock()
			o.flushing, o.torn = true, true
			o.enqueue(restOf(frame, 5, end))
			o.enqueue(restOf([]byte("never shown"), 0, nil))
			o.cut(wire.CloseSlow, "too slow")
			o.hub.running.Go(o.flush)
			o.mu.Unlock()
			got(t, there, string(frame[5:])+string(closeFrame(wire.CloseSlow, "too slow")))
			h.running.Wait()
			if n := h.meter.queued.Load(); n != 0 || o.queued != 0 {
				t.Errorf("%d bytes wait on the node, %d here", n, o.queued)
			}
		})
	}
}

// TestAClosedConnectionsNumberIsNotWrittenTo: the kernel gives a closed socket's number to the next that is opened. What is sent
// meanwhile must never reach that one.
func TestAClosedConnectionsNumberIsNotWrittenTo(t *testing.T) {
	t.Parallel()
	h := New(Options{Bus: alone(), Log: zerolog.Nop()})
	for range 100 {
		o, _ := wayOutOf(t, h)
		var senders sync.WaitGroup
		for range 4 {
			senders.Go(func() {
				for !o.isEnded() {
					o.send([]byte("for the first"))
				}
				o.send([]byte("for the first"))
			})
		}
		o.Close()
		number := o.socket
		next, there := wayOutOf(t, h)
		senders.Wait()
		next.finish(wire.CloseGoingAway, "")
		got(t, there, string(closeFrame(wire.CloseGoingAway, "")))
		if number != noSocket {
			t.Fatal("a closed connection keeps its number")
		}
	}
}
