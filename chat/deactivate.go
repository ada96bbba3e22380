package chat

import (
	"context"
	"errors"
	"slices"
)

// Deactivate shuts a user out of the office from the commit on: sessions and links end, their sockets close on whatever node, and nothing more is
// told or mailed to them. They keep their seats. Conversations that would be left without staff are taken over first (F16), by the successor where one is
// named; what the user was to answer is the successor's to answer, or nobody's. Deactivating again changes nothing.
func (s *Service) Deactivate(ctx context.Context, a Actor, user, successor ID) (User, error) {
	return s.switchUser(ctx, switching{office: a.Office, by: a.User, find: userOf(a.Office, user), successor: successor})
}

// Reactivate lets a deactivated user in again, by the password they had or a new link. What was said meanwhile is theirs to read; sessions and
// links of before stay ended, and what clients have kept is void.
func (s *Service) Reactivate(ctx context.Context, a Actor, user ID) (User, error) {
	return s.switchUser(ctx, switching{office: a.Office, by: a.User, find: userOf(a.Office, user), active: true})
}

// SetActive is Deactivate or Reactivate for the operator: no actor is asked.
func (s *Service) SetActive(ctx context.Context, office ID, email string, active bool) (User, error) {
	find := func(ctx context.Context, rd Reader) (*User, error) { return rd.UserByEmail(ctx, office, email) }
	return s.switchUser(ctx, switching{office: office, find: find, active: active})
}

func userOf(office, user ID) func(context.Context, Reader) (*User, error) {
	return func(ctx context.Context, rd Reader) (*User, error) { return rd.User(ctx, office, user) }
}

// switching is somebody being deactivated or reactivated, or being given other rights.
type switching struct {
	office ID
	by     ID // zero: the operator
	find   func(context.Context, Reader) (*User, error)
	active bool

	successor ID      // of a member of staff who goes; zero: none is named
	rights    *Grants // instead of deactivating and reactivating
}

// done is the user afterwards.
func (sw *switching) done(u User) User {
	if sw.rights == nil {
		u.Active = sw.active
		return u
	}
	if sw.rights.Role != nil {
		u.Role = *sw.rights.Role
	}
	if sw.rights.Message != nil {
		u.MayMessage = *sw.rights.Message
	}
	if sw.rights.Strict != nil {
		u.Strict = *sw.rights.Strict
	}
	return u
}

const (
	handedAtOnce = 100 // conversations to a transaction
	overtaken    = 5   // times that others may be quicker
)

// switchUser does it, one transaction for each handful of conversations to be handed over: the last of them switches.
func (s *Service) switchUser(ctx context.Context, sw switching) (User, error) {
	for tries := 0; tries < overtaken; {
		var u *User
		var more bool
		err := s.update(ctx, func(tx Tx) (err error) {
			u, more, err = s.trySwitch(ctx, tx, sw)
			return err
		})
		switch {
		case errors.Is(err, errOvertaken):
			tries++
		case err != nil:
			return User{}, err
		case !more:
			return u.withoutPassword(), nil
		}
	}
	return User{}, Refuse(Unavailable, "Their conversations are changing just now. Try again.").Because(errOvertaken)
}

// errOvertaken: between being looked up and being locked, one more conversation has come to have no other staff.
var errOvertaken = errors.New("another conversation is to be handed over")

// trySwitch says whether there is more to hand over before the user can be switched. Deactivations of an office go one after the other: two members
// of staff who go at once must not each count on the other.
func (s *Service) trySwitch(ctx context.Context, tx Tx, sw switching) (u *User, more bool, err error) {
	if err := tx.HoldOffice(ctx, sw.office); err != nil {
		return nil, false, err
	}
	u, err = s.toSwitch(ctx, tx, sw)
	if err != nil {
		return nil, false, err
	}
	is := sw.done(*u)
	switch {
	case is == *u:
	case is.Active && !u.Active:
		err = s.bringBack(ctx, tx, sw, u)
	default:
		more, err = s.shutOut(ctx, tx, sw, u, is)
	}
	return &is, more, err
}

// toSwitch finds the user, if they may be switched.
func (s *Service) toSwitch(ctx context.Context, rd Reader, sw switching) (*User, error) {
	u, err := sw.find(ctx, rd)
	if err != nil && KindOf(err) != NotFound {
		return nil, err
	}
	if !sw.by.IsZero() {
		actor, err := rd.User(ctx, sw.office, sw.by)
		if err != nil {
			return nil, err
		}
		if err := sw.may(actor, u); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, err
	}
	if err := checkSuccessor(ctx, rd, sw, u); err != nil {
		return nil, err
	}
	if is := sw.done(*u); u.Role != Owner || is.Active && is.Role == Owner && is.MayMessage {
		return u, nil
	}
	owners, err := rd.Owners(ctx, sw.office)
	if err == nil && len(owners) == 1 && owners[0].ID == u.ID {
		err = Refuse(Conflict, "That is the last owner. Make another owner first.")
	}
	return u, err
}

// checkSuccessor refuses a successor who could not take over.
func checkSuccessor(ctx context.Context, rd Reader, sw switching, u *User) error {
	if sw.successor.IsZero() {
		return nil
	}
	to, err := rd.User(ctx, sw.office, sw.successor)
	switch {
	case err != nil && KindOf(err) != NotFound:
		return err
	case err != nil || u.View() != StaffView || to.View() != StaffView || to.ID == u.ID || mayMessage(to) != nil:
		return Refuse(Invalid, "Another member of staff, with the messaging permission, takes over from one.").About("successor")
	}
	return nil
}

// bringBack activates a user. Sessions and links that somebody was quick enough to make meanwhile end too.
func (s *Service) bringBack(ctx context.Context, tx Tx, sw switching, u *User) error {
	if _, err := s.endAll(ctx, tx, u); err != nil {
		return err
	}
	if _, err := tx.SetActive(ctx, u.Office, u.ID, true); err != nil {
		return err
	}
	if err := tx.RenewEpoch(ctx, u.ID); err != nil {
		return err
	}
	return s.note(ctx, tx, u.Office, sw.by, ActReactivated, u.ID, string(u.Role))
}

// shutOut makes the user what they are to be, unless that leaves more conversations to be handed over than one transaction takes: then it hands over some.
func (s *Service) shutOut(ctx context.Context, tx Tx, sw switching, u *User, is User) (more bool, err error) {
	var held []ID
	if mayMessage(&is) != nil {
		if held, err = s.heldBy(ctx, tx, u); err != nil {
			return false, err
		}
	}
	var last []Event
	if more = len(held) > handedAtOnce; more {
		held = held[:handedAtOnce]
	} else if last, err = s.put(ctx, tx, sw, u, is); err != nil {
		return false, err
	}
	h, err := s.handOver(ctx, tx, sw, u, held)
	switch {
	case err != nil:
		return more, err
	case more:
		return more, tx.Write(ctx, h.group)
	}
	return false, s.conclude(ctx, tx, h, u, is, last)
}

// put writes what the user is from now on, and gives what they are to be told last.
func (s *Service) put(ctx context.Context, tx Tx, sw switching, u *User, is User) (last []Event, err error) {
	if is.Active {
		return []Event{Event{Type: RightsChanged}.tellOne(u)}, s.putRights(ctx, tx, sw.by, u, is)
	}
	if last, err = s.endAll(ctx, tx, u); err != nil {
		return nil, err
	}
	if _, err := tx.SetActive(ctx, u.Office, u.ID, false); err != nil {
		return nil, err
	}
	return last, s.note(ctx, tx, u.Office, sw.by, ActDeactivated, u.ID, string(u.Role))
}

// putRights writes what of it is different.
func (s *Service) putRights(ctx context.Context, tx Tx, by ID, u *User, is User) error {
	if is.Strict != u.Strict {
		if err := s.setStrict(ctx, tx, by, u, is.Strict); err != nil {
			return err
		}
	}
	if is.Role == u.Role && is.MayMessage == u.MayMessage {
		return nil
	}
	if err := tx.SetRights(ctx, is.Office, is.ID, is.Role, is.MayMessage); err != nil {
		return err
	}
	return s.note(ctx, tx, is.Office, by, ActUserChanged, is.ID, is.rightsInWords())
}

// heldBy are the conversations that would be without staff if the user went, or are theirs to answer: more than are handed over at once, if there are.
func (s *Service) heldBy(ctx context.Context, rd Reader, u *User) ([]ID, error) {
	if u.View() != StaffView {
		return nil, nil
	}
	alone, err := rd.SoleStaff(ctx, u.Office, u.ID, handedAtOnce+1)
	if err != nil {
		return nil, err
	}
	assigned, err := rd.Assigned(ctx, u.Office, u.ID, handedAtOnce+1)
	return unique(slices.Concat(alone, assigned)), err
}

// endAll spends the user's links, so that none opens a session any more, and ends the sessions there are. It gives the news of it.
func (s *Service) endAll(ctx context.Context, tx Tx, u *User) (ended []Event, err error) {
	at := s.now()
	if err := tx.SpendLinks(ctx, u.Office, u.ID, at); err != nil {
		return nil, err
	}
	sessions, err := tx.Sessions(ctx, u.Office, u.ID)
	if err != nil {
		return nil, err
	}
	for _, one := range sessions {
		if _, err := tx.EndSession(ctx, u.Office, one.ID, at); err != nil {
			return nil, err
		}
		ended = append(ended, Event{Type: SessionEnded, Subject: one.ID}.tellOne(u))
	}
	return ended, nil
}
