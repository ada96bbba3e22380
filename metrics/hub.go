package metrics

import (
	"postern/hub"
	"postern/hub/bus"
)

// Live gives the meters for a node's hub.
func (m *Metrics) Live() hub.Meters {
	return hub.Meters{
		SendToScreen: m.histogram("send_to_screen_seconds", "From a message's acceptance until it was given to this node's sockets; by two nodes' clocks when another took it.", seconds),
		BusLag:       m.histogram("bus_lag_seconds", "From the publication of news by another node to its arrival here, by two nodes' clocks.", seconds),
		Resume:       m.histogram("resume_events", "Events given to a connection that came back.", counts),
		Start:        m.histogram("start_seconds", "From a connection's handshake until it is live.", seconds),
		Compare:      m.histogram("heads_compared_seconds", "One comparison of the heads of everybody connected.", seconds),
		BehindBy:     m.histogram("heads_behind_events", "Events that a stream was found behind by, of those that were.", counts),
	}
}

// WatchHub reads the hub at every scrape.
func (m *Metrics) WatchHub(h *hub.Hub) {
	watch(m, h.Stats,
		gauge("sockets", "Live connections.", func(s hub.Stats) float64 { return float64(s.Sockets) }),
		gauge("users_connected", "Users they belong to.", func(s hub.Stats) float64 { return float64(s.Users) }),
		counter("changes_total", "Changes told by this node's own commits.", func(s hub.Stats) uint64 { return s.Changes }),
		counter("events_total", "Those changes' events in users' streams.", func(s hub.Stats) uint64 { return s.Events }),
		counter("frames_total", "Frames given to sockets.", func(s hub.Stats) uint64 { return s.Frames }),
		counter("commands_total", "Frames taken from clients.", func(s hub.Stats) uint64 { return s.Commands }),
		counter("commands_refused_total", "Of those, refused for coming too fast.", func(s hub.Stats) uint64 { return s.Refused }),
		counter("sockets_turned_away_total", "Connections refused because there were too many, or too many at once.", func(s hub.Stats) uint64 { return s.TurnedAway }),
		counter("resumes_total", "Connections continued from where their client was.", func(s hub.Stats) uint64 { return s.Resumes }),
		counter("resets_total", "Connections and streams that had to begin anew.", func(s hub.Stats) uint64 { return s.Resets }),
		counter("heads_compared_total", "Comparisons of heads with the database.", func(s hub.Stats) uint64 { return s.Compared }),
		counter("heads_uncompared_total", "Of those, failed.", func(s hub.Stats) uint64 { return s.Uncompared }),
		counter("heads_behind_total", "Streams that a comparison found behind.", func(s hub.Stats) uint64 { return s.Behind }),
		counter("fills_total", "Questions to the log about streams that were behind.", func(s hub.Stats) uint64 { return s.Fills }),
		counter("events_held_total", "Events that came before the one before them.", func(s hub.Stats) uint64 { return s.Held }),
		counter("events_double_total", "Events that came again, and were dropped.", func(s hub.Stats) uint64 { return s.Doubles }),
		counter("closed_slow_total", "Connections closed because their queue was full.", func(s hub.Stats) uint64 { return s.SlowCloses }),
		counter("closed_dead_total", "Connections closed because nobody answered.", func(s hub.Stats) uint64 { return s.DeadCloses }),
		counter("news_unpublished_total", "Changes whose news the bus did not take.", func(s hub.Stats) uint64 { return s.Unpublished }),
		counter("news_unreadable_total", "Publications that made no sense.", func(s hub.Stats) uint64 { return s.Unreadable }),
	)
	m.queues.add(func() []queue {
		s := h.Stats()
		return []queue{
			ofHub("sockets", "connections", s.Full),
			ofHub("sockets_starting", "connections", s.Starting),
			ofHub("sockets_greeting", "connections", s.Greeting),
			ofHub("outboxes", "bytes", s.Outboxes),
			ofHub("outbox_fullest", "bytes", s.Fullest),
			ofHub("fills", "streams", s.FillQueue),
			ofHub("fan_out", "tasks", s.WriterQueue),
		}
	})
}

func ofHub(name, unit string, q hub.Queue) queue {
	return queue{name, unit, float64(q.Holds), float64(q.Most)}
}

// WatchBus reads the bus at every scrape.
func (m *Metrics) WatchBus(b bus.Bus) {
	watch(m, b.Stats,
		gauge("bus_healthy", "1 while the subscription is alive and the last publication went out.", func(s bus.Stats) float64 {
			if s.Healthy {
				return 1
			}
			return 0
		}),
		gauge("bus_round_trip_seconds", "From publishing to hearing it on this node, as last measured; 0 without Redis.", func(s bus.Stats) float64 { return s.RoundTrip.Seconds() }),
		gauge("bus_inbox_wait_seconds", "How long the oldest of the latest arrivals waited to be worked on.", func(s bus.Stats) float64 { return s.Lag.Seconds() }),
		counter("bus_published_total", "Publications that Redis confirmed.", func(s bus.Stats) uint64 { return s.Published }),
		counter("bus_dropped_total", "Publications given up.", func(s bus.Stats) uint64 { return s.Dropped }),
		counter("bus_received_total", "News that arrived.", func(s bus.Stats) uint64 { return s.Received }),
		counter("bus_missed_total", "News dropped because the inbox was full.", func(s bus.Stats) uint64 { return s.Missed }),
		counter("bus_reconnects_total", "Subscriptions restored after a loss.", func(s bus.Stats) uint64 { return s.Reconnects }),
		counter("bus_failures_total", "Subscriptions that could not be made, or were lost.", func(s bus.Stats) uint64 { return s.Failures }),
	)
	m.queues.add(func() []queue {
		s := b.Stats()
		return append(ofBus("bus_outbox", s.Outbox), ofBus("bus_inbox", s.Inbox)...)
	})
}

func ofBus(name string, q bus.Queue) []queue {
	if q.MostItems == 0 {
		return nil // in memory nothing waits on its way out
	}
	return []queue{
		{name, "publications", float64(q.Items), float64(q.MostItems)},
		{name, "bytes", float64(q.Bytes), float64(q.MostBytes)},
	}
}
