package bus

import (
	"context"
	"slices"
	"sync"
)

// Exchange connects nodes within one process: the single node of a small office, or
// the several of a test. The zero value is ready.
type Exchange struct {
	mu    sync.Mutex // also puts publications in one order for all nodes
	nodes []*Memory
}

// Memory is a node of an Exchange.
type Memory struct {
	exchange *Exchange
	interest *interest
	inbox    *inbox
	counters counters
}

var _ Bus = (*Memory)(nil)

// Node adds a node. It leaves when its Run returns.
func (e *Exchange) Node() *Memory {
	m := &Memory{exchange: e, interest: newInterest()}
	m.inbox = newInbox(m.interest, &m.counters)
	m.counters.sending.Store(true)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.nodes = append(e.nodes, m)
	return m
}

// Publish implements Bus. It never returns ErrFull: a receiver that is behind misses
// the message and hears of the gap.
func (m *Memory) Publish(_ context.Context, channel string, payload []byte) error {
	e := m.exchange
	e.mu.Lock()
	defer e.mu.Unlock()
	if !slices.Contains(e.nodes, m) {
		m.counters.dropped.Add(1)
		return ErrClosed
	}
	for _, node := range e.nodes {
		if node.interest.has(channel) {
			node.inbox.arrived(news{channel, payload})
		}
	}
	m.counters.published.Add(1)
	return nil
}

// Alone says that there is no other node to hear what this one publishes.
func (m *Memory) Alone() bool {
	m.exchange.mu.Lock()
	defer m.exchange.mu.Unlock()
	return len(m.exchange.nodes) == 1 && m.exchange.nodes[0] == m
}

// Subscribe implements Bus.
func (m *Memory) Subscribe(channel string) {
	if m.interest.add(channel) {
		m.inbox.gap(channel)
	}
}

// Unsubscribe implements Bus.
func (m *Memory) Unsubscribe(channel string) { m.interest.remove(channel) }

// Run implements Bus. The error is always nil.
func (m *Memory) Run(ctx context.Context, h Handler) error {
	m.counters.listening.Store(true)
	m.inbox.deliver(ctx, h)
	m.counters.listening.Store(false)
	m.exchange.leave(m)
	return nil
}

func (e *Exchange) leave(m *Memory) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.nodes = slices.DeleteFunc(e.nodes, func(n *Memory) bool { return n == m })
}

// Stats implements Bus. Nothing waits on its way out.
func (m *Memory) Stats() Stats {
	stats := m.counters.snapshot()
	stats.Inbox = m.inbox.queue.fullness(Queue{})
	return stats
}
