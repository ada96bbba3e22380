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

// trust loads whose word counts for the addressee's letters.
func (to *Addressee) trust(ctx context.Context, rd Reader) error {
	aliases, err := rd.Aliases(ctx, to.User.Office, to.User.ID)
	if err != nil {
		return err
	}
	signers, err := rd.TrustedSigners(ctx, to.User.Office, to.User.ID)
	for _, a := range aliases {
		to.Aliases = append(to.Aliases, a.Address)
	}
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
