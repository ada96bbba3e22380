package chat

import "context"

// showing is what stretches of events refer to, loaded in a few queries an office.
type showing struct {
	spans    map[Seat][]Span
	messages map[MessagePlace]*Message
	sums     map[ID]*Summary
	rows     map[Seat]*Row
	seats    map[Seat]*Participant
	receipts map[MessagePlace][]ReceiptShown
}

// references are what some events refer to.
type references struct {
	spans, rows, seats []Seat
	messages, receipts []MessagePlace
	sums               []ID
}

func (r *references) add(ev StreamEvent) {
	seat, place := Seat{ev.Conversation, ev.User}, MessagePlace{ev.Conversation, ev.Position}
	switch ev.Type {
	case ConversationLeft, MailChanged:
		r.spans = append(r.spans, seat)
	case MessageCreated, MessageWithdrawn:
		r.spans, r.messages = append(r.spans, seat), append(r.messages, place)
	case ReceiptCreated:
		r.spans, r.receipts = append(r.spans, seat), append(r.receipts, place)
	case ConversationChanged:
		r.sums = append(r.sums, ev.Conversation)
	case CursorMoved:
		r.seats = append(r.seats, seat)
	case ConversationJoined:
		r.rows = append(r.rows, seat)
	}
}

// gather loads what events refer to, given by office.
func gather(ctx context.Context, rd Reader, users map[ID]*User, events map[ID][]StreamEvent) (*showing, error) {
	sh := &showing{
		spans: map[Seat][]Span{}, messages: map[MessagePlace]*Message{}, sums: map[ID]*Summary{},
		rows: map[Seat]*Row{}, seats: map[Seat]*Participant{}, receipts: map[MessagePlace][]ReceiptShown{},
	}
	for office, list := range events {
		var refs references
		for _, ev := range list {
			refs.add(ev)
		}
		if err := sh.load(ctx, rd, office, &refs); err != nil {
			return nil, err
		}
		if err := sh.loadRows(ctx, rd, users, refs.rows); err != nil {
			return nil, err
		}
	}
	return sh, nil
}

func (sh *showing) load(ctx context.Context, rd Reader, office ID, refs *references) error {
	for _, err := range []error{
		collect(sh.spans, refs.spans, func(seats []Seat) (map[Seat][]Span, error) { return rd.SpansOf(ctx, office, seats) }),
		collect(sh.messages, refs.messages, func(places []MessagePlace) (map[MessagePlace]*Message, error) {
			return rd.MessagesAt(ctx, office, places)
		}),
		collect(sh.receipts, refs.receipts, func(places []MessagePlace) (map[MessagePlace][]ReceiptShown, error) {
			return rd.ReceiptsAt(ctx, office, places)
		}),
		collect(sh.seats, refs.seats, func(seats []Seat) (map[Seat]*Participant, error) { return rd.Participants(ctx, office, seats) }),
		collect(sh.sums, refs.sums, func(ids []ID) (map[ID]*Summary, error) { return rd.Summaries(ctx, office, ids) }),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// collect asks once for each key, if there is any, and keeps the answers.
func collect[K comparable, V any](into map[K]V, keys []K, ask func([]K) (map[K]V, error)) error {
	if len(keys) == 0 {
		return nil
	}
	found, err := ask(unique(keys))
	for key, value := range found {
		into[key] = value
	}
	return err
}

// loadRows asks one by one: own rows, which a resume holds few of.
func (sh *showing) loadRows(ctx context.Context, rd Reader, users map[ID]*User, seats []Seat) error {
	for _, seat := range unique(seats) {
		u := users[seat.User]
		row, err := oneRow(ctx, rd, Actor{Office: u.Office, User: u.ID, View: u.View()}, seat.Conversation)
		if err != nil && KindOf(err) != NotFound {
			return err
		}
		sh.rows[seat] = row
	}
	return nil
}

// all shows a stretch to its user.
func (sh *showing) all(u *User, events []StreamEvent) []Shown {
	list := make([]Shown, 0, len(events))
	for _, ev := range events {
		body, ok := sh.body(u, ev)
		if !ok || !ev.Type.personal() && mayMessage(u) != nil {
			body, ok = Body{}, false
		}
		if u.View() != StaffView {
			ev.Position = ev.Position.Public()
		}
		list = append(list, Shown{StreamEvent: ev, Skipped: !ok, Body: body.For(u.View())})
	}
	return list
}

// body gives what an event shows today, or false when today's rights do not show it.
func (sh *showing) body(u *User, ev StreamEvent) (Body, bool) {
	seat := Seat{ev.Conversation, u.ID}
	access := Access{View: u.View(), Spans: sh.spans[seat]}
	switch ev.Type {
	case MessageCreated:
		m := sh.messages[MessagePlace{ev.Conversation, ev.Position}]
		return Body{Message: m}, m != nil && m.Withdrawn != Undone && access.Sees(m.Position, m.Audience)
	case MessageWithdrawn:
		m := sh.messages[MessagePlace{ev.Conversation, ev.Position}]
		return Body{Message: m}, m != nil && m.Withdrawn != "" && access.Sees(m.Position, m.Audience)
	case ConversationJoined:
		row := sh.rows[seat]
		return Body{Row: row}, row != nil && row.Standing.Active
	case ConversationChanged:
		sum := sh.sums[ev.Conversation]
		return Body{Summary: sum}, sum != nil && sum.active(u.ID)
	case ConversationLeft:
		return Body{Left: ev.Conversation, Vanished: !access.Any()}, true
	case CursorMoved:
		standing := sh.seats[seat]
		return Body{Cursor: standing}, standing != nil
	case ReceiptCreated:
		return sh.receiptBody(ev, access)
	case DraftChanged, DraftGone:
		return Body{Draft: &DraftMark{ID: ev.Subject, Conversation: ev.Conversation, Version: int64(ev.Position)}}, true
	case MailChanged:
		return Body{Mail: &MailMark{ev.Conversation, ev.Subject, ev.Position}}, u.View() == StaffView && access.Any()
	case SessionEnded, RightsChanged:
		return Body{}, true
	}
	return Body{}, false
}

func (sh *showing) receiptBody(ev StreamEvent, access Access) (Body, bool) {
	for _, r := range sh.receipts[MessagePlace{ev.Conversation, ev.Position}] {
		if r.Reader.ID == ev.Subject && access.Any() {
			return Body{Receipt: &r}, true
		}
	}
	return Body{}, false
}
