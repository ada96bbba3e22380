package hub

import (
	"io"
	"net"
	"testing"

	"github.com/rs/zerolog"

	"postern/hub/wire"
)

// wayOut is an outbox on one end of a connection, and the other end.
func wayOut(t *testing.T) (*outbox, net.Conn) {
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
	h := New(Options{Bus: alone(), Log: zerolog.Nop()})
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
		{"a pong", func(o *outbox) { o.Write([]byte("pong ")); o.send([]byte("next")) }, "event ack pong next"},
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
