package hub

import (
	"context"
	"io"
	"slices"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/time/rate"

	"postern/chat"
)

// conn is one socket.
//
// A fan-out to thousands finds each in memory only, not in the processor's cache: what it needs stands first, in one line of 64 bytes.
type conn struct {
	joined  bool  // guarded by stream.mu
	greeted bool  // guarded by stream.mu
	last    int64 // number of the last event sent; see epoch
	out     outbox

	hub    *Hub
	actor  chat.Actor
	ws     *websocket.Conn
	stream *stream

	epoch int64 // as last: of the goroutine that starts the connection until joined is set; then guarded by stream.mu
	head  int64 // number of the stream in the greeting; guarded by stream.mu

	// Of the reading goroutine.
	commands *rate.Limiter
	signs    map[signKey]lastSign

	heard  atomic.Int64 // when the peer last said anything, Unix nanoseconds
	pinged atomic.Int64 // when it was last pinged
	busy   atomic.Bool  // a command is being worked on, so pongs are not read
}

// discarded is the most that is read of a peer that was told goodbye, for the close frame to reach it: what lies unread when a
// socket is closed makes the kernel throw away what lies unsent.
const discarded = 8 << 20

// read takes what the peer sends until the connection ends. It is the goroutine that every connection has.
func (c *conn) read(ctx context.Context) {
	for {
		typ, r, err := c.ws.Reader(context.Background())
		if err == nil {
			err = c.take(ctx, typ, r)
		}
		if err != nil {
			c.linger()
			return
		}
	}
}

// take reads one message, which is over when it returns, and works on it.
func (c *conn) take(ctx context.Context, typ websocket.MessageType, r io.Reader) (err error) {
	data := c.hub.buffer()
	defer c.hub.reuse(data)
	if *data, err = appendAll(*data, r); err != nil {
		return err
	}
	c.heard.Store(time.Now().UnixNano())
	if !c.out.isEnded() {
		c.receive(ctx, typ, *data)
	}
	return nil
}

// appendAll reads to the end.
func appendAll(b []byte, r io.Reader) ([]byte, error) {
	for {
		b = slices.Grow(b, readBuffer)
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}

// linger waits for the peer to close when it was the library that ended the connection; it does not read on by itself.
func (c *conn) linger() {
	if c.out.failedByPeer() {
		c.out.SetReadDeadline(time.Now().Add(farewell))
		io.CopyN(io.Discard, c.out.Conn, discarded)
	}
	c.out.Close()
	c.ws.CloseNow()
}

// reset tells a client to load again. The caller holds what guards last.
func (c *conn) reset(p chat.Place) {
	c.out.send(resetFrame(p))
	c.epoch, c.last = p.Epoch, p.Number
}

func (c *conn) heardPong(context.Context, []byte) { c.heard.Store(time.Now().UnixNano()) }
