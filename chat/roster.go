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
	Address string // of a team: local part of its mail address (F36), in lower case; empty: none
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

// SetRoster makes a team or circle of the people with these addresses, or gives the one of that name other members; by the operator.
func (s *Service) SetRoster(ctx context.Context, office ID, kind RosterKind, name string, members []string) (Roster, error) {
	r := Roster{Office: office, Kind: kind}
	var err error
	r.Name, err = cleanName(name, "name", MaxTitle)
	switch {
	case err != nil:
		return Roster{}, err
	case kind != Team && kind != Circle:
		return Roster{}, Refuse(Invalid, "A roster is a team or a circle.").About("kind")
	case len(members) == 0:
		return Roster{}, Refuse(Invalid, "Name at least one member.").About("members")
	case len(members) > MaxRoster:
		return Roster{}, Refuse(TooLarge, "A team or circle has at most 500 members.").About("members")
	}
	r.ID = s.NewID()
	err = s.update(ctx, func(tx Tx) (err error) {
		if r.Members, err = membersBy(ctx, tx, office, kind, members); err != nil {
			return err
		}
		if r.ID, err = tx.PutRoster(ctx, r); err != nil {
			return err
		}
		if kind == Circle { // a team that had an address has become one
			if err := tx.SetRosterAddress(ctx, office, r.ID, ""); err != nil {
				return err
			}
		}
		return s.note(ctx, tx, office, ID{}, ActRosterSet, r.ID, string(kind))
	})
	return r, err
}

func membersBy(ctx context.Context, tx Tx, office ID, kind RosterKind, addresses []string) (members []ID, err error) {
	for _, address := range addresses {
		u, err := tx.UserByEmail(ctx, office, address)
		switch {
		case KindOf(err) == NotFound:
			return nil, Refuse(NotFound, "One of the members is not in this office: "+address+".").About("members")
		case err != nil:
			return nil, err
		case kind == Team && u.View() != StaffView:
			return nil, Refuse(Invalid, "A team holds staff alone, and "+address+" is a contact. Make it a circle.").About("members")
		}
		members = append(members, u.ID)
	}
	return unique(members), nil
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
		rosters, err := rostersBy(ctx, rd, a.Office, slices.Concat(to, cc))
		if err != nil {
			return err
		}
		named := map[ID]bool{a.User: true}
		var rest []ID
		var few bool
		if whom.to, few = rosters.expand(to, named, MaxParticipants); !few {
			return errFull.About("to")
		}
		if rest, few = rosters.expand(cc, named, MaxParticipants+MaxCopied); !few {
			return errManyCopied.About("cc")
		}
		return whom.divide(ctx, rd, a.Office, rest)
	})
	return whom, err
}

// divide tells staff in CC from contacts, who are copied.
func (whom *addressees) divide(ctx context.Context, rd Reader, office ID, cc []ID) error {
	users, err := rd.Users(ctx, office, cc)
	for _, id := range cc {
		if u := users[id]; u != nil && u.View() == ContactView {
			whom.copied = append(whom.copied, id)
		} else {
			whom.cc = append(whom.cc, id) // nobody, too: the decision refuses
		}
	}
	return err
}

func others(than ID, ids []ID) []ID {
	return slices.DeleteFunc(unique(ids), func(id ID) bool { return id == than })
}

// byRoster are members by their roster.
type byRoster map[ID][]ID

func rostersBy(ctx context.Context, rd Reader, office ID, ids []ID) (byRoster, error) {
	rosters, err := rd.Rosters(ctx, office, ids)
	members := byRoster{}
	for _, r := range rosters {
		members[r.ID] = r.Members
	}
	return members, err
}

// expand puts members in the places of rosters, and leaves out who was named before; false: they are more than there may be.
func (m byRoster) expand(ids []ID, named map[ID]bool, most int) (people []ID, few bool) {
	for _, id := range ids {
		members, ok := m[id]
		if !ok {
			members = []ID{id}
		}
		for _, id := range members {
			if named[id] {
				continue
			}
			named[id] = true
			if people = append(people, id); len(people) > most {
				return nil, false
			}
		}
	}
	return people, true
}
