package hub

import (
	"context"
	"time"

	"postern/chat"
)

var _ chat.Announcer = (*Hub)(nil)

// Announce implements [chat.Announcer]: each event is encoded once a view, published once a change on its office's channel, and shown to
// this node's own connections at once. The echo that comes back on the bus is dropped unread. So a message between two people on
// one node is as fast, and as sure, with the bus away.
func (h *Hub) Announce(ctx context.Context, told []chat.Told) {
	for len(told) > 0 {
		n := 1
		for n < len(told) && told[n].Office == told[0].Office {
			n++
		}
		h.announce(ctx, told[:n])
		told = told[n:]
	}
}

// announce tells of events of one office.
func (h *Hub) announce(ctx context.Context, told []chat.Told) {
	e := envelope{from: h.node, published: time.Now(), accepted: acceptedAt(told), news: make([]news, len(told))}
	for i := range told {
		e.news[i] = h.newsOf(&told[i])
		h.meter.events.Add(uint64(len(told[i].Staff) + len(told[i].Contacts)))
	}
	h.meter.changes.Add(uint64(len(told)))
	h.publishNews(ctx, told[0].Office, &e)
	if c, ok := ctx.Value(commanding{}).(*conn); ok {
		c.out.gather()
	}
	h.deliver(&e)
}

func (h *Hub) publishNews(ctx context.Context, office chat.ID, e *envelope) {
	if h.alone() {
		return
	}
	payload := e.encode()
	if len(payload) > maxEnvelope {
		payload = e.withoutBodies().encode()
	}
	h.publish(ctx, office, payload)
}

// alone says that no other node would hear of it.
func (h *Hub) alone() bool {
	b, ok := h.bus.(interface{ Alone() bool })
	return ok && b.Alone()
}

func (h *Hub) publish(ctx context.Context, office chat.ID, payload []byte) {
	if err := h.bus.Publish(ctx, office.String(), payload); err != nil {
		// Everyone who should have heard is found by the next comparison.
		h.meter.unpublished.Add(1)
		h.log.Debug().Err(err).Msg("news not published")
	}
}

func (h *Hub) newsOf(t *chat.Told) news {
	n := news{typ: string(t.Type), act: show}
	switch t.Type {
	case chat.SessionEnded:
		n.act, n.session = signOut, t.Subject
	case chat.RightsChanged:
		n.act = renew
	}
	n.staff = h.toldOf(&n, t, chat.StaffView, t.Staff)
	n.contacts = h.toldOf(&n, t, chat.ContactView, t.Contacts)
	return n
}

func (h *Hub) toldOf(n *news, t *chat.Told, view chat.View, heard []chat.Heard) told {
	if len(heard) == 0 || n.act != show {
		return told{heard: heard}
	}
	s, err := shapeOf(t.Type, t.Subject, t.Body.For(view))
	if err != nil {
		h.log.Error().Err(err).Stringer("conversation", t.Conversation).Msg("event not encoded")
	}
	return told{data: s.data, heard: heard, shape: s}
}

func (e *envelope) withoutBodies() *envelope {
	bare := envelope{from: e.from, published: e.published, accepted: e.accepted, news: make([]news, len(e.news))}
	for i, n := range e.news {
		n.staff.data, n.contacts.data = nil, nil // their shapes, which are not encoded, stay behind
		bare.news[i] = n
	}
	return &bare
}

// passOn sends a passing sign the same two ways.
func (h *Hub) passOn(ctx context.Context, office chat.ID, s sign) {
	e := envelope{from: h.node, published: time.Now(), sign: &s}
	if !h.alone() {
		h.publish(ctx, office, e.encode())
	}
	h.deliver(&e)
}

// arrived takes a publication from the bus.
func (h *Hub) arrived(channel string, payload []byte) {
	from, err := senderOf(payload)
	if err == nil && from == h.node {
		return
	}
	var e envelope
	if err == nil {
		e, err = decodeEnvelope(payload)
	}
	if err != nil {
		h.meter.unreadable.Add(1)
		h.log.Warn().Err(err).Str("channel", channel).Msg("news not readable")
		h.missed([]string{channel})
		return
	}
	observeSince(h.meters.BusLag, e.published)
	h.deliver(&e)
}

// deliver shows an envelope's content to this node's connections.
func (h *Hub) deliver(e *envelope) {
	if e.sign != nil {
		h.fanOut(h.signDeliveries(e.sign))
		return
	}
	shown := 0
	for i := range e.news {
		list := h.newsDeliveries(&e.news[i])
		shown += len(list)
		h.fanOut(list)
	}
	if shown > 0 && !e.accepted.IsZero() {
		observeSince(h.meters.SendToScreen, e.accepted)
	}
}

func (h *Hub) signDeliveries(s *sign) []delivery {
	var frame *shared
	h.mu.RLock()
	defer h.mu.RUnlock()
	list := make([]delivery, 0, min(len(s.to), len(h.streams)))
	for _, user := range s.to {
		if to := h.streams[user]; to != nil {
			if frame == nil {
				frame = &shared{bytes: signFrame(s)}
			}
			list = append(list, delivery{to: to, passing: frame})
		}
	}
	return list
}

func signFrame(s *sign) []byte {
	b := append([]byte(`{"type":"`), s.typ...)
	b = append(append(b, `","data":`...), s.data...)
	return textFrame(append(b, '}'))
}

func (h *Hub) newsDeliveries(n *news) []delivery {
	h.mu.RLock()
	defer h.mu.RUnlock()
	list := make([]delivery, 0, min(len(n.staff.heard)+len(n.contacts.heard), len(h.streams)))
	for _, view := range []*told{&n.staff, &n.contacts} {
		var shared *shape
		for _, heard := range view.heard {
			to := h.streams[heard.User]
			if to == nil {
				continue
			}
			if shared == nil {
				shared = n.shape(view)
			}
			list = append(list, delivery{to: to, item: item{
				epoch: heard.Epoch, number: heard.Number, badge: heard.Badge, shape: shared,
			}})
		}
	}
	return list
}

func (n *news) shape(view *told) *shape {
	switch {
	case view.shape != nil:
		return view.shape
	case n.act != show:
		return &shape{act: n.act, session: n.session}
	case view.data == nil:
		return &shape{act: absent}
	}
	return &shape{act: show, suffix: shared{bytes: suffixOf(n.typ, view.data)}}
}
