package chat

import (
	"context"
	"strings"
	"time"
)

// Alias is a further address of a user, confirmed by staff: letters from it are theirs.
type Alias struct {
	Office  ID
	Address string // in lower case; somebody's alias is nobody else's
	User    ID
	AddedBy ID
	AddedAt time.Time
}

// TrustedSigner is a domain whose signature staff trust for a user, whatever the domain in From says of its letters.
type TrustedSigner struct {
	Office  ID
	User    ID
	Domain  string
	AddedBy ID
	AddedAt time.Time
}

// Trust is whose word counts for a user's letters beside their own address.
type Trust struct {
	Aliases []Alias
	Signers []TrustedSigner
	By      map[ID]Person // who added them
}

// Trust shows whose word counts for a user's letters to those who look after the office's people.
func (s *Service) Trust(ctx context.Context, a Actor, user ID) (t Trust, err error) {
	err = s.Store.View(ctx, func(rd Reader) error {
		if err := maySeePeople(ctx, rd, a); err != nil {
			return err
		}
		t, err = trustIn(ctx, rd, a.Office, user)
		return err
	})
	return t, err
}

// TrustFor is Trust for the operator, of whoever has the address: no actor is asked.
func (s *Service) TrustFor(ctx context.Context, office ID, email string) (t Trust, err error) {
	err = s.Store.View(ctx, func(rd Reader) error {
		u, err := rd.UserByEmail(ctx, office, email)
		if err == nil {
			t, err = trustIn(ctx, rd, office, u.ID)
		}
		return err
	})
	return t, err
}

func trustIn(ctx context.Context, rd Reader, office, user ID) (t Trust, err error) {
	if _, err = rd.User(ctx, office, user); err != nil {
		return t, err
	}
	if t.Aliases, err = rd.Aliases(ctx, office, user); err != nil {
		return t, err
	}
	if t.Signers, err = rd.TrustedSigners(ctx, office, user); err != nil {
		return t, err
	}
	var ids []ID
	for _, a := range t.Aliases {
		ids = append(ids, a.AddedBy)
	}
	for _, s := range t.Signers {
		ids = append(ids, s.AddedBy)
	}
	people, err := rd.Users(ctx, office, unique(ids))
	t.By = make(map[ID]Person, len(people))
	for id, u := range people {
		t.By[id] = u.Person()
	}
	return t, err
}

// Word is what is believed of a user's letters: a further address of theirs, or a domain that may sign for them. One of the two is empty.
type Word struct {
	Alias  string
	Signer string
}

var errNoWord = Refuse(NotFound, "They have no such address or signer, or not any more.")

// Distrust takes an alias or a trusted signer back: letters that went by it wait for staff again. What was accepted stays.
func (s *Service) Distrust(ctx context.Context, a Actor, user ID, w Word) error {
	return s.update(ctx, func(tx Tx) error {
		if err := maySeePeople(ctx, tx, a); err != nil {
			return err
		}
		return s.distrust(ctx, tx, a.Office, a.User, user, w)
	})
}

// DistrustFor is Distrust for the operator, of whoever has the address.
func (s *Service) DistrustFor(ctx context.Context, office ID, email string, w Word) error {
	return s.update(ctx, func(tx Tx) error {
		u, err := tx.UserByEmail(ctx, office, email)
		if err != nil {
			return err
		}
		return s.distrust(ctx, tx, office, ID{}, u.ID, w)
	})
}

func (s *Service) distrust(ctx context.Context, tx Tx, office, by, user ID, w Word) error {
	act, detail, drop := ActSignerDropped, strings.ToLower(w.Signer), tx.DropSigner
	if w.Signer == "" {
		act, detail, drop = ActAliasDropped, strings.ToLower(w.Alias), tx.DropAlias
	}
	switch dropped, err := drop(ctx, office, user, detail); {
	case err != nil:
		return err
	case !dropped:
		return errNoWord
	}
	return s.note(ctx, tx, office, by, act, user, detail)
}

// disown takes an address from whose alias it is: somebody comes whose own it is.
func (s *Service) disown(ctx context.Context, tx Tx, office, by ID, email string) error {
	alias, err := tx.Alias(ctx, office, strings.ToLower(email))
	if KindOf(err) == NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return s.distrust(ctx, tx, office, by, alias.User, Word{Alias: alias.Address})
}

// trust loads whose word counts for the addressee's letters. An address belongs to one person: an alias that has become somebody's own address by
// now, while it was added, counts for nothing.
func (to *Addressee) trust(ctx context.Context, rd Reader) error {
	aliases, err := rd.Aliases(ctx, to.User.Office, to.User.ID)
	if err != nil {
		return err
	}
	for _, a := range aliases {
		other, err := rd.UserByEmail(ctx, a.Office, a.Address)
		if err != nil && KindOf(err) != NotFound {
			return err
		}
		if err != nil || other.ID == to.User.ID {
			to.Aliases = append(to.Aliases, a.Address)
		}
	}
	signers, err := rd.TrustedSigners(ctx, to.User.Office, to.User.ID)
	for _, s := range signers {
		to.Signers = append(to.Signers, s.Domain)
	}
	return err
}

// mayBeAlias says whether the address can become the user's: it is nobody else's.
func mayBeAlias(ctx context.Context, rd Reader, u *User, address string) error {
	other, err := rd.UserByEmail(ctx, u.Office, address)
	switch {
	case err == nil && other.ID != u.ID:
		return errTakenAlias
	case err != nil && KindOf(err) != NotFound:
		return err
	}
	alias, err := rd.Alias(ctx, u.Office, strings.ToLower(address))
	if err == nil && alias.User != u.ID {
		return errTakenAlias
	}
	if KindOf(err) == NotFound {
		return nil
	}
	return err
}

var errTakenAlias = Refuse(Conflict, "This address belongs to somebody else in the office.").About("decision")
