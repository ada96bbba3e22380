package bus

import (
	"sync/atomic"
	"time"
)

// counters is the moving form of Stats.
type counters struct {
	published, dropped   atomic.Uint64
	received, missed     atomic.Uint64
	reconnects, failures atomic.Uint64

	listening, sending atomic.Bool
	lag, roundTrip     atomic.Int64 // nanoseconds
}

func (c *counters) snapshot() Stats {
	return Stats{
		Published:  c.published.Load(),
		Dropped:    c.dropped.Load(),
		Received:   c.received.Load(),
		Missed:     c.missed.Load(),
		Reconnects: c.reconnects.Load(),
		Failures:   c.failures.Load(),
		Healthy:    c.listening.Load() && c.sending.Load(),
		Lag:        time.Duration(c.lag.Load()),
		RoundTrip:  time.Duration(c.roundTrip.Load()),
	}
}
