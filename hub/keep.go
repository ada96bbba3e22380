package hub

import (
	"context"
	"time"
)

const (
	pingEvery = 25 * time.Second
	pongBy    = 10 * time.Second
	wholeBy   = 2 * time.Minute // for a message: the largest comes over 30 kbit/s in that time
)

// runKeep pings connections, and drops those that do not answer.
func (h *Hub) runKeep(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			now := time.Now()
			for _, c := range h.connections() {
				c.keep(now)
			}
		}
	}
}

// keep looks after one connection. One with a queue, or whose reader is at work, is not expected to answer: the queue's
// writer and the command have limits of their own.
func (c *conn) keep(now time.Time) {
	pinged, began := time.Unix(0, c.pinged.Load()), c.in.began.Load()
	switch {
	case began != 0 && now.Sub(time.Unix(0, began)) >= wholeBy: // what is there of it takes memory
		c.hub.meter.dead.Add(1)
		c.out.Close()
	case c.out.waiting() || c.busy.Load():
		c.pinged.Store(now.UnixNano())
		c.in.heard.Store(now.UnixNano())
	case now.Sub(pinged) >= pingEvery:
		c.pinged.Store(now.UnixNano())
		c.out.send(pingFrame)
	case now.Sub(pinged) >= pongBy && c.in.heard.Load() < c.pinged.Load():
		c.hub.meter.dead.Add(1)
		c.out.Close()
	}
}
