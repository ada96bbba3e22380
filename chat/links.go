package chat

import (
	"context"
	"time"
	"unicode/utf8"
)

// LinkShown is what a link's page shows before it is used.
type LinkShown struct {
	Kind   LinkKind
	Name   string
	Email  string
	Office string
}

var errLink = Refuse(Expired, "This link was used or is too old. Ask for a new one.")

// LookLink says what a link is good for. It does not spend it: mail scanners open links.
func (s *Service) LookLink(ctx context.Context, office ID, token string) (shown LinkShown, err error) {
	err = s.Store.View(ctx, func(rd Reader) error {
		link, u, err := s.liveLink(ctx, rd, office, token)
		if err != nil {
			return err
		}
		o, err := rd.Office(ctx, office)
		if err == nil {
			shown = LinkShown{Kind: link.Kind, Name: u.Name, Email: u.Email, Office: o.Name}
		}
		return err
	})
	return shown, err
}

func (s *Service) liveLink(ctx context.Context, rd Reader, office ID, token string) (*Link, *User, error) {
	link, err := rd.Link(ctx, HashToken(token))
	if KindOf(err) == NotFound {
		return nil, nil, errLink
	}
	if err != nil {
		return nil, nil, err
	}
	if link.Office != office || !link.UsedAt.IsZero() || s.now().After(link.ExpiresAt) {
		return nil, nil, errLink
	}
	u, err := rd.User(ctx, office, link.User)
	if err != nil {
		return nil, nil, err
	}
	if !u.Active {
		return nil, nil, errLink
	}
	return link, u, nil
}

// UseLink spends a link: an invitation or reset sets the password, ends every other session and link, and signs in; a sign-in link signs in.
// Of fifty at once, one wins.
func (s *Service) UseLink(ctx context.Context, office ID, token, password, agent string) (SignedIn, error) {
	shown, err := s.LookLink(ctx, office, token)
	if err != nil {
		return SignedIn{}, err
	}
	var hash string
	if shown.Kind != SignInLink {
		if err := checkPassword(password); err != nil {
			return SignedIn{}, err
		}
		if hash, err = s.Passwords.Hash(ctx, password); err != nil {
			return SignedIn{}, err
		}
	}
	var in SignedIn
	err = s.update(ctx, func(tx Tx) error {
		in, err = s.spendLink(ctx, tx, office, token, hash, agent)
		return err
	})
	return in, err
}

func (s *Service) spendLink(ctx context.Context, tx Tx, office ID, token, hash, agent string) (SignedIn, error) {
	link, u, err := s.liveLink(ctx, tx, office, token)
	if err != nil {
		return SignedIn{}, err
	}
	if won, err := tx.UseLink(ctx, link.ID, s.now()); err != nil || !won {
		return SignedIn{}, orElse(err, errLink)
	}
	if link.Kind != SignInLink {
		if err := tx.SetPassword(ctx, office, u.ID, hash); err != nil {
			return SignedIn{}, err
		}
		if err := s.note(ctx, tx, office, u.ID, ActPasswordSet, u.ID, string(link.Kind)); err != nil {
			return SignedIn{}, err
		}
		if err := tx.SpendLinks(ctx, office, u.ID, s.now()); err != nil {
			return SignedIn{}, err // whoever holds another link must not undo what was just set
		}
		if err := s.endSessions(ctx, tx, office, u.ID, ID{}); err != nil {
			return SignedIn{}, err
		}
	}
	return s.openSession(ctx, tx, u, agent)
}

func orElse(err error, other *Error) error {
	if err != nil {
		return err
	}
	return other
}

func checkPassword(p string) error {
	switch n := utf8.RuneCountInString(p); {
	case n < 10:
		return Refuse(Invalid, "Choose a password of at least 10 characters.").About("password")
	case len(p) > 1000:
		return Refuse(TooLarge, "Choose a password of at most 1,000 bytes.").About("password")
	}
	return nil
}

// Forgotten mails a reset link, if the address is a user's. The answer is the same either way.
func (s *Service) Forgotten(ctx context.Context, office ID, email string) error {
	return s.update(ctx, func(tx Tx) error {
		u, err := tx.UserByEmail(ctx, office, email)
		if KindOf(err) == NotFound || err == nil && !u.Active {
			return nil
		}
		if err != nil {
			return err
		}
		return s.mailLink(ctx, tx, u, ResetLink, resetLife)
	})
}

// Invitation is a user to be.
type Invitation struct {
	Name    string
	Email   string
	Role    Role
	Account ID // contacts only; zero: none
}

// Invite creates a user and mails them a link that sets their password.
func (s *Service) Invite(ctx context.Context, a Actor, in Invitation) (u User, err error) {
	err = s.update(ctx, func(tx Tx) error {
		actor, err := tx.User(ctx, a.Office, a.User)
		if err != nil {
			return err
		}
		if err := mayInvite(actor, in.Role); err != nil {
			return err
		}
		if u, err = s.addUser(ctx, tx, a.Office, a.User, in); err != nil {
			return err
		}
		return s.mailLink(ctx, tx, &u, InviteLink, inviteLife)
	})
	return u, err
}

// mailLink makes a link and the mail that carries it. The mail's bytes hold the secret until the relay has them.
func (s *Service) mailLink(ctx context.Context, tx Tx, u *User, kind LinkKind, life time.Duration) error {
	token, err := s.addLink(ctx, tx, u, kind, life)
	if err != nil {
		return err
	}
	office, err := tx.Office(ctx, u.Office)
	if err != nil {
		return err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	mail, at := s.NewID(), s.now()
	composed, err := s.Composer.Link(LinkFacts{Office: *office, To: u.withoutPassword(), Kind: kind, Mail: mail, Token: token, At: at})
	if err != nil {
		return err
	}
	return tx.AddMail(ctx, Mail{
		Office: u.Office, ID: mail, Kind: LinkMail, Recipient: u.ID, From: composed.From, To: composed.To, MessageID: mail.String(),
		Mode: Privacy, Raw: composed.Raw, State: MailWaiting, NextTry: now, CreatedAt: now,
	})
}

func (s *Service) addLink(ctx context.Context, tx Tx, u *User, kind LinkKind, life time.Duration) (string, error) {
	token, hash := newToken()
	at := s.now()
	err := tx.AddLink(ctx, Link{
		Office: u.Office, ID: s.NewID(), User: u.ID, Kind: kind, TokenHash: hash, CreatedAt: at, ExpiresAt: at.Add(life),
	})
	if err == nil {
		err = s.note(ctx, tx, u.Office, ID{}, ActLinkMade, u.ID, string(kind))
	}
	return token, err
}
