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
	passing *shared
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
		for i := range list {
			list[i].make(h)
		}
		return
	}
	for i := range h.writers {
		select {
		case h.writers[i] <- list:
		default:
			h.makeShare(list, i)
		}
	}
}

// makeShare makes one writer's share of the deliveries, which all writers are given whole.
func (h *Hub) makeShare(list []delivery, writer int) {
	for i := range list {
		d := &list[i]
		if int(binary.BigEndian.Uint32(d.to.user[12:])%uint32(len(h.writers))) == writer {
			d.make(h)
		}
	}
}

// runWriter is one of the few workers that write large fan-outs.
func (h *Hub) runWriter(ctx context.Context, writer int) {
	for {
		select {
		case <-ctx.Done():
			return
		case list := <-h.writers[writer]:
			h.makeShare(list, writer)
		}
	}
}
