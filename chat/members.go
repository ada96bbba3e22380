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
	at := s.now()
	return s.reshape(ctx, a, Need{Conversation: conversation, Spans: true, Users: users}, func(seat seated) (*writing, error) {
		return decideAdd(seat, users, history, at, s.NewID)
	}, followAdd(users, history, at, s.NewID))
}

var errFull = Refuse(TooLarge, "A conversation has at most 500 participants.").About("users")

func decideAdd(seat seated, ids []ID, history *bool, at time.Time, newID func() ID) (*writing, error) {
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
	joiners := slices.DeleteFunc(people, func(u *User) bool { // who is in it already: nothing to do
		p := seat.Thread.Participants[u.ID]
		return p != nil && p.Active
	})
	w := write(seat.State)
	if len(joiners) == 0 {
		return w, nil
	}
	return w, w.join(joiners, history, seat.actor, at, newID)
}

// join brings in people who are not in the conversation now.
func (w *writing) join(people []*User, history *bool, by *User, at time.Time, newID func() ID) error {
	var about []Person
	for _, u := range people {
		w.seatUser(u, withHistory(u, history), at)
		about = append(about, u.Person())
	}
	if staff, contacts := w.listeners(ForAll); len(staff)+len(contacts) > MaxParticipants {
		return errFull
	}
	w.tellJoiners(people)
	w.audit(newID(), at, by, ActAdded, w.conv.ID, "")
	return w.happen(Joined, ForAll, by, about, at, newID())
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
	p.Active, p.Archived, p.Deleted, p.Beneath, p.MarkedUnread = true, false, false, false, false
	p.JoinedAt, p.LeftAt, p.LeftTitle, p.ActiveAt = at, time.Time{}, "", at
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

// Remove ends a participant's span: one's own by leaving, or somebody's by staff (F16). With a successor, that member of staff joins with the
// history in the same moment, and answers what was the leaver's to answer; the last member of staff needs one.
func (s *Service) Remove(ctx context.Context, a Actor, conversation, user, successor ID) error {
	at := s.now()
	need := Need{Conversation: conversation, Spans: true}
	if !successor.IsZero() {
		need.Users = []ID{successor}
	}
	_, err := s.reshape(ctx, a, need, func(seat seated) (*writing, error) {
		return decideRemove(seat, user, successor, at, s.NewID)
	}, followRemove(user, successor, at, s.NewID))
	return err
}

func decideRemove(seat seated, user, successor ID, at time.Time, newID func() ID) (*writing, error) {
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
	w := write(seat.State)
	w.unseat(u, at) // before anything else happens: they hear of nothing more
	if !successor.IsZero() {
		if err := w.handOver(seat, u, successor, at, newID); err != nil {
			return nil, err
		}
	}
	if u.View() == StaffView && !w.answerable() {
		return nil, Refuse(Conflict, "The last member of staff cannot leave. Say who takes over.").About("successor")
	}
	if err := w.happen(what, ForAll, seat.actor, []Person{u.Person()}, at, newID()); err != nil {
		return nil, err
	}
	w.audit(newID(), at, seat.actor, act, user, w.conv.ID.String())
	if w.conv.Assignee == user {
		return w, w.assign(seat.actor, successor, at, newID)
	}
	return w, nil
}

// answerable says whether somebody of staff is there who can answer.
func (w *writing) answerable() bool {
	staff, _ := w.listeners(ForStaff)
	return slices.ContainsFunc(staff, func(id ID) bool { return mayMessage(w.s.User(id)) == nil })
}

// handOver brings in who takes over from the member of staff who goes, unless they are in it already.
func (w *writing) handOver(seat seated, from *User, successor ID, at time.Time, newID func() ID) error {
	to := w.s.User(successor)
	switch {
	case seat.actor.View() != StaffView:
		return Refuse(Forbidden, "Only staff say who takes over.")
	case from.View() != StaffView, successor == from.ID, to != nil && to.View() != StaffView:
		return Refuse(Invalid, "Another member of staff takes over from one.").About("successor")
	}
	if err := mayWriteTo(seat.actor, to); err != nil {
		return err
	}
	if p := w.s.Thread.Participants[successor]; p != nil && p.Active {
		return nil
	}
	return w.join([]*User{to}, ptr(true), seat.actor, at, newID)
}

// unseat closes the open span: from here on no messages, mail, badge or frame; what was seen before stays readable.
func (w *writing) unseat(u *User, at time.Time) {
	w.endSpan(u, at, w.conv.Title, w.conv.Last)
}

// endSpan ends the open span at a position, zero: as if it had never been, and tells its user.
func (w *writing) endSpan(u *User, at time.Time, title string, through Position) {
	p := w.participant(u.ID)
	p.Active, p.MarkedUnread, p.LeftAt, p.LeftTitle = false, false, at, title
	w.people[u.ID] = p
	for _, span := range w.s.Thread.Spans[u.ID] {
		if span.Open {
			span.Open, span.Through = false, max(through, span.After)
			w.effects.Spans = append(w.effects.Spans, span)
		}
	}
	w.effects.Revoked = append(w.effects.Revoked, Seat{w.conv.ID, u.ID})
	ev := Event{Type: ConversationLeft, Conversation: w.conv.ID, Body: Body{Left: w.conv.ID, Vanished: through == 0}}
	w.effects.Events = append(w.effects.Events, ev.tellOne(u))
}
