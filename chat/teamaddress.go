package chat

import (
	"context"
	"slices"
	"strings"
)

// maxTeamAddress is RFC 5321's bound of a local part (section 4.5.3.1.1).
const maxTeamAddress = 64

var (
	errTeamAddress = Refuse(Invalid, "An address is 1 to 64 of a-z, 0-9, dots, dashes and underscores, and begins and ends with a letter or digit.").About("address")
	errKeptAddress = Refuse(Invalid, "This address is kept for something else. Choose another.").About("address")
)

// keptAddresses are local parts that mean something else at every mail domain: the desks, and what mails and reports of failed delivery come from.
var keptAddresses = []string{string(Postmaster), string(Abuse), "mailer-daemon", "no-reply"}

// TeamLetters is whether letters to teams start conversations in an office (F36), and which teams have an address.
type TeamLetters struct {
	Office Office
	Teams  []Roster
}

// Private says that letters are refused whatever the switch says: mail may carry no content, and the office takes none back.
func (l TeamLetters) Private() bool { return !l.Office.Inbound && !LetsOut(l.Office.Mode).Answer }

// TeamLetters gives the office's, to who looks after its people.
func (s *Service) TeamLetters(ctx context.Context, a Actor) (l TeamLetters, err error) {
	err = s.Store.View(ctx, func(rd Reader) error {
		l, err = teamLetters(ctx, rd, a)
		return err
	})
	return l, err
}

func teamLetters(ctx context.Context, rd Reader, a Actor) (l TeamLetters, err error) {
	if err := maySeePeople(ctx, rd, a); err != nil {
		return l, err
	}
	o, err := rd.Office(ctx, a.Office)
	if err != nil {
		return l, err
	}
	rosters, err := rd.Rosters(ctx, a.Office, nil)
	teams := slices.DeleteFunc(rosters, func(r Roster) bool { return r.Kind != Team })
	return TeamLetters{*o, teams}, err
}

// SwitchTeamLetters says whether letters to teams start conversations; by who looks after the office's people.
func (s *Service) SwitchTeamLetters(ctx context.Context, a Actor, on bool) (l TeamLetters, err error) {
	err = s.update(ctx, func(tx Tx) error {
		if l, err = teamLetters(ctx, tx, a); err != nil {
			return err
		}
		l.Office, err = s.setTeamLetters(ctx, tx, a.Office, a.User, on)
		return err
	})
	return l, err
}

// GiveTeamAddress is [Service.SetTeamAddress] for who looks after the office's people.
func (s *Service) GiveTeamAddress(ctx context.Context, a Actor, team ID, local string) (l TeamLetters, err error) {
	if local, err = s.cleanTeamAddress(local); err != nil {
		return l, err
	}
	err = s.update(ctx, func(tx Tx) error {
		if l, err = teamLetters(ctx, tx, a); err != nil {
			return err
		}
		at := slices.IndexFunc(l.Teams, func(r Roster) bool { return r.ID == team })
		if at < 0 {
			return Refuse(NotFound, "There is no such team.")
		}
		return s.setTeamAddress(ctx, tx, &l.Teams[at], a.User, local)
	})
	return l, err
}

// SetTeamAddress gives a team a mail address of its own, local@mail-domain; empty: takes it away. By the operator. Letters to it are taken only where the
// office wants that: [Service.SetTeamLetters].
func (s *Service) SetTeamAddress(ctx context.Context, office ID, name, local string) (r Roster, err error) {
	if local, err = s.cleanTeamAddress(local); err != nil {
		return r, err
	}
	err = s.update(ctx, func(tx Tx) error {
		if r, err = teamNamed(ctx, tx, office, name); err != nil {
			return err
		}
		return s.setTeamAddress(ctx, tx, &r, ID{}, local)
	})
	return r, err
}

func (s *Service) cleanTeamAddress(local string) (string, error) {
	local = strings.ToLower(strings.TrimSpace(local))
	switch {
	case local == "":
	case !isTeamAddress(local):
		return "", errTeamAddress
	case slices.Contains(keptAddresses, local) || s.Addresses.Reserved(local):
		return "", errKeptAddress
	}
	return local, nil
}

func (s *Service) setTeamAddress(ctx context.Context, tx Tx, r *Roster, by ID, local string) error {
	if r.Address == local {
		return nil
	}
	r.Address = local
	if err := tx.SetRosterAddress(ctx, r.Office, r.ID, local); err != nil {
		return err
	}
	return s.note(ctx, tx, r.Office, by, ActTeamAddress, r.ID, local)
}

func teamNamed(ctx context.Context, rd Reader, office ID, name string) (Roster, error) {
	rosters, err := rd.Rosters(ctx, office, nil)
	if err != nil {
		return Roster{}, err
	}
	at := slices.IndexFunc(rosters, func(r Roster) bool { return strings.EqualFold(r.Name, name) })
	switch {
	case at < 0:
		return Roster{}, Refuse(NotFound, "There is no team of that name. `postern roster list` lists them.").About("name")
	case rosters[at].Kind != Team:
		return Roster{}, Refuse(Invalid, "A circle has no address: only a team does.").About("name")
	}
	return rosters[at], nil
}

// SetTeamLetters says whether a contact's letter to a team's address starts a conversation (F36). By the operator.
func (s *Service) SetTeamLetters(ctx context.Context, office ID, on bool) (o Office, err error) {
	err = s.update(ctx, func(tx Tx) error {
		o, err = s.setTeamLetters(ctx, tx, office, ID{}, on)
		return err
	})
	return o, err
}

func (s *Service) setTeamLetters(ctx context.Context, tx Tx, office, by ID, on bool) (Office, error) {
	o, err := tx.Office(ctx, office)
	if err != nil {
		return Office{}, err
	}
	if o.TeamLetters == on {
		return *o, nil
	}
	o.TeamLetters = on
	if err := tx.PutOffice(ctx, *o); err != nil {
		return Office{}, err
	}
	return *o, s.note(ctx, tx, office, by, ActTeamLetters, office, onOff(on))
}

// isTeamAddress says whether a text in lower case has the form of a team's address.
func isTeamAddress(local string) bool {
	between := func(c byte) bool { return strings.IndexByte("._-", c) >= 0 }
	if local == "" || len(local) > maxTeamAddress || between(local[0]) || between(local[len(local)-1]) || strings.Contains(local, "..") {
		return false
	}
	return !strings.ContainsFunc(local, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("._-", c)
	})
}
