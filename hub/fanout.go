package hub

import (
	"context"
	"encoding/binary"
)

const (
	inline   = 64  // deliveries that the caller makes itself
	maxTasks = 256 // tasks that wait for one writer; past it the caller works too
)

// delivery is an item or a passing frame for one user's connections.
type delivery struct {
	to      *stream
	item    item
	passing []byte
}

func (d *delivery) make(h *Hub) {
	if d.passing != nil {
		d.to.pass(d.passing)
		return
	}
	d.to.mu.Lock()
	defer d.to.mu.Unlock()
	d.to.offer(h, d.item)
}

// fanOut makes a few deliveries at once and gives many to the writers. A user's always go to the same writer, so
// that passing signs keep their order.
func (h *Hub) fanOut(list []delivery) {
	if len(list) <= inline {
		h.makeAll(list)
		return
	}
	parts := make([][]delivery, len(h.writers))
	for _, d := range list {
		i := binary.BigEndian.Uint32(d.to.user[12:]) % uint32(len(parts))
		parts[i] = append(parts[i], d)
	}
	for i, part := range parts {
		select {
		case h.writers[i] <- part:
		default:
			h.makeAll(part)
		}
	}
}

func (h *Hub) makeAll(list []delivery) {
	for i := range list {
		list[i].make(h)
	}
}

// runWriter is one of the few workers that write large fan-outs.
func (h *Hub) runWriter(ctx context.Context, tasks <-chan []delivery) {
	for {
		select {
		case <-ctx.Done():
			return
		case list := <-tasks:
			h.makeAll(list)
		}
	}
}
