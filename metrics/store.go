package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"postern/chat"
	"postern/store/postgres"
	"postern/store/sqlite"
)

// measured is a store with a watch.
type measured struct {
	chat.Store
	took   *prometheus.HistogramVec
	failed *prometheus.CounterVec
}

// Store gives the store with a watch on what is asked of it.
func (m *Metrics) Store(s chat.Store) chat.Store {
	return &measured{
		Store:  s,
		took:   m.histograms("database_seconds", "What a caller waited for: a decision with its group, an update, a view with all that is read in it, a comparison of heads.", "act"),
		failed: m.counters("database_failures_total", "Of those, without an answer: the database was away or busy, or it was an internal error.", "act"),
	}
}

func (m *measured) note(act string, began time.Time, err error) {
	m.took.WithLabelValues(act).Observe(time.Since(began).Seconds())
	if kind := chat.KindOf(err); err != nil && (kind == 0 || kind == chat.Unavailable) {
		m.failed.WithLabelValues(act).Inc()
	}
}

// Decide is chat.Store's.
func (m *measured) Decide(ctx context.Context, d chat.Decision) ([]chat.Told, error) {
	began := time.Now()
	told, err := m.Store.Decide(ctx, d)
	m.note("decide", began, err)
	return told, err
}

// Update is chat.Store's.
func (m *measured) Update(ctx context.Context, do func(chat.Tx) error) ([]chat.Told, error) {
	began := time.Now()
	told, err := m.Store.Update(ctx, do)
	m.note("update", began, err)
	return told, err
}

// View is chat.Store's.
func (m *measured) View(ctx context.Context, do func(chat.Reader) error) error {
	began := time.Now()
	err := m.Store.View(ctx, do)
	m.note("view", began, err)
	return err
}

// Ask is chat.Store's.
func (m *measured) Ask(ctx context.Context, do func(chat.Reader) error) error {
	began := time.Now()
	err := m.Store.Ask(ctx, do)
	m.note("ask", began, err)
	return err
}

// Heads is chat.Store's.
func (m *measured) Heads(ctx context.Context, users []chat.ID) (map[chat.ID]chat.Place, error) {
	began := time.Now()
	heads, err := m.Store.Heads(ctx, users)
	m.note("heads", began, err)
	return heads, err
}

// WatchStore reads the database's own queues at every scrape.
func (m *Metrics) WatchStore(s chat.Store) {
	switch s := s.(type) {
	case *postgres.Store:
		watch(m, s.Stats,
			counter("database_groups_total", "Groups of decisions that were committed.", func(s postgres.Stats) uint64 { return uint64(s.Groups) }),
			counter("database_pool_waits_total", "Times that no connection of the pool was free.", func(s postgres.Stats) uint64 { return uint64(s.Waits) }),
			gauge("database_pool_waited_seconds", "Time spent waiting for one, in all.", func(s postgres.Stats) float64 { return s.Waited.Seconds() }),
		)
		m.queues.add(func() []queue {
			s := s.Stats()
			return []queue{
				{"decisions", "decisions", float64(s.Waiting), float64(s.MostWaiting)},
				{"database_pool", "connections", float64(s.InUse), float64(s.Most)},
			}
		})
	case *sqlite.Store:
		m.queues.add(func() []queue {
			s := s.Stats()
			return []queue{
				{"decisions", "decisions", float64(s.Waiting), float64(s.MostWaiting)},
				{"database_readers", "connections", float64(s.Readers), float64(s.MostReaders)},
			}
		})
	}
}

// WatchService reads at every scrape what waits to be asked of the database together.
func (m *Metrics) WatchService(s *chat.Service) {
	m.queues.add(func() []queue {
		g := s.Gathered()
		return []queue{
			{"sessions_asked", "questions", float64(g.Sessions), float64(g.Most)},
			{"streams_asked", "questions", float64(g.Streams), float64(g.Most)},
		}
	})
}
