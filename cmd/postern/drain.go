package main

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	drainTime  = 25 * time.Second // a stop at most
	noticeTime = 5 * time.Second  // for balancers to hear that this node is not ready
	noticed    = 2                // times that one has heard it: usual is to believe the second
)

// draining says that the node goes, and knows whether balancers have heard of it.
type draining struct {
	began atomic.Bool
	said  atomic.Int32
	heard chan struct{}
}

// begin is called once.
func (d *draining) begin() {
	d.heard = make(chan struct{})
	d.began.Store(true)
}

// asked says whether the node drains, to one who asks whether it is ready.
func (d *draining) asked() bool {
	if !d.began.Load() {
		return false
	}
	if d.said.Add(1) == noticed {
		close(d.heard)
	}
	return true
}

// await gives balancers time to hear: whoever they send here meanwhile is served as ever.
func (d *draining) await(ctx context.Context, most time.Duration) {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-d.heard:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// drain sends everybody to another node before this one goes.
func (n *node) drain() error {
	n.draining.begin()
	n.core.log.Info().Msg("draining")
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	if len(n.settings.TrustedProxy) > 0 {
		n.draining.await(ctx, noticeTime)
	}
	var parts errgroup.Group
	parts.Go(func() error {
		// The web goes on answering until the sockets are elsewhere.
		return errors.Join(wrap("drain sockets", n.hub.Drain(ctx)), wrap("drain web", n.web.Shutdown(ctx)))
	})
	if n.smtp != nil {
		parts.Go(func() error { return wrap("drain smtp", n.smtp.Shutdown(ctx)) })
	}
	return parts.Wait()
}
