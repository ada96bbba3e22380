package main

import (
	"context"
	"net/http"
	"testing"
	"time"
)

// A node behind a balancer goes on answering until the balancer has heard that it goes, twice.
func TestDrainWaitsForTheBalancer(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	d := startDemo(ctx, t, "--trusted-proxy=127.0.0.0/8")
	jonas := d.visitor(ctx, t, "Jonas Bergman")
	jonas.ask("GET", "/readyz", "", "", http.StatusOK)
	d.stop()
	d.log.await(ctx, t, `"message":"draining"`)
	for range noticed {
		jonas.ask("GET", "/api/v1/me", "", "", http.StatusOK)
		jonas.ask("GET", "/readyz", "", "", http.StatusServiceUnavailable)
	}
	// The end of the test waits for the process, well before the balancer's time is up twice.
}

func TestDrainWaitsForNobodyForLong(t *testing.T) {
	t.Parallel()
	var d draining
	if d.asked() {
		t.Error("draining from the start")
	}
	d.begin()
	began := time.Now()
	d.await(t.Context(), 20*time.Millisecond)
	if took := time.Since(began); took < 20*time.Millisecond {
		t.Errorf("waited %v", took)
	}
	for range noticed + 1 {
		if !d.asked() {
			t.Error("not draining")
		}
	}
	d.await(t.Context(), time.Hour)
}
