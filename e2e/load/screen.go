package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"postern/e2e/client"
	"postern/hub/wire"
)

// screen is one socket and what it was shown. Only its reading goroutine writes to it; it is read after that has ended, but for what is
// atomic or under the lock.
type screen struct {
	again  func(s *screen, err error) *client.Socket // connects once more when the connection broke; nil: it must not break
	epoch  int64
	number int64 // of the last event
	head   int64 // of the stream, when hello was said
	shown  []showing
	faults []string      // what no server of ours may do
	known  int64         // greetings that the way back knows of
	spread time.Duration // over which to come back, as the last hello had it

	live      atomic.Bool // greeted, and shown everything up to the head at hello
	greetings atomic.Int64

	mu     sync.Mutex
	socket *client.Socket
	closed bool
}

// showing is a message that appeared.
type showing struct {
	message int32
	at      time.Duration // since the run began
}

func newScreen(socket *client.Socket, messages int) *screen {
	return &screen{socket: socket, shown: make([]showing, 0, 2*messages)}
}

// Beginnings of frames, as the hub writes them, and of the bodies that we send. Frames are searched, not decoded: the load would
// otherwise use up what the servers need.
var (
	numberedHead = []byte(`{"event":`)
	ackHead      = []byte(`{"type":"ack","key":"`)
	errorHead    = []byte(`{"type":"error",`)
	helloHead    = []byte(`{"type":"hello",`)
	bodyHead     = []byte(`load-`)
)

// watch reads until the socket is closed.
func (s *screen) watch(r *run, g *group) {
	for socket := s.socket; socket != nil; {
		frame, err := socket.Next()
		if err == nil {
			s.take(r, g, frame, time.Since(r.began))
			continue
		}
		s.live.Store(false)
		if r.over.Load() {
			return
		}
		if s.again == nil {
			s.fault(r, err.Error())
			return
		}
		socket = s.replace(s.again(s, err))
	}
}

// replace takes a new connection, unless the screen was closed meanwhile.
func (s *screen) replace(socket *client.Socket) *client.Socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	if socket != nil && s.closed {
		_ = socket.Close() // nobody reads it
		return nil
	}
	s.socket = socket
	return socket
}

func (s *screen) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.socket == nil {
		return nil
	}
	return s.socket.Close()
}

// since is the place in the stream to go on from.
func (s *screen) since() string { return fmt.Sprintf("%d.%d", s.epoch, s.number) }

// take works a frame in: one, or several in an array.
func (s *screen) take(r *run, g *group, frame []byte, now time.Duration) {
	switch {
	case bytes.HasPrefix(frame, numberedHead):
		s.takeEvent(r, frame, now)
	case bytes.HasPrefix(frame, ackHead):
		if key, ok := leadingNumber(frame[len(ackHead):]); ok {
			r.acknowledged(g, int(key), now)
		}
	case bytes.HasPrefix(frame, errorHead):
		r.refused(g, frame)
	case bytes.HasPrefix(frame, helloHead):
		s.takeHello(r, frame)
	case bytes.HasPrefix(frame, []byte("[")):
		var several []json.RawMessage
		if err := json.Unmarshal(frame, &several); err != nil {
			s.fault(r, "an array that is none")
		}
		for _, one := range several {
			s.take(r, g, one, now)
		}
	}
}

func (s *screen) takeEvent(r *run, frame []byte, now time.Duration) {
	number, ok := leadingNumber(frame[len(numberedHead):])
	if !ok || number != s.number+1 && !s.skips(frame) {
		s.fault(r, fmt.Sprintf("event %d after %d", number, s.number))
	}
	s.number = number
	s.catchUp()
	at := bytes.Index(frame, bodyHead)
	if at < 0 {
		return
	}
	message, ok := leadingNumber(frame[at+len(bodyHead):])
	if !ok || message >= int64(len(r.due)) {
		s.fault(r, "a message that was never sent")
		return
	}
	s.shown = append(s.shown, showing{int32(message), now})
	r.shown.Add(1)
}

// skips says whether a frame stands for all events since the last.
func (s *screen) skips(frame []byte) bool {
	var f struct {
		Type string
		Data wire.Skipped
	}
	return json.Unmarshal(frame, &f) == nil && f.Type == wire.TypeSkipped && f.Data.From == s.number+1
}

func (s *screen) takeHello(r *run, frame []byte) {
	var hello struct{ Data wire.Hello }
	if err := json.Unmarshal(frame, &hello); err != nil {
		s.fault(r, "unreadable hello")
	}
	h := hello.Data
	if s.epoch != 0 && !h.Resumed {
		s.fault(r, "a connection that was not resumed")
	}
	if !h.Resumed {
		s.number = h.Number
	}
	s.epoch, s.head, s.spread = h.Epoch, h.Number, time.Duration(h.SpreadMS)*time.Millisecond
	s.catchUp()
	s.greetings.Add(1)
	r.greeted.Add(1)
}

func (s *screen) catchUp() {
	if s.number >= s.head && !s.live.Load() {
		s.live.Store(true)
	}
}

func (s *screen) fault(r *run, what string) {
	s.faults = append(s.faults, what)
	r.fail(errors.New(what))
}

// leadingNumber reads the digits that a text begins with.
func leadingNumber(b []byte) (n int64, ok bool) {
	for _, c := range b {
		if c < '0' || c > '9' || n > 1<<53 {
			break
		}
		n, ok = 10*n+int64(c-'0'), true
	}
	return n, ok
}
