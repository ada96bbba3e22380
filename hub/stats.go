package hub

import "sync/atomic"

// meter is the moving form of [Stats].
type meter struct {
	sockets, queued         atomic.Int64
	frames                  atomic.Uint64
	held, doubles, fills    atomic.Uint64
	resumes, resets         atomic.Uint64
	slow, dead              atomic.Uint64
	commands, refused       atomic.Uint64
	unpublished, unreadable atomic.Uint64
}

// Stats is a snapshot for metrics. All but the first three count since the hub was made.
type Stats struct {
	Sockets    int   // connections
	Users      int   // users they belong to
	QueueBytes int64 // waiting for blocked connections

	Frames      uint64 // sent or queued
	Held        uint64 // events held back for one before them
	Doubles     uint64 // events that came again and were dropped
	Fills       uint64 // questions to the log about live streams
	Resumes     uint64 // connections continued from where their client was
	Resets      uint64 // connections and streams that had to be begun anew
	SlowCloses  uint64 // connections whose queue was full
	DeadCloses  uint64 // connections that did not answer a ping
	Commands    uint64 // frames taken from clients
	Refused     uint64 // of those, over the connection's rate
	Unpublished uint64 // changes that the bus did not take
	Unreadable  uint64 // publications that made no sense
}

// Stats gives a snapshot.
func (h *Hub) Stats() Stats {
	h.mu.RLock()
	users := len(h.streams)
	h.mu.RUnlock()
	m := &h.meter
	return Stats{
		Sockets: int(m.sockets.Load()), Users: users, QueueBytes: m.queued.Load(),
		Frames: m.frames.Load(), Held: m.held.Load(), Doubles: m.doubles.Load(), Fills: m.fills.Load(),
		Resumes: m.resumes.Load(), Resets: m.resets.Load(), SlowCloses: m.slow.Load(), DeadCloses: m.dead.Load(),
		Commands: m.commands.Load(), Refused: m.refused.Load(),
		Unpublished: m.unpublished.Load(), Unreadable: m.unreadable.Load(),
	}
}
