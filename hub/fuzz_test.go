package hub

import (
	"encoding/json"
	"net"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/time/rate"

	"postern/hub/wire"
)

// sink is a connection that keeps what is written to it.
type sink struct {
	net.Conn
	mu      sync.Mutex
	written []byte
}

func (s *sink) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.written = append(s.written, b...)
	return len(b), nil
}

func (s *sink) SetReadDeadline(time.Time) error  { return nil }
func (s *sink) SetWriteDeadline(time.Time) error { return nil }
func (s *sink) Close() error                     { return nil }

// sinkConn is a connection of person 0 that nobody reads for.
func sinkConn(b *book) (*conn, *sink) {
	h := New(Options{Service: &desk{book: b}, Bus: alone()})
	h.service.(*desk).hub = h
	s := &sink{}
	c := &conn{hub: h, actor: actor(0), commands: rate.NewLimiter(rate.Inf, 1)}
	c.out.open(s, h)
	return c, s
}

// FuzzCommand: whatever a client sends, the connection answers with JSON or with a close code, and ends exactly when the frame is
// none of our protocol.
func FuzzCommand(f *testing.F) {
	for _, seed := range []string{
		`{"type":"send","key":"k","conversation":"02000000-0000-0000-0000-000000000001","html":"<p>x</p>","attachments":[]}`,
		`{"type":"read","conversation":"02000000-0000-0000-0000-000000000001","position":"0000000000100000","opened":true}`,
		`{"type":"typing","conversation":"02000000-0000-0000-0000-000000000001","on":true,"note":true}`,
		`{"type":"viewing"}`, `null`, `[]`, `{"type":`, "{\"key\":\"\xff\"}", `{"type":"send","key":"\u0000<&>\ud800"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, s := sinkConn(newBook(2))
		c.receive(t.Context(), opText, text)
		if drained := c.out.drained(); drained != nil {
			<-drained
		}
		var cmd wire.Command
		ours := utf8.Valid(text) && json.Unmarshal(text, &cmd) == nil
		if c.out.isEnded() == ours {
			t.Errorf("ended %v after %q", !ours, text)
		}
		if len(s.written) == 0 {
			return
		}
		if !ours {
			if s.written[0] != fin|opClosing {
				t.Errorf("answered %q", s.written)
			}
			return
		}
		var frame wire.Frame
		if err := json.Unmarshal(payloadOf(t, s.written), &frame); err != nil {
			t.Fatalf("answered %q: %v", s.written, err)
		}
		if frame.Key != cmd.Key && len(cmd.Key) <= maxKey {
			t.Errorf("answered under %q to %q", frame.Key, cmd.Key)
		}
	})
}
