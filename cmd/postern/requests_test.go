package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTooManyRequestsAreTurnedAway(t *testing.T) {
	t.Parallel()
	hold, in := make(chan struct{}), make(chan struct{}, 8)
	q := &requests{most: 1, next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in <- struct{}{}
		if r.URL.Path == "/slow" {
			<-hold
		}
	})}
	ask := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		q.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w
	}
	done := make(chan struct{})
	go func() { ask("/slow"); close(done) }()
	<-in
	if w := ask("/api/v1/me"); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "unavailable") {
		t.Errorf("a second request: %d %s", w.Code, w.Body)
	}
	if w := ask("/readyz"); w.Code != http.StatusOK {
		t.Errorf("a balancer: %d", w.Code)
	}
	close(hold)
	<-done
	if w := ask("/api/v1/me"); w.Code != http.StatusOK || q.under.Load() != 0 {
		t.Errorf("afterwards: %d, %d under way", w.Code, q.under.Load())
	}
}
