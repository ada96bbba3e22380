package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"postern/e2e/client"
	"postern/hub/wire"
)

// screen is one socket and what it was shown. Only its reading goroutine writes to it; it is read after that has ended.
type screen struct {
	socket *client.Socket
	number int64 // of the last event
	shown  []showing
	faults []string // what no server of ours may do
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
	bodyHead     = []byte(`<p>load-`)
)

// watch reads until the socket is closed.
func (s *screen) watch(r *run, g *group) {
	for {
		frame, err := s.socket.Next()
		if err != nil {
			if !r.over.Load() {
				s.fault(r, err.Error())
			}
			return
		}
		s.take(r, g, frame, time.Since(r.began))
	}
}

// take works a frame in: one, or several in an array.
func (s *screen) take(r *run, g *group, frame []byte, now time.Duration) {
	switch {
	case bytes.HasPrefix(frame, numberedHead):
		s.takeEvent(r, frame, now)
	case bytes.HasPrefix(frame, ackHead):
		if key, ok := leadingNumber(frame[len(ackHead):]); ok {
			r.acknowledged(g, int32(key), now)
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
	if !ok || number != s.number+1 {
		s.fault(r, fmt.Sprintf("event %d after %d", number, s.number))
	}
	s.number = number
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

func (s *screen) takeHello(r *run, frame []byte) {
	var hello struct{ Data wire.Hello }
	if err := json.Unmarshal(frame, &hello); err != nil {
		s.fault(r, "unreadable hello")
	}
	s.number = hello.Data.Number
	r.greeted.Add(1)
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
