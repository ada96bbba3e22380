package chat

import (
	"context"
	"strings"
	"time"
)

// SuppressionCause says why no mail goes to an address.
type SuppressionCause string

// The causes.
const (
	SuppressedByBounce    SuppressionCause = "bounce"       // there is no such address any more
	SuppressedByComplaint SuppressionCause = "complaint"    // its owner called a mail unwanted
	Unsubscribed          SuppressionCause = "unsubscribed" // its owner unsubscribed from their digest
)

// Suppression is an address that no notices go to by mail, until staff clear it. Invitations and links that somebody asks for go all the same.
type Suppression struct {
	Office  ID
	ID      ID
	Address string // in lower case
	User    ID     // whose address it was
	Cause   SuppressionCause
	Reason  string // what the server said
	Mail    ID     // that showed it
	At      time.Time
}

// SuppressionShown is a suppression with the name of whom it is about.
type SuppressionShown struct {
	Suppression
	Person Person
}

const mostSuppressions = 1000

var (
	errNotSuppressed = Refuse(NotFound, "This address is not suppressed, or not any more.")
	errStaffOnly     = Refuse(Forbidden, "This is for staff.")
)

// Suppressions gives staff the suppressed addresses of the office, the latest first, at most 1000.
func (s *Service) Suppressions(ctx context.Context, a Actor) (list []SuppressionShown, err error) {
	err = s.look(ctx, a, func(rd Reader) error {
		if a.View != StaffView {
			return errStaffOnly
		}
		found, err := rd.Suppressions(ctx, a.Office, mostSuppressions)
		if err != nil {
			return err
		}
		ids := make([]ID, len(found))
		for i, one := range found {
			ids[i] = one.User
		}
		people, err := rd.Users(ctx, a.Office, ids)
		list = make([]SuppressionShown, len(found))
		for i, one := range found {
			list[i].Suppression = one
			if u := people[one.User]; u != nil {
				list[i].Person = u.Person()
			}
		}
		return err
	})
	return list, err
}

// ClearSuppression lets mail go to an address again. What was dropped meanwhile stays dropped.
func (s *Service) ClearSuppression(ctx context.Context, a Actor, id ID) error {
	entry := AuditEntry{Office: a.Office, ID: s.NewID(), At: s.now(), Actor: a.User, Act: ActSuppressionCleared, Object: id}
	return s.update(ctx, func(tx Tx) error {
		u, err := tx.User(ctx, a.Office, a.User)
		if err != nil {
			return err
		}
		if err := mayMessage(u); err != nil {
			return err
		}
		if u.View() != StaffView {
			return errNotSuppressed
		}
		cleared, err := tx.ClearSuppression(ctx, a.Office, id)
		if err != nil {
			return err
		}
		if !cleared {
			return errNotSuppressed
		}
		return tx.AddAudit(ctx, entry)
	})
}

// suppressionOf is the suppression of an address, or nil.
func suppressionOf(ctx context.Context, rd Reader, office ID, address string) (*Suppression, error) {
	found, err := rd.Suppression(ctx, office, strings.ToLower(address))
	if KindOf(err) == NotFound {
		return nil, nil
	}
	return found, err
}

// suppress lets no more notices go to where the mail went.
func (s *Service) suppress(ctx context.Context, tx Tx, m *Mail, cause SuppressionCause, reason string) error {
	already, err := suppressionOf(ctx, tx, m.Office, m.To)
	switch {
	case err != nil:
		return err
	case already == nil:
	case already.Cause != Unsubscribed || cause == Unsubscribed:
		return nil
	default: // what its owner takes back by themselves hides no bounce, and no complaint
		if _, err := tx.ClearSuppression(ctx, m.Office, already.ID); err != nil {
			return err
		}
	}
	one := Suppression{
		Office: m.Office, ID: s.NewID(), Address: strings.ToLower(m.To), User: m.Recipient, Cause: cause, Reason: reason, Mail: m.ID, At: s.now(),
	}
	if err := tx.Suppress(ctx, one); err != nil {
		return err
	}
	return tx.AddAudit(ctx, AuditEntry{
		Office: m.Office, ID: s.NewID(), At: one.At, Act: ActSuppressed, Object: one.ID, Detail: string(cause),
	})
}

// dropSuppressed settles what the claim owes to a suppressed recipient, and tells staff. The conversation is locked before the notices are.
func (s *Service) dropSuppressed(ctx context.Context, tx Tx, c Claim, u *User) error {
	n := Need{Office: c.Office, Conversation: c.Conversation}
	g, err := tx.Load(ctx, n)
	if err != nil {
		return err
	}
	owed, err := tx.Owed(ctx, c)
	if err != nil || len(owed) == 0 {
		return err
	}
	row, err := rowFor(ctx, tx, u, c.Conversation)
	if err != nil {
		return err
	}
	still, err := s.stillOwed(ctx, tx, u, row, owed)
	if err != nil {
		return err
	}
	if err := tx.SettleNotices(ctx, still.drop, NoticeDropped, ID{}); err != nil {
		return err
	}
	told := append(still.messages.messages, still.copies.messages...)
	if len(told) == 0 {
		return nil
	}
	if err := s.settleCarried(ctx, tx, u, told, NoticeSuppressed, ID{}); err != nil {
		return err
	}
	if err := g.Run(0, Decision{Need: n, Decide: func(st *State) (Effects, error) {
		return mailChanged(st, u.ID, told[len(told)-1].Position), nil
	}}); err != nil {
		return err
	}
	return tx.Write(ctx, g)
}
