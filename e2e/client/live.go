package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"postern/hub/wire"
)

// Live is a live connection that comes back by itself, as the web client does, and checks what it is told: numbers without gaps or doubles.
type Live struct {
	c      *Client
	on     func(wire.Frame)
	ended  func(error)
	cancel context.CancelFunc
	done   chan struct{}

	mu        sync.Mutex
	conn      *websocket.Conn
	since     string
	number    int64
	badge     int
	connects  int
	resets    int
	faults    []string
	connected chan struct{} // closed while a greeted connection stands
}

// Live opens a live connection; on is called with every frame, in order. It returns when the first hello has come.
func (c *Client) Live(ctx context.Context, on func(wire.Frame)) (*Live, error) {
	return c.LiveTold(ctx, on, func(error) {})
}

// LiveTold is Live that also says why a connection could not be made or ended: see [Code].
func (c *Client) LiveTold(ctx context.Context, on func(wire.Frame), ended func(error)) (*Live, error) {
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	l := &Live{c: c, on: on, ended: ended, cancel: cancel, done: make(chan struct{}), connected: make(chan struct{})}
	go l.run(inner)
	if err := l.Await(ctx); err != nil {
		l.Close()
		return nil, fmt.Errorf("open live connection: %w", err)
	}
	return l, nil
}

// Again opens a live connection that goes on from where this one, which was closed, stood.
func (l *Live) Again(ctx context.Context) (*Live, error) {
	return l.AgainFrom(ctx, l.Standing().Number)
}

// AgainFrom is Again from another number of the same epoch.
func (l *Live) AgainFrom(ctx context.Context, number int64) (*Live, error) {
	stands := l.Standing()
	epoch, _, _ := strings.Cut(l.since, ".")
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	next := &Live{
		c: l.c, on: l.on, ended: l.ended, cancel: cancel, done: make(chan struct{}), connected: make(chan struct{}),
		since: fmt.Sprintf("%s.%d", epoch, number), number: number, badge: stands.Badge,
	}
	go next.run(inner)
	if err := next.Await(ctx); err != nil {
		next.Close()
		return nil, fmt.Errorf("open live connection again: %w", err)
	}
	return next, nil
}

// Close ends the connection and waits for its goroutine.
func (l *Live) Close() {
	l.cancel()
	<-l.done
}

// Await waits until a greeted connection stands.
func (l *Live) Await(ctx context.Context) error {
	l.mu.Lock()
	connected := l.connected
	l.mu.Unlock()
	select {
	case <-connected:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-l.done:
		return errors.New("the server does not want us back")
	}
}

// Standing is what the connection knows.
type Standing struct {
	Number   int64
	Badge    int
	Connects int
	Resets   int
	Faults   []string // gaps, doubles and unreadable frames: each is a defect of the server
}

// Standing is what the connection knows now.
func (l *Live) Standing() Standing {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Standing{l.number, l.badge, l.connects, l.resets, append([]string(nil), l.faults...)}
}

// Command sends a frame; the error says that no connection stands or that it broke.
func (l *Live) Command(ctx context.Context, cmd wire.Command) error {
	l.mu.Lock()
	conn := l.conn
	l.mu.Unlock()
	if conn == nil {
		return errors.New("not connected")
	}
	b, err := json.Marshal(cmd)
	if err != nil {
		return err
	}
	return conn.Write(ctx, websocket.MessageText, b)
}

// goingAway is over how long those come back whose node goes away (docs/protocol.md, "Closing").
const goingAway = 5 * time.Second

// run connects, reads until the connection breaks, and comes back with full jitter.
func (l *Live) run(ctx context.Context) {
	defer close(l.done)
	wait := 250 * time.Millisecond
	for ctx.Err() == nil {
		err := l.connect(ctx)
		if err == nil {
			wait = 250 * time.Millisecond
			err = l.read(ctx)
		}
		if ctx.Err() == nil {
			l.ended(err)
		}
		if final(err) {
			return
		}
		pause := rand.N(wait)
		if Code(err) == wire.CloseGoingAway {
			pause = rand.N(goingAway)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		wait = min(2*wait, 5*time.Second)
	}
}

// Code is the close code that ended a live connection, or -1.
func Code(err error) int { return int(websocket.CloseStatus(err)) }

// Drop breaks the connection that stands, if there is one, as a client does that believes it dead; another is made.
func (l *Live) Drop() bool {
	l.mu.Lock()
	conn := l.conn
	l.mu.Unlock()
	if conn != nil {
		_ = conn.CloseNow() // there is nobody to say goodbye to
	}
	return conn != nil
}

// final says whether the close code forbids to come back.
func final(err error) bool {
	switch websocket.CloseStatus(err) {
	case websocket.StatusPolicyViolation, 4001:
		return true
	}
	return false
}

func (l *Live) connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cookies, err := l.c.cookies()
	if err != nil {
		return err
	}
	header := http.Header{"Cookie": {cookies}}
	l.c.dress(header)
	l.mu.Lock()
	query := ""
	if l.since != "" {
		query = "?since=" + l.since
	}
	l.mu.Unlock()
	address := "ws" + strings.TrimPrefix(l.c.base, "http") + "/api/v1/live" + query
	conn, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: l.c.http.Transport}, HTTPHeader: header, Subprotocols: []string{wire.Subprotocol},
	})
	if err != nil {
		return err
	}
	conn.SetReadLimit(16 << 20)
	l.mu.Lock()
	l.conn = conn
	l.mu.Unlock()
	return nil
}

func (l *Live) read(ctx context.Context) error {
	l.mu.Lock()
	conn := l.conn
	l.mu.Unlock()
	defer l.gone(conn)
	for {
		_, message, err := conn.Read(ctx)
		if err != nil {
			return err
		}
		frames, err := split(message)
		if err != nil {
			l.fault("unreadable frame: " + err.Error())
			return err
		}
		for _, f := range frames {
			l.take(f)
			l.on(f)
		}
	}
}

// split reads a frame, or the several frames of an array.
func split(message []byte) ([]wire.Frame, error) {
	if bytes.HasPrefix(message, []byte("[")) {
		var many []wire.Frame
		return many, json.Unmarshal(message, &many)
	}
	var one wire.Frame
	err := json.Unmarshal(message, &one)
	return []wire.Frame{one}, err
}

func (l *Live) gone(conn *websocket.Conn) {
	_ = conn.CloseNow() // it is broken or we leave
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = nil
	select {
	case <-l.connected:
		l.connected = make(chan struct{})
	default:
	}
}

func (l *Live) fault(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = append(l.faults, what)
}

// take keeps the place in the stream and checks the numbers.
func (l *Live) take(f wire.Frame) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch f.Type {
	case wire.TypeHello:
		l.hello(f)
		return
	case wire.TypeReset:
		var r wire.Reset
		if err := json.Unmarshal(f.Data, &r); err != nil {
			l.faults = append(l.faults, "unreadable reset")
			return
		}
		l.resets++
		l.at(r.Epoch, r.Number)
		return
	}
	if f.Event == 0 {
		return
	}
	from := f.Event
	if f.Type == wire.TypeSkipped {
		var s wire.Skipped
		if err := json.Unmarshal(f.Data, &s); err == nil && s.From > 0 {
			from = s.From
		}
	}
	if from != l.number+1 {
		l.faults = append(l.faults, fmt.Sprintf("event %d (from %d) after %d", f.Event, from, l.number))
	}
	if f.Badge != nil {
		l.badge = *f.Badge
	}
	epoch, _, _ := strings.Cut(l.since, ".")
	l.number = f.Event
	l.since = fmt.Sprintf("%s.%d", epoch, f.Event)
}

func (l *Live) hello(f wire.Frame) {
	var h wire.Hello
	if err := json.Unmarshal(f.Data, &h); err != nil {
		l.faults = append(l.faults, "unreadable hello")
		return
	}
	l.connects++
	l.badge = h.Badge
	if !h.Resumed {
		l.at(h.Epoch, h.Number)
	}
	select {
	case <-l.connected:
	default:
		close(l.connected)
	}
}

func (l *Live) at(epoch, number int64) {
	l.number = number
	l.since = fmt.Sprintf("%d.%d", epoch, number)
}
