package hub

import (
	"time"

	"postern/chat"
)

// lingerOffice is how long an office's channel stays subscribed when its last user has gone: most come back.
const lingerOffice = 30 * time.Second

// interest is this node's interest in an office's news.
type interest struct {
	users int
	since time.Time // when users became zero
}

// wantOffice subscribes to an office's channel with its first user. The caller holds h.mu; subscribing returns at once.
func (h *Hub) wantOffice(office chat.ID) {
	i := h.offices[office]
	if i == nil {
		i = &interest{}
		h.offices[office] = i
		h.bus.Subscribe(office.String())
	}
	i.users++
}

func (h *Hub) leaveOffice(office chat.ID) {
	i := h.offices[office]
	if i.users--; i.users == 0 {
		i.since = time.Now()
	}
}

// forgetOffices ends subscriptions that nobody has needed for some time.
func (h *Hub) forgetOffices() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for office, i := range h.offices {
		if i.users == 0 && time.Since(i.since) >= lingerOffice {
			delete(h.offices, office)
			h.bus.Unsubscribe(office.String())
		}
	}
}
