package metrics

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are those of one node.
type Metrics struct {
	registry *prometheus.Registry
	queues   *queues
}

// New begins with the process itself.
func New() *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), queues: &queues{}}
	m.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), m.queues,
	)
	return m
}

// Handler answers with the metrics as they are.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}

// Bounds of histograms.
var (
	seconds = []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10}
	counts  = []float64{0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096}
)

func (m *Metrics) histogram(name, help string, bounds []float64) prometheus.Histogram {
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "postern_" + name, Help: help, Buckets: bounds})
	m.registry.MustRegister(h)
	return h
}

func (m *Metrics) histograms(name, help string, labels ...string) *prometheus.HistogramVec {
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "postern_" + name, Help: help, Buckets: seconds}, labels)
	m.registry.MustRegister(h)
	return h
}

func (m *Metrics) counters(name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "postern_" + name, Help: help}, labels)
	m.registry.MustRegister(c)
	return c
}
