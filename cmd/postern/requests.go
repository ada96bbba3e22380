package main

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"postern/chat"
	"postern/hub/wire"
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
		turnAway(w)
		return
	}
	q.next.ServeHTTP(w, r)
}

func turnAway(w http.ResponseWriter) {
	busy := chat.Refuse(chat.Unavailable, "Too much is asked at the moment. Try again in a few seconds.")
	busy.After = 2 * time.Second
	problem := wire.ProblemOf(busy)
	body, err := wire.Marshal(problem)
	if err != nil {
		http.Error(w, problem.Title, problem.Status)
		return
	}
	w.Header().Set("Retry-After", strconv.Itoa(problem.After))
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(problem.Status)
	_, _ = w.Write(body) // who has gone has gone
}
