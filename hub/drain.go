package hub

import (
	"context"
	"fmt"
	"time"

	"postern/hub/wire"
)

const (
	drainStep = 50 * time.Millisecond  // how often some more connections are closed while draining
	drainEach = 100 * time.Millisecond // what a connection adds to the time: few need no spreading
)

// Drain takes no new connections, says goodbye to the others spread over some seconds where they are many, so that they do not all
// come back elsewhere at once, and returns when all have gone. When ctx ends first, those left are cut, which is the error. Call it once,
// while [Hub.Run] runs.
func (h *Hub) Drain(ctx context.Context) error {
	h.mu.Lock()
	h.draining = true
	h.mu.Unlock()
	list := h.connections()
	h.log.Info().Int("sockets", len(list)).Msg("draining sockets")
	steps := max(1, int(min(h.drainOver, drainEach*time.Duration(len(list)))/drainStep))
	for i := range steps {
		from, to := i*len(list)/steps, (i+1)*len(list)/steps
		for _, c := range list[from:to] {
			c.out.finish(wire.CloseGoingAway, "going away")
		}
		if to < len(list) {
			pause(ctx, drainStep)
		}
	}
	h.mu.Lock()
	h.drained = true
	h.mu.Unlock()
	return h.awaitEnd(ctx)
}

// awaitEnd waits for readers and handlers, and cuts them off when ctx ends.
func (h *Hub) awaitEnd(ctx context.Context) (err error) {
	gone := make(chan struct{})
	go func() {
		h.running.Wait()
		close(gone)
	}()
	select {
	case <-gone:
	case <-ctx.Done():
		list := h.connections()
		err = fmt.Errorf("cut %d sockets: %w", len(list), ctx.Err())
		for _, c := range list {
			c.out.Close()
		}
	}
	h.stop()
	<-gone
	return err
}
