package hub

import (
	"time"

	"postern/chat"
)

// Observer takes one measurement (a prometheus.Observer is one). It must not block.
type Observer interface{ Observe(float64) }

// Meters take what is told by how it spreads, not by a number. What is nil is not told.
type Meters struct {
	SendToScreen Observer // seconds from a message's acceptance until it was given to this node's sockets; of two nodes' clocks when it came by the bus
	BusLag       Observer // seconds from a publication to its arrival, by two nodes' clocks
	Resume       Observer // events given to a connection that came back
	Start        Observer // seconds from a connection's upgrade until it is live
	Compare      Observer // seconds that a comparison of heads takes
	BehindBy     Observer // events that a stream was found behind by
}

// ignored is an Observer for nobody.
type ignored struct{}

func (ignored) Observe(float64) {}

// complete gives what is nil to nobody.
func (m Meters) complete() Meters {
	for _, o := range []*Observer{&m.SendToScreen, &m.BusLag, &m.Resume, &m.Start, &m.Compare, &m.BehindBy} {
		if *o == nil {
			*o = ignored{}
		}
	}
	return m
}

// observeSince tells how long ago it was. Clocks of two nodes may differ: less than nothing is nothing.
func observeSince(o Observer, at time.Time) { o.Observe(max(0, time.Since(at).Seconds())) }

// acceptedAt is when the oldest of the messages told of was accepted; zero: none was.
func acceptedAt(told []chat.Told) (at time.Time) {
	for i := range told {
		m := told[i].Body.Message
		if told[i].Type == chat.MessageCreated && m != nil && (at.IsZero() || m.At.Before(at)) {
			at = m.At
		}
	}
	return at
}
