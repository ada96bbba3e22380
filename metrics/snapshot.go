package metrics

import "github.com/prometheus/client_golang/prometheus"

// figure is one metric read from a snapshot.
type figure[S any] struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	of   func(S) float64
}

func gauge[S any](name, help string, of func(S) float64) figure[S] {
	return figure[S]{prometheus.NewDesc("postern_"+name, help, nil, nil), prometheus.GaugeValue, of}
}

func counter[S any](name, help string, of func(S) uint64) figure[S] {
	return figure[S]{prometheus.NewDesc("postern_"+name, help, nil, nil), prometheus.CounterValue, func(s S) float64 { return float64(of(s)) }}
}

// snapshot reads many metrics from one look at a room, so that they fit together.
type snapshot[S any] struct {
	take    func() (S, bool) // false: nothing can be said just now
	figures []figure[S]
}

// Describe implements [prometheus.Collector].
func (s snapshot[S]) Describe(to chan<- *prometheus.Desc) {
	for _, f := range s.figures {
		to <- f.desc
	}
}

// Collect implements [prometheus.Collector].
func (s snapshot[S]) Collect(to chan<- prometheus.Metric) {
	taken, ok := s.take()
	if !ok {
		return
	}
	for _, f := range s.figures {
		to <- prometheus.MustNewConstMetric(f.desc, f.kind, f.of(taken))
	}
}

// watch registers what is read from a room at every scrape.
func watch[S any](m *Metrics, take func() S, figures ...figure[S]) {
	m.registry.MustRegister(snapshot[S]{func() (S, bool) { return take(), true }, figures})
}
