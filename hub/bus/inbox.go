package bus

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// inbox keeps whoever receives news independent of the handler, who may be slow.
type inbox struct {
	queue    *queue
	interest *interest
	counters *counters

	mu   sync.Mutex
	gaps map[string]struct{} // channels owed word of a gap; at most the subscribed ones and those overflowed
}

func newInbox(i *interest, c *counters) *inbox {
	return &inbox{queue: newQueue(queueBytes), interest: i, counters: c, gaps: map[string]struct{}{}}
}

// arrived takes a message, or drops it and notes the gap. It never waits.
func (b *inbox) arrived(n news) {
	switch err := b.queue.put(n); err {
	case nil:
		b.counters.received.Add(1)
	case ErrFull:
		b.counters.missed.Add(1)
		b.gap(n.channel)
	}
}

// gap notes that news on channel may be missing.
func (b *inbox) gap(channel string) {
	b.mu.Lock()
	b.gaps[channel] = struct{}{}
	b.mu.Unlock()
	b.queue.wake()
}

// deliver calls the handler until ctx ends.
func (b *inbox) deliver(ctx context.Context, h Handler) {
	var batch []news
	for {
		select {
		case <-ctx.Done():
			b.queue.close()
			return
		case <-b.queue.ready:
		}
		var since time.Time
		batch, since = b.queue.take(batch)
		if len(batch) > 0 {
			b.counters.lag.Store(int64(time.Since(since)))
		}
		b.deliverMessages(ctx, batch, h)
		// After the messages, so that the comparison finds less to fill.
		b.deliverGaps(ctx, h)
	}
}

func (b *inbox) deliverMessages(ctx context.Context, batch []news, h Handler) {
	for _, n := range batch {
		if ctx.Err() != nil {
			return
		}
		if b.interest.has(n.channel) {
			h.Message(n.channel, n.payload)
		}
	}
}

func (b *inbox) deliverGaps(ctx context.Context, h Handler) {
	b.mu.Lock()
	gaps := b.gaps
	b.gaps = map[string]struct{}{}
	b.mu.Unlock()
	maps.DeleteFunc(gaps, func(channel string, _ struct{}) bool { return !b.interest.has(channel) })
	if len(gaps) > 0 && ctx.Err() == nil {
		h.Gap(slices.Sorted(maps.Keys(gaps)))
	}
}
