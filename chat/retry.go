package chat

import (
	"context"
	"slices"
)

var (
	errNoMail      = Refuse(NotFound, "There is no such mail.")
	errNotFailed   = Refuse(Conflict, "Only a mail that failed can be sent again.")
	errSentAgain   = Refuse(Conflict, "This mail was sent again already.")
	errSuppressed  = Refuse(Conflict, "This address is suppressed. Clear that first.")
	errNobodyThere = Refuse(Conflict, "This person is no longer in the conversation.")
)

// RetryMail sends a mail again that failed: what it told of is owed anew, at once, and becomes a mail of its own, by the rules of that moment. So nothing goes
// of what was read or retracted meanwhile. Staff who are in the conversation may, once for each mail.
func (s *Service) RetryMail(ctx context.Context, a Actor, conversation, message, mail ID) error {
	n := Need{Office: a.Office, Conversation: conversation, Actor: a.User}
	entry := AuditEntry{Office: a.Office, ID: s.NewID(), At: s.now(), Actor: a.User, Act: ActMailRetried, Object: mail}
	return s.update(ctx, func(tx Tx) error {
		g, err := tx.Load(ctx, n)
		if err != nil {
			return err
		}
		seat, err := takeOpenSeat(g.State(n))
		if err != nil {
			return err
		}
		if seat.actor.View() != StaffView {
			return errNoMail
		}
		m, err := mayRetry(ctx, tx, a, conversation, message, mail)
		if err != nil {
			return err
		}
		if p := seat.Thread.Participants[m.Recipient]; p == nil || !p.Active {
			return errNobodyThere
		}
		owed, err := tx.OweAgain(ctx, *m)
		if err != nil {
			return err
		}
		if owed == 0 {
			return errSentAgain
		}
		if err := tx.AddAudit(ctx, entry); err != nil {
			return err
		}
		if err := g.Run(0, Decision{Need: n, Decide: func(st *State) (Effects, error) { return mailChanged(st, m.Recipient, m.Newest), nil }}); err != nil {
			return err
		}
		return tx.Write(ctx, g)
	})
}

// mayRetry gives the mail, if it failed and tells of a message that the actor sees.
func mayRetry(ctx context.Context, rd Reader, a Actor, conversation, message, mail ID) (*Mail, error) {
	told, err := visibleIn(ctx, rd, a, conversation, message)
	if err != nil {
		return nil, err
	}
	m, err := rd.Mail(ctx, a.Office, mail)
	if err == nil && m.Kind == DigestMail {
		m, err = ofDigest(ctx, rd, m, told)
	}
	switch {
	case err != nil:
		return nil, notFoundAs(err, errNoMail)
	case m.Conversation != conversation || m.Kind != NoticeMail || m.Newest < told.Position:
		return nil, errNoMail
	case !m.Failed():
		return nil, errNotFailed
	}
	u, err := rd.User(ctx, a.Office, m.Recipient)
	if err != nil {
		return nil, err
	}
	suppressed, err := suppressionOf(ctx, rd, a.Office, u.Email)
	if err == nil && suppressed != nil {
		err = errSuppressed
	}
	return m, err
}

// ofDigest is a digest as if it were a mail of the message's conversation alone: what it told of there is owed again, not what it told of elsewhere.
func ofDigest(ctx context.Context, rd Reader, m *Mail, told *Message) (*Mail, error) {
	notices, err := rd.NoticesOf(ctx, m.Office, told.Conversation, told.Position)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(notices, func(n Noticed) bool { return n.Mail == m.ID }) {
		return nil, errNoMail
	}
	carried, err := rd.Digested(ctx, *m)
	as := *m
	as.Kind, as.Conversation, as.Newest = NoticeMail, told.Conversation, told.Position
	for _, n := range carried {
		if n.Conversation == told.Conversation {
			as.Newest = max(as.Newest, n.Position)
		}
	}
	return &as, err
}
