package chat

import (
	"context"
	"slices"
	"time"
)

// copier makes copies within one update.
type copier struct {
	actor   Actor
	needs   []Need // of the original, then of each copy
	copies  []CopyMade
	targets []target
	group   *Group
	at      time.Time
	undo    time.Duration // how long what is copied may be undone
	newID   func() ID
}

// target is a contact to copy to.
type target struct {
	contact ID
	into    ID // the copy
	begun   bool
	has     []ID // messages of the original that are in it
}

func (s *Service) copier(ctx context.Context, tx Tx, a Actor, original ID, to []ID) (*copier, error) {
	c := &copier{actor: a, at: s.now(), undo: s.UndoFor, newID: s.NewID}
	c.needs = []Need{{Office: a.Office, Conversation: original, Actor: a.User, Users: to, Spans: true}}
	var err error
	if !original.IsZero() {
		if c.copies, err = tx.Copies(ctx, a.Office, original); err != nil {
			return nil, err
		}
	}
	for _, id := range to {
		c.targets = append(c.targets, c.target(id))
	}
	return c, nil
}

func (c *copier) target(contact ID) target {
	for _, made := range c.copies {
		if made.Contact.ID != contact {
			continue
		}
		t := target{contact: contact, into: made.Conversation, begun: true}
		for _, m := range made.Messages {
			t.has = append(t.has, m.Message)
		}
		return t
	}
	return target{contact: contact, into: c.newID()}
}

// again copies a message that was sent before.
func (c *copier) again(ctx context.Context, tx Tx, m *Message) error {
	c.targets = slices.DeleteFunc(c.targets, func(t target) bool { return slices.Contains(t.has, m.ID) })
	if len(c.targets) == 0 {
		return nil
	}
	if err := c.load(ctx, tx, m.Author.ID, m.Attachments); err != nil {
		return err
	}
	m, err := c.stillSo(ctx, tx, m)
	if err != nil {
		return err
	}
	begin := Decision{Need: c.needs[0], Decide: func(st *State) (Effects, error) { return decideCopying(st, m, c.targets) }}
	if err := c.group.Run(0, begin); err != nil {
		return err
	}
	return c.make(ctx, tx, *m)
}

// stillSo looks again at what was read before the conversation was locked: the message, which may have been taken back meanwhile, and the copies,
// where another may have put it.
func (c *copier) stillSo(ctx context.Context, rd Reader, m *Message) (*Message, error) {
	copies, err := rd.Copies(ctx, m.Office, m.Conversation)
	if err != nil {
		return nil, err
	}
	same := func(a, b CopyMade) bool {
		return a.Conversation == b.Conversation && slices.Equal(a.Messages, b.Messages)
	}
	if !slices.EqualFunc(c.copies, copies, same) {
		return nil, errMoved
	}
	m, err = rd.Message(ctx, m.Office, m.ID)
	return m, notFoundAs(err, errNoMessage)
}

// load puts down the message's files once more for each copy, and loads everything.
func (c *copier) load(ctx context.Context, tx Tx, author ID, files []Attachment) (err error) {
	for _, t := range c.targets {
		n := Need{Office: c.actor.Office, Actor: c.actor.User, Users: []ID{t.contact}}
		if t.begun {
			n.Conversation = t.into
		}
		for _, f := range files {
			f = f.anew(c.newID(), author, c.at)
			if err := tx.AddUpload(ctx, f); err != nil {
				return err
			}
			n.Uploads = append(n.Uploads, f.ID)
		}
		c.needs = append(c.needs, n)
	}
	c.group, err = tx.Load(ctx, c.needs...)
	return err
}

// make decides on each copy, and writes all.
func (c *copier) make(ctx context.Context, tx Tx, m Message) error {
	of := Need{Office: c.actor.Office, Conversation: m.Conversation, Actor: c.actor.User}
	var copied []Copied
	for i, t := range c.targets {
		var placed Message
		d := Decision{Need: c.needs[i+1], Decide: func(st *State) (e Effects, err error) {
			placed, e, err = decideCopy(st, c.group.State(of), t, m, posting{
				text: formatted{html: withoutMentions(m.HTML), text: m.Text}, important: m.Important, secure: m.Secure, uploads: c.needs[i+1].Uploads, of: &m,
				undo: c.undo, via: m.Via, id: c.newID(), at: c.at, newID: c.newID,
			})
			return e, err
		}}
		if err := c.group.Run(i+1, d); err != nil {
			return err
		}
		copied = append(copied, Copied{Office: m.Office, Message: m.ID, Conversation: t.into, Position: placed.Position})
	}
	if err := tx.Write(ctx, c.group); err != nil {
		return err
	}
	return tx.AddCopied(ctx, copied)
}

// decideCopying says whether a message may be copied to these contacts, and counts the copies that are about to be made.
func decideCopying(st *State, m *Message, to []target) (Effects, error) {
	seat, err := takeOpenSeat(st)
	switch {
	case err != nil:
		return Effects{}, err
	case seat.actor.View() != StaffView:
		return Effects{}, errStaffCopy
	case st.Thread.Conversation.Kind == Copy:
		return Effects{}, Refuse(Conflict, "This is a copy itself. Copy from the conversation it belongs to.")
	case m.Withdrawn != "":
		return Effects{}, errNoMessage
	case m.Kind != Written || m.Audience != ForAll || m.Author.View != StaffView:
		return Effects{}, Refuse(Conflict, "Only what staff wrote to everybody can be copied.")
	}
	access := Access{View: StaffView, Spans: st.Thread.Spans[seat.actor.ID]}
	if !access.Sees(m.Position, m.Audience) {
		return Effects{}, errNoMessage
	}
	w := write(st)
	for _, t := range to {
		if err := mayCopyTo(seat, st.User(t.contact)); err != nil {
			return Effects{}, err
		}
		if !t.begun {
			w.conv.Copies++
		}
	}
	if w.conv.Copies > MaxCopies {
		return Effects{}, Refuse(TooLarge, "A conversation has at most 500 copies.").About("to")
	}
	return w.retold(), nil
}

// mayCopyTo: a copy is for a contact who is not in the conversation itself.
func mayCopyTo(seat seated, u *User) error {
	if err := mayWriteTo(seat.actor, u); err != nil {
		return err
	}
	if u.View() != ContactView {
		return Refuse(Invalid, "Copies are for clients. Add staff to the conversation instead.").About("to")
	}
	if p := seat.Thread.Participants[u.ID]; p != nil && p.Active {
		return Refuse(Conflict, "One of the clients is in the conversation already, and sees the message.").About("to")
	}
	return nil
}

// retold tells the staff alone how the conversation looks: how many copies it has is nothing to contacts.
func (w *writing) retold() Effects {
	sum := w.summary()
	staff, _ := w.listeners(ForStaff)
	w.effects.Events = append(w.effects.Events, Event{
		Type: ConversationChanged, Conversation: w.conv.ID, Staff: staff, Body: Body{Summary: &sum},
	})
	return w.done()
}

// decideCopy puts a message of the original into a contact's copy, which it begins if need be.
func decideCopy(st, of *State, t target, m Message, p posting) (Message, Effects, error) {
	author, contact := st.User(m.Author.ID), st.User(t.contact)
	if author == nil {
		return Message{}, Effects{}, Refuse(Conflict, "Whoever wrote the message is no longer there.")
	}
	var w *writing
	if t.begun {
		if own := st.Thread.Participants[t.contact]; own == nil || !own.Active {
			return Message{}, Effects{}, Refuse(Conflict, "One of the clients has left the copy.").About("to")
		}
		w = write(st)
	} else {
		if err := mayWriteTo(st.Actor(), contact); err != nil {
			return Message{}, Effects{}, err
		}
		w = st.openCopy(of, t.into, author, contact, p.at)
	}
	placed, err := w.post(author, p, p.sentHash(t.into))
	w.audit(p.newID(), p.at, st.Actor(), ActCopied, t.into, m.Conversation.String())
	return placed, w.done(), err
}

// openCopy begins a copy for the contact and the staff of the original, those in CC as there. To the contact, the message's author began it.
func (s *State) openCopy(of *State, id ID, author, contact *User, at time.Time) *writing {
	original := of.Thread.Conversation
	staff, _ := of.audience(ForStaff)
	var seats []sitting
	for _, user := range staff {
		seats = append(seats, sitting{user: s.User(user), cc: of.Thread.Participants[user].CC, beneath: true})
	}
	return s.open(Conversation{
		Office: original.Office, ID: id, Kind: Copy, CopyOf: original.ID, Title: original.Title, Important: original.Important,
		Strict: original.Strict, State: Open, StartedBy: author.ID, StartedAt: at, ActiveAt: at, ActivePublic: at,
	}, append(seats, sitting{user: contact}))
}
