package metrics

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// queue is one of the node's queues. Each has a bound: docs/operating.md lists what happens past it.
type queue struct {
	name, unit  string
	holds, most float64
}

// queues are all queues of the node, under two names.
type queues struct {
	mu   sync.Mutex
	from []func() []queue
}

var (
	queueHolds = prometheus.NewDesc("postern_queue", "What waits in a queue, or is at work in a pool.", []string{"queue", "unit"}, nil)
	queueMost  = prometheus.NewDesc("postern_queue_limit", "What the queue or pool holds at most.", []string{"queue", "unit"}, nil)
)

func (q *queues) add(from func() []queue) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.from = append(q.from, from)
}

// Describe implements [prometheus.Collector].
func (q *queues) Describe(to chan<- *prometheus.Desc) {
	to <- queueHolds
	to <- queueMost
}

// Collect implements [prometheus.Collector].
func (q *queues) Collect(to chan<- prometheus.Metric) {
	q.mu.Lock()
	from := q.from
	q.mu.Unlock()
	for _, list := range from {
		for _, one := range list() {
			to <- prometheus.MustNewConstMetric(queueHolds, prometheus.GaugeValue, one.holds, one.name, one.unit)
			to <- prometheus.MustNewConstMetric(queueMost, prometheus.GaugeValue, one.most, one.name, one.unit)
		}
	}
}
