package bus

import (
	"context"
	"errors"
	"time"
)

var (
	// ErrFull says that the outbox was full and the publication is dropped.
	ErrFull = errors.New("bus: outbox is full")
	// ErrClosed says that Run has ended and the publication is dropped.
	ErrClosed = errors.New("bus: closed")
)

// Bus is one node's place in the exchange of news. Everything but Run may be called
// from any goroutine, also from within the handler, before Run and after it.
type Bus interface {
	// Publish queues payload for every node subscribed to channel and returns at
	// once: it waits neither for the network nor for a receiver. The payload must
	// not be changed afterwards. A context that is done does not hold it back, for
	// what was committed is told though its caller has gone.
	// Errors: ErrFull, ErrClosed.
	Publish(ctx context.Context, channel string, payload []byte) error

	// Subscribe asks for a channel's news and returns at once. Handler.Gap names the
	// channel when the subscription is in force. Asking twice changes nothing.
	Subscribe(channel string)

	// Unsubscribe ends it, however often the channel was asked for. No call of
	// Handler.Message with the channel begins after it has returned, but for one that
	// was being made at that moment.
	Unsubscribe(channel string)

	// Run carries news until ctx ends, sends what is queued, and returns when its
	// goroutines have ended; after that the handler is not called again. Call it once.
	Run(ctx context.Context, h Handler) error

	// Stats is a snapshot for metrics.
	Stats() Stats
}

// Handler is what a node does with what arrives. Calls come one at a time; a slow one
// holds up every channel of the node. Both must be set.
type Handler struct {
	// Message is called for each arrival on a subscribed channel. The payload is
	// shared with other nodes of the process and must not be changed.
	Message func(channel string, payload []byte)

	// Gap is called with the channels, sorted, on which news may have been missed.
	// A subscription is in force by then: what is published from now on arrives, or
	// is followed by another Gap.
	Gap func(channels []string)
}

// Queue is how full a queue is, and when it is full: by one or the other.
type Queue struct {
	Items, MostItems int
	Bytes, MostBytes int
}

// Stats counts since the bus was made.
type Stats struct {
	Outbox Queue // publications on their way out; of a cluster, those of all partitions together
	Inbox  Queue // arrivals that wait for the handler

	Published uint64 // publications handed over: Redis confirmed them, or the exchange took them
	Dropped   uint64 // publications given up: outbox full, closed, or Redis out of reach
	Received  uint64 // messages that arrived for this node
	Missed    uint64 // arrivals dropped because the inbox was full

	Reconnects uint64 // subscriptions restored after a loss
	Failures   uint64 // sessions that could not be opened, or were lost

	Healthy   bool          // the subscription is alive and the last publication went out
	Lag       time.Duration // how long the oldest of the latest batch waited in the inbox
	RoundTrip time.Duration // from publishing to hearing it on the same node, last measured; 0 in memory
}
