package main

import (
	"net/http"
	"sync/atomic"
)

// mostRequests are under way on a node at most, uploads and connections that are not live yet among them.
const mostRequests = 10_000

// requests lets in so many requests at a time. Those past them are told to come again before anything is known of them; what balancers ask is
// always answered.
type requests struct {
	next  http.Handler
	under atomic.Int64
	most  int64
}

func (q *requests) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer q.under.Add(-1)
	if q.under.Add(1) > q.most && r.URL.Path != "/healthz" && r.URL.Path != "/readyz" {
		w.Header().Set("Retry-After", "2")
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"type":"about:blank","title":"Service Unavailable","status":503,"code":"unavailable",` +
			`"detail":"Too much is asked at the moment. Try again in a few seconds.","retry":true,"after":2}`)) // who has gone has gone
		return
	}
	q.next.ServeHTTP(w, r)
}
