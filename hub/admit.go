package hub

import (
	"time"

	"postern/chat"
)

// A node that dies leaves thousands of connections to the others, all at once. Each costs a handshake, a greeting and what it has missed; those who are
// live already must not feel it. So they are told beforehand over how long to spread when they come back, come in by a door of a
// certain width, and past that are told to come later.

// enter counts in a handler, or says why not: the node has drained, is full, or has enough connections at its door. While it drains balancers may
// not know it yet: who comes then is let in to be told that it goes (1001), which a browser understands, as it does not a refused handshake.
func (h *Hub) enter() error {
	h.mu.RLock()
	defer h.mu.RUnlock()
	switch {
	case h.drained:
		return chat.Refuse(chat.Unavailable, "This server is going away. Connect again.")
	case h.meter.sockets.Load() >= h.mostSockets:
		h.meter.turnedAway.Add(1)
		return chat.Refuse(chat.Unavailable, "This server is full. Connect again in a moment.")
	case h.meter.starting.Add(1) > h.mostStarting:
		h.meter.starting.Add(-1)
		h.meter.turnedAway.Add(1)
		return chat.Refuse(chat.Unavailable, "Many connect at the moment. Connect again in a moment.")
	}
	h.running.Add(1)
	return nil
}

func (h *Hub) exit() {
	h.meter.starting.Add(-1)
	h.running.Done()
}

// What the others take in without effort, and the bounds of what clients are told.
const (
	takenPerSecond = 1500
	leastSpread    = 500 * time.Millisecond
	mostSpread     = 30 * time.Second
)

// spread is over how long this node's clients are to come back when they lose it: the more they are, the longer. Those that came first are
// told with the number that there was at most, which is near enough on a node that has been running for a while.
func (h *Hub) spread() time.Duration {
	most := max(h.meter.sockets.Load(), h.meter.most.Load())
	raise(&h.meter.most, most)
	return min(max(time.Duration(most)*time.Second/takenPerSecond, leastSpread), mostSpread)
}
