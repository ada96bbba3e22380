package hub

import "sync/atomic"

// meter is the moving form of [Stats].
type meter struct {
	sockets, queued         atomic.Int64
	starting, most          atomic.Int64 // connections at the door; sockets at most
	turnedAway              atomic.Uint64
	fullest                 atomic.Int64 // outbox
	frames                  atomic.Uint64
	held, doubles, fills    atomic.Uint64
	resumes, resets         atomic.Uint64
	slow, dead              atomic.Uint64
	commands, refused       atomic.Uint64
	unpublished, unreadable atomic.Uint64
	changes, events         atomic.Uint64
	compared, uncompared    atomic.Uint64
	behind                  atomic.Uint64
}

// Queue is how full something is that has a bound.
type Queue struct{ Holds, Most int64 }

// Stats is a snapshot for metrics. What is not a Queue, Sockets or Users counts since the hub was made.
type Stats struct {
	Sockets int // connections
	Users   int // users they belong to

	Full        Queue // connections
	Starting    Queue // of them, such as are not live yet
	Greeting    Queue // of those, such as ask the database
	Outboxes    Queue // bytes waiting for blocked connections
	Fullest     Queue // bytes waiting for the one with the most, at most since the hub was made
	FillQueue   Queue // streams that wait to be filled, each at most once
	WriterQueue Queue // parts of large fan-outs that wait for a writer

	Changes    uint64 // told by this node's own commits
	Events     uint64 // those changes' rows in users' streams
	Compared   uint64 // comparisons of heads
	Uncompared uint64 // of those, failed
	Behind     uint64 // streams that a comparison found behind

	Frames      uint64 // sent or queued
	Held        uint64 // events held back for one before them
	Doubles     uint64 // events that came again and were dropped
	Fills       uint64 // questions to the log about live streams
	TurnedAway  uint64 // connections refused because there were too many
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
		Sockets: int(m.sockets.Load()), Users: users,
		Starting:    Queue{m.starting.Load(), h.mostStarting},
		Greeting:    Queue{int64(len(h.starts)), int64(cap(h.starts))},
		Full:        Queue{m.sockets.Load(), h.mostSockets},
		TurnedAway:  m.turnedAway.Load(),
		Outboxes:    Queue{m.queued.Load(), maxTotal},
		Fullest:     Queue{m.fullest.Load(), maxQueue},
		FillQueue:   Queue{h.fills.length(), int64(users)},
		WriterQueue: h.writerQueue(),
		Changes:     m.changes.Load(), Events: m.events.Load(),
		Compared: m.compared.Load(), Uncompared: m.uncompared.Load(), Behind: m.behind.Load(),
		Frames: m.frames.Load(), Held: m.held.Load(), Doubles: m.doubles.Load(), Fills: m.fills.Load(),
		Resumes: m.resumes.Load(), Resets: m.resets.Load(), SlowCloses: m.slow.Load(), DeadCloses: m.dead.Load(),
		Commands: m.commands.Load(), Refused: m.refused.Load(),
		Unpublished: m.unpublished.Load(), Unreadable: m.unreadable.Load(),
	}
}

func (h *Hub) writerQueue() (q Queue) {
	for _, tasks := range h.writers {
		q.Holds += int64(len(tasks))
		q.Most += int64(cap(tasks))
	}
	return q
}

// raise keeps the highest value.
func raise(highest *atomic.Int64, to int64) {
	for was := highest.Load(); to > was && !highest.CompareAndSwap(was, to); was = highest.Load() {
	}
}
