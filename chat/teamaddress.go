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

// SetTeamAddress gives a team a mail address of its own, local@mail-domain; empty: takes it away. By the operator. Letters to it are taken only where the
// office wants that: [Service.SetTeamLetters].
func (s *Service) SetTeamAddress(ctx context.Context, office ID, name, local string) (r Roster, err error) {
	local = strings.ToLower(strings.TrimSpace(local))
	switch {
	case local == "":
	case !isTeamAddress(local):
		return r, errTeamAddress
	case slices.Contains(keptAddresses, local) || s.Addresses.Reserved(local):
		return r, errKeptAddress
	}
	err = s.update(ctx, func(tx Tx) error {
		if r, err = teamNamed(ctx, tx, office, name); err != nil {
			return err
		}
		r.Address = local
		if err := tx.SetRosterAddress(ctx, office, r.ID, local); err != nil {
			return err
		}
		return s.note(ctx, tx, office, ID{}, ActTeamAddress, r.ID, local)
	})
	return r, err
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
		was, err := tx.Office(ctx, office)
		if err != nil {
			return err
		}
		o = *was
		o.TeamLetters = on
		if err := tx.PutOffice(ctx, o); err != nil {
			return err
		}
		return s.note(ctx, tx, office, ID{}, ActTeamLetters, office, onOff(on))
	})
	return o, err
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
