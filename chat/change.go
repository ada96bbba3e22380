package chat

import (
	"context"
	"errors"
	"time"
)

// Change is what is to be different about a conversation; nil leaves as it is.
type Change struct {
	Title     *string
	Important *bool
	Assignee  *ID // zero: nobody
	State     *Progress
	Strict    *bool // mail says only that a message waits (F25)
}

// Changed is a conversation after a change, and where the actor's stream stands with it.
type Changed struct {
	Summary Summary
	Place   Place
}

// Change edits title and importance (F8), who answers and how far it is (F40), and whether its mail is private (F25).
func (s *Service) Change(ctx context.Context, a Actor, conversation ID, c Change) (Changed, error) {
	if c.Title != nil {
		title, err := cleanTitle(*c.Title)
		if err != nil {
			return Changed{}, err
		}
		c.Title = &title
	}
	at := s.now()
	var after follow
	if a.View == StaffView && (c.Title != nil || c.Strict != nil) { // what a contact calls it is not put before those who were copied
		after = followChange(c, at, s.NewID)
	}
	return s.reshape(ctx, a, Need{Conversation: conversation}, func(seat seated) (*writing, error) {
		return decideChange(seat, c, at, s.NewID)
	}, after)
}

func decideChange(seat seated, c Change, at time.Time, newID func() ID) (*writing, error) {
	if err := mayChange(seat.actor, &seat.Thread.Conversation, c); err != nil {
		return nil, err
	}
	w := write(seat.State)
	if err := w.retitle(seat.actor, c, at, newID); err != nil {
		return nil, err
	}
	if c.Assignee != nil {
		if err := w.assign(seat.actor, *c.Assignee, at, newID); err != nil {
			return nil, err
		}
	}
	if c.Strict != nil {
		if err := w.tighten(seat.actor, *c.Strict, at, newID); err != nil {
			return nil, err
		}
	}
	if c.State != nil {
		if err := w.progress(seat.actor, *c.State, at, newID); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (w *writing) retitle(by *User, c Change, at time.Time, newID func() ID) error {
	if c.Important != nil {
		w.conv.Important = *c.Important
	}
	if c.Title != nil && *c.Title != w.conv.Title {
		if w.conv.Kind == Copy {
			return Refuse(Conflict, "A copy has the title of the conversation it belongs to. Change it there.").About("title")
		}
		w.conv.Title = *c.Title
		w.audit(newID(), at, by, ActRetitled, w.conv.ID, "")
		return w.happen(Retitled, ForAll, by, nil, at, newID())
	}
	return nil
}

// tighten makes the conversation's mail private, or as the office has it again. A copy is as its original is.
func (w *writing) tighten(by *User, strict bool, at time.Time, newID func() ID) error {
	switch {
	case strict == w.conv.Strict:
		return nil
	case w.conv.Kind == Copy:
		return Refuse(Conflict, "The mail of a copy is as private as that of the conversation it belongs to. Change it there.").About("strict")
	}
	w.audit(newID(), at, by, ActStrict, w.conv.ID, onOff(strict))
	return w.setStrict(by, strict, at, newID)
}

func (w *writing) setStrict(by *User, strict bool, at time.Time, newID func() ID) error {
	w.conv.Strict = strict
	line := StrictNoMore
	if strict {
		line = MadeStrict
	}
	return w.happen(line, ForStaff, by, nil, at, newID())
}

// onOff is a switch's state for the audit log.
func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// reshape runs a decision that changes the conversation itself, and what its copies do after it; nil: nothing.
func (s *Service) reshape(ctx context.Context, a Actor, n Need, decide func(seated) (*writing, error), after follow) (Changed, error) {
	n.Office, n.Actor = a.Office, a.User
	var changed Changed
	shape := func(st *State) (e Effects, err error) {
		changed.Summary, e, err = decideShape(st, decide)
		return e, err
	}
	told, err := s.decide(ctx, Decision{Need: n, Decide: func(st *State) (Effects, error) {
		if after != nil && st.Thread != nil && st.Thread.Conversation.Copies > 0 {
			return Effects{}, errHasCopies
		}
		return shape(st)
	}})
	if errors.Is(err, errHasCopies) {
		err = s.reshapeAll(ctx, n, shape, after)
	}
	if err != nil {
		return Changed{}, err
	}
	changed.Place, _, err = s.placed(ctx, told, a.User)
	return changed, err
}

// decideShape tells everybody who is in the conversation afterwards how it looks then, unless it looks as before.
func decideShape(st *State, decide func(seated) (*writing, error)) (Summary, Effects, error) {
	seat, err := takeOpenSeat(st)
	if err != nil {
		return Summary{}, Effects{}, err
	}
	w, err := decide(seat)
	if err != nil {
		return Summary{}, Effects{}, err
	}
	sum := *Body{Summary: ptr(w.summary())}.For(seat.actor.View()).Summary
	if w.conv == st.Thread.Conversation && len(w.people) == 0 {
		return sum, Effects{}, nil
	}
	return sum, w.reshaped(), nil
}

func ptr[T any](v T) *T { return &v }

// happen adds a grey line.
func (w *writing) happen(what Happening, to Audience, by *User, about []Person, at time.Time, id ID) error {
	_, err := w.add(Message{Happening: what, Subjects: about}, draft{
		id: id, kind: Happen, audience: to, author: by, via: ViaSystem, at: at,
	})
	return err
}

// summary is the conversation and its people with the changes of this writing.
func (w *writing) summary() Summary {
	return w.s.summary(w.conv, w.done().Participants...)
}

// reshaped hands over the effects, and tells everybody who is in the conversation afterwards how it looks.
func (w *writing) reshaped() Effects {
	w.tellChanged()
	return w.done()
}

// tellChanged tells how the conversation looks now: contacts only of what looks different to them.
func (w *writing) tellChanged() {
	sum := w.summary()
	to := ForAll
	if w.unchangedForContacts() {
		to = ForStaff
	}
	staff, contacts := w.listeners(to)
	if len(staff)+len(contacts) == 0 {
		return
	}
	w.effects.Events = append(w.effects.Events, Event{
		Type: ConversationChanged, Conversation: w.conv.ID, Staff: staff, Contacts: contacts, Body: Body{Summary: &sum},
	})
}

// unchangedForContacts says whether nothing has changed that a contact is shown of the conversation and its people.
func (w *writing) unchangedForContacts() bool {
	for id, p := range w.people {
		if was := w.s.Thread.Participants[id]; was == nil || was.Active != p.Active || was.CC != p.CC {
			return false
		}
	}
	return onlyMoved(w.s.Thread.Conversation.For(ContactView), w.conv.For(ContactView))
}
