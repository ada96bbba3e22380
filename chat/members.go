package chat

import (
	"context"
	"slices"
	"time"
)

// Add brings people into a conversation (F15): with the history, or from now on. history nil: staff with it, contacts without.
func (s *Service) Add(ctx context.Context, a Actor, conversation ID, users []ID, history *bool) (Changed, error) {
	users = unique(users)
	if len(users) == 0 {
		return Changed{}, Refuse(Invalid, "Choose at least one person to add.").About("users")
	}
	if len(users) > MaxParticipants {
		return Changed{}, errFull
	}
	at, entry, auditID := s.now(), s.NewID(), s.NewID()
	return s.reshape(ctx, a, Need{Conversation: conversation, Spans: true, Users: users}, func(seat seated) (*writing, error) {
		return decideAdd(seat, users, history, at, entry, auditID)
	}, followAdd(users, history, at, s.NewID))
}

var errFull = Refuse(TooLarge, "A conversation has at most 500 participants.").About("users")

func decideAdd(seat seated, ids []ID, history *bool, at time.Time, entry, auditID ID) (*writing, error) {
	if seat.actor.View() != StaffView {
		return nil, Refuse(Forbidden, "Only staff add people to a conversation.")
	}
	people, err := seat.recipients(seat.actor, ids)
	if err != nil {
		return nil, err
	}
	if seat.Thread.Conversation.Kind == Copy && slices.ContainsFunc(people, func(u *User) bool { return u.View() == ContactView }) {
		return nil, Refuse(Conflict, "A copy is for one client alone. Start a conversation with both instead.").About("users")
	}
	w := write(seat.State)
	var about []Person
	var joiners []*User
	for _, u := range people {
		if p := seat.Thread.Participants[u.ID]; p != nil && p.Active {
			continue // is in it already: nothing to do
		}
		w.seatUser(u, withHistory(u, history), at)
		about, joiners = append(about, u.Person()), append(joiners, u)
	}
	if staff, contacts := w.listeners(ForAll); len(staff)+len(contacts) > MaxParticipants {
		return nil, errFull
	}
	if len(about) == 0 {
		return w, nil
	}
	w.tellJoiners(joiners)
	if err := w.happen(Joined, ForAll, seat.actor, about, at, entry); err != nil {
		return nil, err
	}
	w.audit(auditID, at, seat.actor, ActAdded, w.conv.ID, "")
	return w, nil
}

func withHistory(u *User, said *bool) bool {
	if said != nil {
		return *said
	}
	return u.View() == StaffView
}

// seatUser opens a span. Without history the cursor starts at the newest message; with it, what was read before stays read.
func (w *writing) seatUser(u *User, history bool, at time.Time) {
	p := Participant{Conversation: w.conv.ID, User: u.ID}
	if old := w.s.Thread.Participants[u.ID]; old != nil {
		p = *old
	}
	p.Active, p.Archived, p.Beneath, p.MarkedUnread, p.JoinedAt, p.LeftAt, p.LeftTitle, p.ActiveAt = true, false, false, false, at, time.Time{}, "", at
	span := Span{Conversation: p.Conversation, User: u.ID, Open: true, OpenedAt: at}
	newest := w.conv.NewestFor(u.View())
	switch {
	case history && newest > p.Newest:
		p.Newest, p.NewestOther = newest, newest // the user was away when it came, so it is by someone else
		p.ActiveAt = w.conv.ActiveAt
		if u.View() == ContactView {
			p.ActiveAt = w.conv.ActivePublic
		}
	case !history:
		span.After = w.conv.Last
		p.LastRead, p.Opened = max(p.LastRead, newest), max(p.Opened, newest)
	}
	w.people[u.ID] = p
	w.effects.Spans = append(w.effects.Spans, span)
}

// tellJoiners tells each one apart, since their standings differ.
func (w *writing) tellJoiners(joiners []*User) {
	sum := w.summary()
	for _, u := range joiners {
		row := Row{Summary: sum, Standing: w.people[u.ID]}
		ev := Event{Type: ConversationJoined, Conversation: w.conv.ID, Body: Body{Row: &row}}
		w.effects.Events = append(w.effects.Events, ev.tellOne(u))
	}
}

// Remove ends a participant's span: one's own by leaving, or somebody's by staff (F16).
func (s *Service) Remove(ctx context.Context, a Actor, conversation, user ID) error {
	at, entry, auditID := s.now(), s.NewID(), s.NewID()
	_, err := s.reshape(ctx, a, Need{Conversation: conversation, Spans: true}, func(seat seated) (*writing, error) {
		return decideRemove(seat, user, at, entry, auditID)
	}, followRemove(user, at, s.NewID))
	return err
}

func decideRemove(seat seated, user ID, at time.Time, entry, auditID ID) (*writing, error) {
	what, act := Left, ActLeft
	if user != seat.actor.ID {
		what, act = Removed, ActRemoved
		if seat.actor.View() != StaffView {
			return nil, Refuse(Forbidden, "Only staff remove people from a conversation.")
		}
	}
	p, u := seat.Thread.Participants[user], seat.User(user)
	if p == nil || !p.Active || u == nil {
		return nil, Refuse(NotFound, "That person is not in the conversation.")
	}
	staff, _ := seat.audience(ForAll)
	if others := slices.DeleteFunc(staff, func(id ID) bool { return id == user }); u.View() == StaffView && len(others) == 0 {
		return nil, Refuse(Conflict, "The last member of staff cannot leave. Add somebody who takes over first.")
	}
	w := write(seat.State)
	w.unseat(u, at)
	if err := w.happen(what, ForAll, seat.actor, []Person{u.Person()}, at, entry); err != nil {
		return nil, err
	}
	w.audit(auditID, at, seat.actor, act, user, w.conv.ID.String())
	return w, nil
}

// unseat closes the open span: from here on no messages, mail, badge or frame; what was seen before stays readable.
func (w *writing) unseat(u *User, at time.Time) {
	p := *w.s.Thread.Participants[u.ID]
	p.Active, p.MarkedUnread, p.LeftAt, p.LeftTitle = false, false, at, w.conv.Title
	w.people[u.ID] = p
	for _, span := range w.s.Thread.Spans[u.ID] {
		if span.Open {
			span.Open, span.Through = false, w.conv.Last
			w.effects.Spans = append(w.effects.Spans, span)
		}
	}
	w.effects.Revoked = append(w.effects.Revoked, Seat{w.conv.ID, u.ID})
	ev := Event{Type: ConversationLeft, Conversation: w.conv.ID, Body: Body{Left: w.conv.ID}}
	w.effects.Events = append(w.effects.Events, ev.tellOne(u))
}
