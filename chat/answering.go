package chat

import (
	"slices"
	"time"
)

// Who answers a conversation and how far it is are its staff's alone (F40): events and grey lines of it go to staff, and a contact's view of the
// conversation has neither.

var errProgress = Refuse(Invalid, "A conversation is open, waiting or done.").About("state")

// assign says who answers from now on; zero: nobody.
func (w *writing) assign(by *User, to ID, at time.Time, newID func() ID) error {
	if to == w.conv.Assignee {
		return nil
	}
	staff, _ := w.listeners(ForStaff)
	if !to.IsZero() && (!slices.Contains(staff, to) || mayMessage(w.s.User(to)) != nil) {
		return Refuse(Invalid, "Only staff who are in the conversation can be asked to answer it. Add them first.").About("assignee")
	}
	w.conv.Assignee = to
	w.audit(newID(), at, by, ActAssigned, w.conv.ID, to.String())
	if to.IsZero() {
		return w.happen(Unassigned, ForStaff, by, nil, at, newID())
	}
	return w.happen(Assigned, ForStaff, by, []Person{w.s.User(to).Person()}, at, newID())
}

// progress sets how far the conversation is. by nil: a contact's message did.
func (w *writing) progress(by *User, to Progress, at time.Time, newID func() ID) error {
	lines := map[Progress]Happening{Open: Reopened, Waiting: Waits, Done: Finished}
	line, ok := lines[to]
	switch {
	case !ok:
		return errProgress
	case to == w.conv.State:
		return nil
	}
	w.conv.State = to
	return w.happen(line, ForStaff, by, nil, at, newID())
}

// answered works in who waits for whom after a message for all. What a contact writes opens the conversation again.
func (w *writing) answered(m *Message, newID func() ID) error {
	switch {
	case m.Audience != ForAll:
		return nil
	case m.Author.View == StaffView:
		w.conv.UnansweredSince = time.Time{}
		return nil
	case w.conv.UnansweredSince.IsZero():
		w.conv.UnansweredSince = m.At
	}
	if w.conv.State == Open {
		return nil
	}
	if err := w.progress(nil, Open, m.At, newID); err != nil {
		return err
	}
	w.tellChanged()
	return nil
}
