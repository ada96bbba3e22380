package metrics

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"postern/api/session"
)

// methods are those that get a label of their own; anybody may send any other.
var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

// signInRoute is where passwords are tried.
const signInRoute = "/api/v1/session"

// Requests gives what is to be told of every HTTP request: its route's template (empty: it came to none), method, status and time.
func (m *Metrics) Requests() func(route, method string, status int, took time.Duration) {
	answered := m.counters("http_requests_total", "Requests, by their route's template.", "route", "method", "status")
	took := m.histograms("http_seconds", "From a request's start to the end of its answer; of a live connection, until it is live.", "route", "method")
	refused := m.counters("sign_ins_refused_total", "Sign-ins by password that were refused: wrong, or too many tries.", "reason")
	return func(route, method string, status int, long time.Duration) {
		if route == "" {
			route = "none"
		}
		if !slices.Contains(methods, method) {
			method = "other"
		}
		answered.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
		took.WithLabelValues(route, method).Observe(long.Seconds())
		if route == signInRoute && method == "POST" {
			countSignIn(refused, status)
		}
	}
}

func countSignIn(refused *prometheus.CounterVec, status int) {
	switch status {
	case http.StatusUnauthorized:
		refused.WithLabelValues("wrong").Inc()
	case http.StatusTooManyRequests:
		refused.WithLabelValues("too_many").Inc()
	}
}

// WatchRequests reads how many requests are under way.
func (m *Metrics) WatchRequests(holds func() int64, most int64) {
	m.queues.add(func() []queue { return []queue{{"http_requests", "requests", float64(holds()), float64(most)}} })
}

// WatchPasswords reads how many passwords are being checked.
func (m *Metrics) WatchPasswords(p *session.Passwords) {
	m.queues.add(func() []queue {
		holds, most := p.Waiting()
		return []queue{{"passwords", "passwords", float64(holds), float64(most)}}
	})
}
