package chat

import (
	"context"
	"slices"
)

// RosterKind says whom a roster may hold.
type RosterKind string

// The kinds of rosters.
const (
	Team   RosterKind = "team"   // staff
	Circle RosterKind = "circle" // anybody
)

// MaxRoster is how many members a roster may have.
const MaxRoster = 500

// Roster is a named group of users, a team or a circle. It is expanded once, when a conversation starts; contacts never learn of it.
type Roster struct {
	Office  ID
	ID      ID
	Kind    RosterKind
	Name    string // of its own in the office, compared without case
	Members []ID   // in the order of their names; those who cannot be written to are left out where it is expanded
}

// Rosters gives the office's teams and circles, to staff, by name.
func (s *Service) Rosters(ctx context.Context, a Actor) (list []Roster, err error) {
	err = s.look(ctx, a, func(rd Reader) error {
		if a.View != StaffView {
			return Refuse(Forbidden, "Only staff see teams and circles.")
		}
		list, err = rd.Rosters(ctx, a.Office, nil)
		return err
	})
	return list, err
}

// SetRoster makes a team or circle, or gives the one of that name other members; by the office itself, from its command line.
func (s *Service) SetRoster(ctx context.Context, r Roster) (Roster, error) {
	name, err := cleanName(r.Name, "name", MaxTitle)
	switch {
	case err != nil:
		return Roster{}, err
	case r.Kind != Team && r.Kind != Circle:
		return Roster{}, Refuse(Invalid, "A roster is a team or a circle.").About("kind")
	case len(r.Members) == 0:
		return Roster{}, Refuse(Invalid, "Name at least one member.").About("members")
	case len(r.Members) > MaxRoster:
		return Roster{}, Refuse(TooLarge, "A team or circle has at most 500 members.").About("members")
	}
	r.Name, r.Members, r.ID = name, unique(r.Members), s.NewID()
	err = s.update(ctx, func(tx Tx) error {
		if err := checkMembers(ctx, tx, r); err != nil {
			return err
		}
		r.ID, err = tx.PutRoster(ctx, r)
		if err != nil {
			return err
		}
		return s.note(ctx, tx, r.Office, ID{}, ActRosterSet, r.ID, string(r.Kind))
	})
	return r, err
}

func checkMembers(ctx context.Context, tx Tx, r Roster) error {
	users, err := tx.Users(ctx, r.Office, r.Members)
	if err != nil {
		return err
	}
	for _, id := range r.Members {
		switch u := users[id]; {
		case u == nil:
			return Refuse(NotFound, "One of the members is not in this office.").About("members")
		case r.Kind == Team && u.View() != StaffView:
			return Refuse(Invalid, "A team holds staff alone. Make it a circle.").About("members")
		}
	}
	return nil
}

// addressees are the people that To and CC name, teams and circles expanded, each once and without the actor: whoever is in To is not in CC.
type addressees struct {
	to     []ID
	cc     []ID // staff
	copied []ID // contacts in CC
}

func (s *Service) addressees(ctx context.Context, a Actor, to, cc []ID) (whom addressees, err error) {
	if a.View != StaffView && len(cc) > 0 {
		return whom, Refuse(Forbidden, "Only staff put people in CC.").About("cc")
	}
	if len(to) > MaxParticipants || len(cc) > MaxParticipants {
		return whom, errFull.About("to")
	}
	whom.to = others(a.User, to)
	if a.View != StaffView {
		return whom, nil
	}
	err = s.look(ctx, a, func(rd Reader) error {
		rosters, err := rd.Rosters(ctx, a.Office, slices.Concat(to, cc))
		if err != nil {
			return err
		}
		whom.to = others(a.User, expand(rosters, to))
		rest := slices.DeleteFunc(others(a.User, expand(rosters, cc)), func(id ID) bool { return slices.Contains(whom.to, id) })
		users, err := rd.Users(ctx, a.Office, rest)
		for _, id := range rest {
			if u := users[id]; u != nil && u.View() == ContactView {
				whom.copied = append(whom.copied, id)
			} else {
				whom.cc = append(whom.cc, id) // nobody, too: the decision refuses
			}
		}
		return err
	})
	return whom, err
}

func others(than ID, ids []ID) []ID {
	return slices.DeleteFunc(unique(ids), func(id ID) bool { return id == than })
}

// expand puts members in the places of rosters.
func expand(rosters []Roster, ids []ID) (people []ID) {
	for _, id := range ids {
		if i := slices.IndexFunc(rosters, func(r Roster) bool { return r.ID == id }); i >= 0 {
			people = append(people, rosters[i].Members...)
		} else {
			people = append(people, id)
		}
	}
	return people
}
