package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"postern/chat"
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

// Heads is chat.Store's.
func (m *measured) Heads(ctx context.Context, users []chat.ID) (map[chat.ID]chat.Place, error) {
	began := time.Now()
	heads, err := m.Store.Heads(ctx, users)
	m.note("heads", began, err)
	return heads, err
}
