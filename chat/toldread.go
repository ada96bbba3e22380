package chat

import (
	"context"
	"slices"
	"time"
)

// mostToldRead bounds the list: it is for those who look after others, and shown whole.
const mostToldRead = 200

// ToldRead gives those whom mail tells that a message of theirs was opened (F21), by name, to who looks after the office's people.
func (s *Service) ToldRead(ctx context.Context, a Actor) (list []User, err error) {
	err = s.Store.View(ctx, func(rd Reader) error {
		if err := maySeePeople(ctx, rd, a); err != nil {
			return err
		}
		list, err = toldRead(ctx, rd, a.Office)
		return err
	})
	return list, err
}

func toldRead(ctx context.Context, rd Reader, office ID) (list []User, err error) {
	found, err := rd.ToldRead(ctx, office)
	for i := range found {
		list = append(list, found[i].withoutPassword())
	}
	return list, err
}

// SetToldRead says who they are from now on; by who looks after the office's people. Of what was opened before, nobody who is new on the list hears.
func (s *Service) SetToldRead(ctx context.Context, a Actor, users []ID) (list []User, err error) {
	if len(users) > mostToldRead {
		return nil, Refuse(Invalid, "At most 200 people can be told of reading.").About("users")
	}
	err = s.update(ctx, func(tx Tx) error {
		if err := maySeePeople(ctx, tx, a); err != nil {
			return err
		}
		if err := tx.HoldOffice(ctx, a.Office); err != nil { // two lists at once are not to be mixed
			return err
		}
		if err := s.setToldRead(ctx, tx, a, users); err != nil {
			return err
		}
		list, err = toldRead(ctx, tx, a.Office)
		return err
	})
	return list, err
}

func (s *Service) setToldRead(ctx context.Context, tx Tx, a Actor, users []ID) error {
	before, err := tx.ToldRead(ctx, a.Office)
	if err != nil {
		return err
	}
	found, err := tx.Users(ctx, a.Office, users)
	if err != nil {
		return err
	}
	for _, id := range users {
		if found[id] == nil {
			return Refuse(NotFound, "There is no such user.").About("users")
		}
	}
	for i := range before {
		if !slices.Contains(users, before[i].ID) {
			if err := s.tellRead(ctx, tx, a.User, &before[i], false); err != nil {
				return err
			}
		}
	}
	for _, id := range unique(users) {
		if err := s.tellRead(ctx, tx, a.User, found[id], true); err != nil {
			return err
		}
	}
	return nil
}

// TellRead puts somebody on the list, or takes them off it. For the operator.
func (s *Service) TellRead(ctx context.Context, office ID, email string, on bool) error {
	return s.update(ctx, func(tx Tx) error {
		if err := tx.HoldOffice(ctx, office); err != nil {
			return err
		}
		u, err := tx.UserByEmail(ctx, office, email)
		if err != nil {
			return err
		}
		return s.tellRead(ctx, tx, ID{}, u, on)
	})
}

// tellRead changes nothing where it is so already: since when they are told stays.
func (s *Service) tellRead(ctx context.Context, tx Tx, by ID, u *User, on bool) error {
	if on != u.ToldRead.IsZero() {
		return nil
	}
	var since time.Time
	if on {
		since = s.now()
	}
	if err := tx.SetToldRead(ctx, u.Office, u.ID, since); err != nil {
		return err
	}
	return s.note(ctx, tx, u.Office, by, ActToldRead, u.ID, onOff(on))
}
