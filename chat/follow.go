package chat

import (
	"context"
	"errors"
	"time"
)

// What happens to a conversation happens to its copies: they have its title, are as strict, and have its staff.

// errHasCopies: the change goes on to the conversation's copies, and wants a transaction of its own.
var errHasCopies = errors.New("the conversation has copies")

// follow is what a copy does after its original; nil: nothing.
type follow func(*State) (*writing, error)

// reshapeAll runs a decision that changes a conversation, and has its copies follow, in one transaction.
func (s *Service) reshapeAll(ctx context.Context, n Need, decide func(*State) (Effects, error), after follow) error {
	return s.settled(ctx, func(tx Tx) error {
		copies, err := tx.Copies(ctx, n.Office, n.Conversation)
		if err != nil {
			return err
		}
		needs := []Need{n}
		for _, c := range copies {
			of := n
			of.Conversation = c.Conversation
			needs = append(needs, of)
		}
		g, err := tx.Load(ctx, needs...)
		if err != nil {
			return err
		}
		if t := g.Threads[n.Conversation]; t != nil && t.Conversation.Copies != len(copies) {
			return errMoved
		}
		for i := range needs {
			d := Decision{Need: needs[i], Decide: decide}
			if i > 0 {
				d.Decide = after.decide
			}
			if err := g.Run(i, d); err != nil {
				return err
			}
		}
		return tx.Write(ctx, g)
	})
}

func (f follow) decide(st *State) (Effects, error) {
	w, err := f(st)
	if w == nil || err != nil {
		return Effects{}, err
	}
	return w.reshaped(), nil
}

// named is the actor as the author of a grey line in a copy: no contact learns there of another.
func (s *State) named() *User {
	if u := s.Actor(); u != nil && u.View() == StaffView {
		return u
	}
	return nil
}

// followChange gives a copy the title of its original, and makes its mail as private.
func followChange(c Change, at time.Time, newID func() ID) follow {
	return func(st *State) (*writing, error) {
		w := write(st)
		if c.Title != nil && w.conv.Title != *c.Title {
			w.conv.Title = *c.Title
			if err := w.happen(Retitled, ForAll, st.named(), nil, at, newID()); err != nil {
				return nil, err
			}
		}
		if c.Strict != nil && w.conv.Strict != *c.Strict {
			if err := w.setStrict(st.named(), *c.Strict, at, newID); err != nil {
				return nil, err
			}
		}
		if w.conv == st.Thread.Conversation {
			return nil, nil
		}
		return w, nil
	}
}

// followAdd brings the staff among those added into the copy, where nothing is unread to them.
func followAdd(ids []ID, history *bool, at time.Time, newID func() ID) follow {
	return func(st *State) (*writing, error) {
		w := write(st)
		if joined, err := w.joinCopy(ids, history, false, at, newID); !joined {
			return nil, err
		}
		return w, nil
	}
}

// joinCopy says whether any of them joined.
func (w *writing) joinCopy(ids []ID, history *bool, takeOver bool, at time.Time, newID func() ID) (bool, error) {
	var about []Person
	var joiners []*User
	for _, id := range ids {
		u, p := w.s.User(id), w.s.Thread.Participants[id]
		if u.View() != StaffView || p != nil && p.Active {
			continue
		}
		w.seatInCopy(u, withHistory(u, history), takeOver, at)
		about, joiners = append(about, u.Person()), append(joiners, u)
	}
	if len(joiners) == 0 {
		return false, nil
	}
	w.tellJoiners(joiners)
	return true, w.happen(Joined, ForAll, w.s.named(), about, at, newID())
}

// seatInCopy seats a member of staff beneath the original, where nothing is new to them; but who takes over is shown a copy whose contact waits.
func (w *writing) seatInCopy(u *User, history, takesOver bool, at time.Time) {
	w.seatUser(u, history, at)
	if takesOver && !w.conv.UnansweredSince.IsZero() {
		return
	}
	p := w.people[u.ID]
	p.Beneath, p.LastRead = true, max(p.LastRead, p.Newest)
	w.people[u.ID] = p
}

// heir is who of the staff in the original takes over a copy that would be left without any: whoever is preferred, else who answers the original, else
// who is in it longest; nil: there is nobody, or this is no copy.
func (s *State) heir(gone, preferred ID) (heir *User) {
	of := s.g.Threads[s.Thread.Conversation.CopyOf]
	if of == nil {
		return nil
	}
	for _, id := range of.Order {
		u := s.User(id)
		switch {
		case id == gone || !of.Participants[id].Active || u == nil || u.View() != StaffView || mayMessage(u) != nil:
		case id == preferred:
			return u
		case heir == nil, id == of.Conversation.Assignee:
			heir = u
		}
	}
	return heir
}

// followRemove takes a member of staff out of the copy, and brings in who takes over, unless nobody of the office would be left in it.
func followRemove(user, successor ID, at time.Time, newID func() ID) follow {
	return func(st *State) (*writing, error) {
		u, p := st.User(user), st.Thread.Participants[user]
		if p == nil || !p.Active || u.View() != StaffView {
			return nil, nil
		}
		what := Removed
		if user == st.Need.Actor {
			what = Left
		}
		w := write(st)
		w.unseat(u, at)
		if !successor.IsZero() {
			if _, err := w.joinCopy([]ID{successor}, ptr(true), true, at, newID); err != nil {
				return nil, err
			}
		}
		if heir := st.heir(user, successor); heir != nil && !w.answerable() { // those who stay in the original have left the copy
			if _, err := w.joinCopy([]ID{heir.ID}, ptr(true), true, at, newID); err != nil {
				return nil, err
			}
		}
		if !w.answerable() {
			return nil, nil
		}
		if w.conv.Assignee == user {
			w.conv.Assignee = successor
		}
		return w, w.happen(what, ForAll, st.named(), []Person{u.Person()}, at, newID())
	}
}
