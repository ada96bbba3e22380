package hub

import (
	"sync/atomic"

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
	stream *stream

	epoch int64 // as last: of the goroutine that starts the connection until joined is set; then guarded by stream.mu
	head  int64 // number of the stream in the greeting; guarded by stream.mu
	begun int64 // its epoch; guarded by stream.mu

	// Of the reading goroutine.
	in       incoming
	commands *rate.Limiter // nil until the first
	signs    map[signKey]lastSign

	pinged atomic.Int64 // when it was last pinged
	busy   atomic.Bool  // a command is being worked on, so pongs are not read
}

// reset tells a client to load again. The caller holds what guards last.
func (c *conn) reset(p chat.Place) {
	c.out.send(resetFrame(p))
	c.epoch, c.last = p.Epoch, p.Number
}
