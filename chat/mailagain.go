package chat

import (
	"context"
	"slices"
	"time"
)

// ClaimMails leases mails that wait for another attempt, and those whose sender was lost in mid-send. What is no longer owed is dropped; what says more
// than a mail may say by now is composed anew.
func (s *Service) ClaimMails(ctx context.Context, limit int) (mails []Mail, err error) {
	_, err = s.Store.Update(ctx, func(tx Tx) error {
		mails = nil
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		claimed, err := tx.ClaimMails(ctx, s.NewID(), now.Add(sendLease), limit)
		if err != nil {
			return err
		}
		for _, m := range claimed {
			as, err := s.asOfNow(ctx, tx, m)
			if err != nil {
				return err
			}
			if as != nil {
				mails = append(mails, *as)
			}
		}
		return nil
	})
	return mails, err
}

// asOfNow is the mail as it may go by now; nil: not at all.
func (s *Service) asOfNow(ctx context.Context, tx Tx, m Mail) (*Mail, error) {
	if m.Kind == LinkMail || m.Kind == DeskMail {
		return &m, nil
	}
	u, err := tx.User(ctx, m.Office, m.Recipient)
	if err != nil {
		return nil, err
	}
	if until, err := quietFor(ctx, tx, u); err != nil || !until.IsZero() {
		if err == nil {
			err = putOff(ctx, tx, m, until)
		}
		return nil, err
	}
	if m.Kind == DigestMail {
		return s.digestAsOfNow(ctx, tx, u, m)
	}
	row, err := rowFor(ctx, tx, u, m.Conversation)
	if err != nil {
		return nil, err
	}
	if row == nil || !wantsMail(u, &row.Standing, noticeOf(m)) {
		return nil, s.dropMail(ctx, tx, m, "read meanwhile, or no longer allowed")
	}
	suppressed, err := suppressionOf(ctx, tx, u.Office, m.To)
	if err != nil {
		return nil, err
	}
	if suppressed != nil {
		return nil, s.dropMail(ctx, tx, m, "the address is suppressed")
	}
	withdrawn, rest, err := withdrawnSince(ctx, tx, u, m)
	if err != nil {
		return nil, err
	}
	if withdrawn && !rest {
		return nil, s.dropMail(ctx, tx, m, "what it tells of was retracted")
	}
	infected, err := infectedSince(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	f, _, err := s.noticeFacts(ctx, tx, u, row, m.Kind, carried{})
	if withdrawn || infected {
		f.sayLess()
	}
	if err != nil || f.Mode >= m.Mode && !withdrawn && !infected {
		return &m, err
	}
	return s.composeAnew(ctx, tx, m, f)
}

// quietFor is the end of the quiet hours that a recipient is in; zero: none.
func quietFor(ctx context.Context, tx Tx, u *User) (until time.Time, err error) {
	if u.Mail.none() {
		return until, nil
	}
	now, err := tx.Now(ctx)
	if end := u.Mail.quietEnd(now); end.After(now) {
		until = end
	}
	return until, err
}

// putOff gives a leased mail up until then. No attempt was made.
func putOff(ctx context.Context, tx Tx, m Mail, until time.Time) error {
	_, err := tx.FinishMail(ctx, m.Office, m.ID, m.Token, MailResult{State: MailWaiting, NextTry: until, QueueID: m.QueueID, Reason: m.Reason}, false)
	return err
}

// noticeOf stands for what a mail was made of. Whether it was of mentions is not kept: muting later stops no mail that was made before.
func noticeOf(m Mail) Notice {
	switch m.Kind {
	case CopyMail:
		return Notice{Kind: CopyNotice, Position: m.Newest}
	case ReadMail:
		return Notice{Kind: ReadNotice, Position: m.Newest}
	}
	return Notice{Kind: MentionNotice, Position: m.Newest}
}

// clocksApart is how far a node's clock, and the wait for locks, may put the time of a withdrawal before the database's time of a mail that was made earlier.
const clocksApart = time.Minute

// WithdrawnQuery asks for messages that were taken back.
type WithdrawnQuery struct {
	Office       ID
	Conversation ID
	Access       Access
	Through      Position  // those up to there
	Since        time.Time // taken back after that
}

// withdrawnSince says whether something was taken back that the mail may tell of, however long before its newest, and whether something is left of it among
// the latest. Looking at more than the mail has makes it say less than it might, never more.
func withdrawnSince(ctx context.Context, rd Reader, u *User, m Mail) (withdrawn, rest bool, err error) {
	access, err := accessTo(ctx, rd, Actor{Office: u.Office, User: u.ID, View: u.View()}, m.Conversation)
	if err != nil {
		return false, false, err
	}
	withdrawn, err = rd.Withdrawn(ctx, WithdrawnQuery{
		Office: m.Office, Conversation: m.Conversation, Access: access, Through: m.Newest, Since: m.CreatedAt.Add(-clocksApart),
	})
	if err != nil || !withdrawn {
		return false, true, err
	}
	messages, err := rd.Messages(ctx, MessageQuery{
		Office: m.Office, Conversation: m.Conversation, Access: access, Before: m.Newest + 1, Limit: maxPage,
	})
	rest = slices.ContainsFunc(messages, func(one Message) bool {
		return one.Withdrawn == "" && one.Counts() && (one.Author.ID == u.ID) == (m.Kind == CopyMail || m.Kind == ReadMail)
	})
	return true, rest, err
}

// composeAnew replaces a mail by one that says less.
func (s *Service) composeAnew(ctx context.Context, tx Tx, m Mail, f NoticeFacts) (*Mail, error) {
	f.PreviousIDs = slices.DeleteFunc(f.PreviousIDs, func(id string) bool { return id == m.MessageID })
	composed, err := s.Composer.Notice(f)
	if err != nil {
		return nil, err
	}
	return s.replaceMail(ctx, tx, m, f.Mail, f.MessageID, f.Mode, composed)
}

// replaceMail has another mail go in the place of one that was leased.
func (s *Service) replaceMail(ctx context.Context, tx Tx, m Mail, id ID, messageID string, mode Mode, composed Composed) (*Mail, error) {
	stricter := m
	stricter.ID, stricter.MessageID, stricter.Mode = id, messageID, mode
	stricter.Subject = ""
	if m.Kind != ReadMail {
		stricter.Quoted = 0
	}
	stricter.From, stricter.To, stricter.Raw, stricter.Enclosed = composed.From, composed.To, composed.Raw, composed.Enclosed
	if err := s.dropMail(ctx, tx, m, "composed anew: mails may say less by now"); err != nil {
		return nil, err
	}
	stricter.Again, stricter.SettledAt = m.ID, time.Time{}
	if err := tx.AddMail(ctx, stricter); err != nil {
		return nil, err
	}
	return &stricter, tx.CarryOver(ctx, m, stricter.ID)
}

// sayLess leaves of the facts that messages wait.
func (f *NoticeFacts) sayLess() { f.Mode, f.Content, f.Count = Privacy, nil, 0 }

// dropMail settles a mail that was leased and is not to be sent.
func (s *Service) dropMail(ctx context.Context, tx Tx, m Mail, reason string) error {
	if _, err := tx.FinishMail(ctx, m.Office, m.ID, m.Token, MailResult{State: MailDropped, Reason: reason}, false); err != nil {
		return err
	}
	return tx.AddLedger(ctx, LedgerRow{
		Office: m.Office, ID: s.NewID(), At: s.now(), Direction: MailOut, EnvelopeFrom: m.From, EnvelopeTo: m.To,
		Fate: string(MailDropped), Reason: reason, Mail: m.ID, Size: m.Size(),
	})
}
