package main

import (
	"context"
	"net"
	"net/http"
	"time"

	"postern/metrics"
)

// measure puts a watch on what the rooms of the node stand on. It comes before them.
func (n *node) measure() {
	n.metrics = metrics.New()
	n.core.service.Store = n.metrics.Store(n.core.store)
	n.metrics.WatchStore(n.core.store)
	n.metrics.WatchPasswords(n.core.passwords)
}

// watch reads the rooms, which are there by now.
func (n *node) watch() {
	n.metrics.WatchHub(n.hub)
	n.metrics.WatchBus(n.bus)
	n.metrics.WatchService(n.core.service)
	n.metrics.WatchPictures(n.core.pictures)
	if n.core.clamd != nil {
		n.metrics.WatchScanner(n.core.clamd)
	}
	n.metrics.WatchRequests(n.requests.under.Load, n.requests.most)
	n.metrics.WatchBacklog(n.core.service, n.core.log)
	n.metrics.WatchIndex(n.core.service, n.core.log)
	if n.smtp != nil {
		n.metrics.WatchSMTP(n.smtp)
	}
	if n.sender != nil {
		n.metrics.WatchSender(n.sender)
	}
}

// serveMetrics answers /metrics until ctx ends: it is there while the node drains.
func serveMetrics(ctx context.Context, l net.Listener, m *metrics.Metrics) error {
	pages := http.NewServeMux()
	pages.Handle("GET /metrics", m.Handler())
	server := &http.Server{Handler: pages, ReadHeaderTimeout: 10 * time.Second, WriteTimeout: 20 * time.Second, IdleTimeout: 2 * time.Minute}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	return ignore(server.Serve(l), http.ErrServerClosed)
}
