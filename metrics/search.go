package metrics

import (
	"github.com/rs/zerolog"

	"postern/chat"
)

// WatchIndex asks the database how far the search's index is: the same on every node. A scrape that follows close on another is given what that was.
func (m *Metrics) WatchIndex(s *chat.Service, log zerolog.Logger) {
	latest := &asked[chat.IndexState]{ask: s.IndexState, what: "index", log: log}
	m.registry.MustRegister(snapshot[chat.IndexState]{latest.get, []figure[chat.IndexState]{
		gauge("search_tail", "Entries of the search's index that are in no segment yet.", func(s chat.IndexState) float64 { return float64(s.Tail) }),
		gauge("search_segments", "Segments of the search's index.", func(s chat.IndexState) float64 { return float64(s.Segments) }),
		gauge("search_made_ratio", "How much of the search's index is made, 0 to 1; less than 1 while it is made again, after a restore.", chat.IndexState.Made),
	}})
}
