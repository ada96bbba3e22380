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
	within  time.Duration // to undo it
	at      time.Time
	audit   ID
	follows bool      // it is a copy of one that is taken back
	tail    []Message // to undo: what else counts in the conversation, newest first, as far back as it matters
}

// withdraw looks further than a decision can name, at what came before the message, and goes on to what was copied of it: so it runs alone.
func (s *Service) withdraw(ctx context.Context, a Actor, conversation, message ID, how Withdrawal) (Sent, error) {
	t := withdrawing{how: how, within: s.UndoFor, at: s.now(), audit: s.NewID()}
	var now Message
	var files []Attachment
	err := s.settled(ctx, func(tx Tx) error {
		copied, err := copiedOf(ctx, tx, a, conversation, message)
		if err != nil {
			return err
		}
		needs := []Need{{Office: a.Office, Conversation: conversation, Actor: a.User, Spans: true}}
		for _, c := range copied {
			needs = append(needs, Need{Office: a.Office, Conversation: c.Conversation, Actor: a.User, Spans: true})
		}
		g, err := tx.Load(ctx, needs...)
		if err != nil {
			return err
		}
		if again, err := copiedOf(ctx, tx, a, conversation, message); err != nil || !slices.Equal(again, copied) {
			return cmp.Or(err, errMoved)
		}
		if now, err = t.run(ctx, tx, g, 0, needs[0], message); err != nil {
			return err
		}
		if files, err = t.giveBack(ctx, tx, s.NewID); err != nil {
			return err
		}
		for i, c := range copied {
			at := MessagePlace{c.Conversation, c.Position}
			found, err := tx.MessagesAt(ctx, a.Office, []MessagePlace{at})
			if err != nil || found[at] == nil {
				return cmp.Or(err, error(errNoMessage))
			}
			follow := withdrawing{how: how, at: t.at, audit: s.NewID(), follows: true}
			if _, err := follow.run(ctx, tx, g, i+1, needs[i+1], found[at].ID); err != nil {
				return err
			}
		}
		return tx.Write(ctx, g)
	})
	if err != nil {
		return Sent{}, err
	}
	place, _, err := s.placed(ctx, nil, a.User)
	return Sent{Message: now.For(a.View), Files: files, Place: place}, err
}

// giveBack makes the files of a message that has just been undone its author's uploads again.
func (t *withdrawing) giveBack(ctx context.Context, tx Tx, newID func() ID) (files []Attachment, err error) {
	if t.how != Undone || t.message.Withdrawn != "" {
		return nil, nil
	}
	for _, f := range t.message.Attachments {
		f.ID, f.Owner, f.CreatedAt = newID(), t.message.Author.ID, t.at
		f.Conversation, f.Message, f.Position, f.Audience = ID{}, ID{}, 0, ""
		if err := tx.AddUpload(ctx, f); err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// copiedOf are the places of a message in the copies of its conversation. What a contact may take back was never copied, and how long they are
// refused for the rest must not say how often that was.
func copiedOf(ctx context.Context, rd Reader, a Actor, conversation, message ID) (list []Copied, err error) {
	if a.View != StaffView {
		return nil, nil
	}
	copies, err := rd.Copies(ctx, a.Office, conversation)
	for _, c := range copies {
		for _, m := range c.Messages {
			if m.Message == message {
				list = append(list, m)
			}
		}
	}
	return list, err
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
	if !t.follows {
		if _, err := takeSeat(st); err != nil {
			return err
		}
	}
	m, err := rd.Message(ctx, st.Need.Office, message)
	if err != nil {
		return notFoundAs(err, errNoMessage)
	}
	if m.Conversation != st.Need.Conversation || !t.follows && !st.accessOf(st.Need.Actor).Sees(m.Position, m.Audience) {
		return errNoMessage
	}
	t.message, t.tail = *m, nil
	if t.how != Undone || m.Withdrawn != "" {
		return nil
	}
	return t.lookBack(ctx, rd, st)
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

// mayWithdraw says whether somebody who sees the message may take it back so.
func mayWithdraw(u *User, m *Message, how Withdrawal, age, within time.Duration) error {
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
	case m.Withdrawn != "" || m.Via != ViaBrowser || age > within:
		return Refuse(Conflict, "It is too late to undo this. It can still be retracted.")
	}
	return nil
}

// decideWithdraw is the rule of taking back.
func decideWithdraw(st *State, t withdrawing) (Message, Effects, error) {
	m, actor := t.message, st.Actor()
	if t.follows && m.Withdrawn == "" {
		return t.decided(st, actor)
	}
	if _, err := takeOpenSeat(st); err != nil && !t.follows {
		return Message{}, Effects{}, err
	}
	switch {
	case t.follows:
		return m, Effects{}, nil
	case m.Withdrawn == Undone && (t.how != Undone || m.Author.ID != actor.ID):
		return Message{}, Effects{}, errNoMessage
	case m.Withdrawn == t.how:
		return m, Effects{}, nil
	}
	if err := mayWithdraw(actor, &m, t.how, t.at.Sub(m.At), t.within); err != nil {
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
	w.audit(t.audit, t.at, actor, map[Withdrawal]Act{Undone: ActUndone, Retracted: ActRetracted}[t.how], m.ID, m.Conversation.String())
	w.tellWithdrawn(&m)
	if t.how == Retracted {
		return m, w.effects, nil // cursors and conversation stay as they are
	}
	w.forget(&m, t.tail)
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

// forget moves conversation and cursors to where they would be without the message. What others have read stays read.
func (w *writing) forget(m *Message, tail []Message) {
	c := &w.conv
	all := Access{View: StaffView, Spans: []Span{{Open: true}}}
	if c.Newest == m.Position {
		c.Newest, c.ActiveAt = newestOf(tail, all, ID{}, c.StartedAt)
	}
	if c.NewestPublic == m.Position {
		all.View = ContactView
		c.NewestPublic, c.ActivePublic = newestOf(tail, all, ID{}, c.StartedAt)
	}
	if m.Audience == ForAll {
		c.UnansweredSince = unansweredSince(tail)
	}
	for id, p := range w.s.Thread.Participants {
		access, is := w.s.accessOf(id), *p
		if is.Newest == m.Position {
			is.Newest, is.ActiveAt = newestOf(tail, access, ID{}, is.JoinedAt)
			if last := access.Spans[len(access.Spans)-1]; !last.covers(is.Newest) {
				is.ActiveAt = is.JoinedAt
			}
		}
		if is.NewestOther == m.Position {
			is.NewestOther, _ = newestOf(tail, access, id, is.JoinedAt)
		}
		if is != *p {
			w.people[id] = is
		}
	}
}

// newestOf gives place and time of the newest entry that may be read, but for what is not new to the user (what they wrote and, to staff, what
// was copied); the time given, when there is none. Zero: of all.
func newestOf(tail []Message, access Access, but ID, otherwise time.Time) (Position, time.Time) {
	for i := range tail {
		m := &tail[i]
		known := !but.IsZero() && (m.Author.ID == but || access.View == StaffView && m.copied())
		if !known && access.Sees(m.Position, m.Audience) {
			return m.Position, m.At
		}
	}
	return 0, otherwise
}

// copied says whether the message stands in a copy as a copied one: nobody sent it there, by a key or a letter.
func (m *Message) copied() bool { return m.Kind == Written && m.Key == "" && m.Letter.IsZero() }

// unansweredSince says how long a contact has waited for staff, by the end of the conversation, newest first.
func unansweredSince(tail []Message) (since time.Time) {
	for _, m := range tail {
		if m.Audience != ForAll {
			continue
		}
		if m.Author.View == StaffView {
			break
		}
		since = m.At
	}
	return since
}
