package chat

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// undoFor is how long an author may undo a send, where nothing else is said. No mail tells of a message before that is over.
const undoFor = 10 * time.Second

// Undo takes back what the actor has just sent, as if it had never been there: nobody sees it any more, and cursors, badges and last activity
// are what they would be without it. The record keeps it, and its author gets its files as new uploads, to send them after all. Undoing again
// changes nothing.
func (s *Service) Undo(ctx context.Context, a Actor, conversation, message ID) (Sent, error) {
	return s.withdraw(ctx, a, conversation, message, Undone)
}

// Retract hides for everybody what a message said, and its files; that it was there, and who retracted it, stays to be seen. The record keeps
// it. Retracting again changes nothing.
func (s *Service) Retract(ctx context.Context, a Actor, conversation, message ID) (Sent, error) {
	return s.withdraw(ctx, a, conversation, message, Retracted)
}

// withdrawing is a message on its way back.
type withdrawing struct {
	message Message
	how     Withdrawal
	at      time.Time
	now     time.Time // by the database's clock, which says whether it is too late to undo
	newID   func() ID
	follows bool         // it is a copy of one that is taken back
	files   []Attachment // its files, given back
	tail    []Message    // to undo: what else counts in the conversation, newest first, as far back as it matters
}

// withdraw looks further than a decision can name, at what came before the message, and goes on to what was copied of it: so it runs alone.
func (s *Service) withdraw(ctx context.Context, a Actor, conversation, message ID, how Withdrawal) (Sent, error) {
	t := withdrawing{how: how, at: s.now(), newID: s.NewID}
	var now Message
	err := s.settled(ctx, func(tx Tx) (err error) {
		now, err = s.withdrawIn(ctx, tx, a, &t, messageRef{conversation, message})
		return err
	})
	if err != nil {
		return Sent{}, err
	}
	place, _, err := s.placed(ctx, nil, a.User)
	return Sent{Message: now.For(a.View), Files: t.files, Place: place}, err
}

func (s *Service) withdrawIn(ctx context.Context, tx Tx, a Actor, t *withdrawing, of messageRef) (now Message, err error) {
	kin, err := kinOf(ctx, tx, a, of)
	if err != nil {
		return now, err
	}
	needs := kin.needs(a, of.Conversation)
	g, err := tx.Load(ctx, needs...)
	if err != nil {
		return now, err
	}
	if again, err := kinOf(ctx, tx, a, of); err != nil || !again.same(kin) {
		return now, cmp.Or(err, errMoved)
	}
	if t.now, err = tx.Now(ctx); err != nil {
		return now, err
	}
	if now, err = t.run(ctx, tx, g, 0, needs[0], of.Message); err != nil {
		return now, err
	}
	if err := t.runKin(ctx, tx, g, needs, kin); err != nil {
		return now, err
	}
	if err := t.giveBack(ctx, tx); err != nil {
		return now, err
	}
	if err := t.unstart(ctx, tx, g, needs[0], kin.contacts(g)); err != nil {
		return now, err
	}
	return now, tx.Write(ctx, g)
}

// run takes the message back in one conversation of the group.
func (t *withdrawing) run(ctx context.Context, tx Tx, g *Group, i int, n Need, message ID) (now Message, err error) {
	if err := t.look(ctx, tx, g.State(n), message); err != nil {
		return Message{}, err
	}
	err = g.Run(i, Decision{Need: n, Decide: func(st *State) (e Effects, err error) {
		now, e, err = decideWithdraw(st, *t)
		return e, err
	}})
	return now, err
}

// look reads the message and, to undo it, the end of its conversation.
func (t *withdrawing) look(ctx context.Context, rd Reader, st *State, message ID) error {
	m, err := rd.Message(ctx, st.Need.Office, message)
	if err != nil && KindOf(err) != NotFound {
		return err
	}
	known := m != nil && m.Conversation == st.Need.Conversation
	if known {
		t.message, t.tail = *m, nil
	}
	if !t.follows && !(known && t.undone(st.Actor())) {
		if _, err := takeSeat(st); err != nil {
			return err
		}
		known = known && st.accessOf(st.Need.Actor).Sees(m.Position, m.Audience)
	}
	switch {
	case !known:
		return errNoMessage
	case t.how != Undone || m.Withdrawn != "":
		return nil
	}
	return t.lookBack(ctx, rd, st)
}

// undone says that the actor undid it before, whatever has become of their seat: the conversation may have vanished with it.
func (t *withdrawing) undone(actor *User) bool {
	return t.how == Undone && t.message.Withdrawn == Undone && mayMessage(actor) == nil && t.message.Author.ID == actor.ID
}

// lookBack reads the conversation from its end, as far as undoing needs.
func (t *withdrawing) lookBack(ctx context.Context, rd Reader, st *State) error {
	m := &t.message
	q := MessageQuery{
		Office: m.Office, Conversation: m.Conversation, Access: Access{View: StaffView, Spans: []Span{{Open: true}}}, Limit: usualPage,
	}
	for !st.enough(m, t.tail, q.Before) {
		page, err := rd.Messages(ctx, q)
		if err != nil {
			return err
		}
		for _, earlier := range slices.Backward(page) {
			if earlier.Counts() && earlier.ID != m.ID {
				t.tail = append(t.tail, earlier)
			}
		}
		if len(page) < q.Limit {
			return nil
		}
		q.Before = page[0].Position
	}
	return nil
}

// enough says whether the tail, which begins at a position, shows how everybody would stand without the message; zero: nothing was read yet.
func (s *State) enough(m *Message, tail []Message, from Position) bool {
	answered := func(e Message) bool { return e.Audience == ForAll && e.Author.View == StaffView }
	if from == 0 || !slices.ContainsFunc(tail, answered) {
		return false
	}
	for id, p := range s.Thread.Participants {
		access := s.accessOf(id)
		newest, _ := newestOf(tail, access, ID{}, time.Time{})
		other, _ := newestOf(tail, access, id, time.Time{})
		missing := p.Newest == m.Position && newest == 0 || p.NewestOther == m.Position && other == 0
		if missing && access.begins() < from {
			return false
		}
	}
	return true
}

// accessOf is what a participant may read.
func (s *State) accessOf(user ID) Access {
	access := Access{Spans: s.Thread.Spans[user]}
	if u := s.User(user); u != nil {
		access.View = u.View()
	}
	return access
}

// begins is the position after which the first of what may be read stands.
func (a Access) begins() Position {
	first := Position(1<<63 - 1)
	for _, span := range a.Spans {
		first = min(first, span.After)
	}
	return first
}

// mayWithdraw says whether somebody who sees the message may take it back so, at a time of the database's clock.
func mayWithdraw(u *User, m *Message, how Withdrawal, now time.Time) error {
	own := m.Author.ID == u.ID
	switch {
	case m.Kind == Happen:
		return Refuse(Invalid, "Only messages and internal notes can be taken back.")
	case how == Retracted && (own || u.Role == Owner || u.Role == Admin):
		return nil
	case how == Retracted:
		return Refuse(Forbidden, "Only its author, an owner or an admin can retract a message.")
	case !own:
		return Refuse(Forbidden, "Only its author can undo a message.")
	case m.copied():
		return Refuse(Conflict, "This is a copy. Undo the message in the conversation it belongs to.")
	case m.Withdrawn != "" || m.Via != ViaBrowser || now.After(m.UndoUntil):
		return Refuse(Conflict, "It is too late to undo this. It can still be retracted.")
	}
	return nil
}

// decideWithdraw is the rule of taking back.
func decideWithdraw(st *State, t withdrawing) (Message, Effects, error) {
	m, actor := t.message, st.Actor()
	switch {
	case t.follows && m.Withdrawn == "":
		return t.decided(st, actor)
	case t.follows, t.undone(actor):
		return m, Effects{}, nil
	}
	if _, err := takeOpenSeat(st); err != nil {
		return Message{}, Effects{}, err
	}
	switch m.Withdrawn {
	case Undone:
		return Message{}, Effects{}, errNoMessage
	case t.how:
		return m, Effects{}, nil
	}
	if err := mayWithdraw(actor, &m, t.how, t.now); err != nil {
		return Message{}, Effects{}, err
	}
	return t.decided(st, actor)
}

// decided is what comes of it.
func (t *withdrawing) decided(st *State, actor *User) (Message, Effects, error) {
	m := t.message
	m.Withdrawn, m.WithdrawnBy, m.WithdrawnAt = t.how, actor.Person(), t.at
	w := write(st)
	w.effects.Withdrawn = []Message{m}
	w.audit(t.newID(), t.at, actor, map[Withdrawal]Act{Undone: ActUndone, Retracted: ActRetracted}[t.how], m.ID, m.Conversation.String())
	w.tellWithdrawn(&m)
	if t.how == Retracted {
		return m, w.effects, nil // cursors and conversation stay as they are
	}
	if err := w.forget(&m, t); err != nil {
		return Message{}, Effects{}, err
	}
	return m, w.done(), nil
}

// tellWithdrawn tells those who are in the conversation and saw the message.
func (w *writing) tellWithdrawn(m *Message) {
	staff, contacts := w.s.audience(m.Audience)
	blind := func(id ID) bool { return !w.s.accessOf(id).Sees(m.Position, m.Audience) }
	w.effects.Events = append(w.effects.Events, Event{
		Type: MessageWithdrawn, Conversation: m.Conversation, Position: m.Position,
		Staff: slices.DeleteFunc(staff, blind), Contacts: slices.DeleteFunc(contacts, blind), Body: Body{Message: m},
	})
}
