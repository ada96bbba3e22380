package chat

import (
	"context"
	"slices"
)

// MailParts is what a mail says, read from its bytes.
type MailParts struct {
	Header     []MailField // in the order of the mail
	Text, HTML string      // the parts, as they went
}

// MailField is a field of a header, with its value decoded and on one line.
type MailField struct{ Name, Value string }

// MailedFile is a file that went in a mail.
type MailedFile struct {
	Name string
	Size int64
}

// OpenedMail is a mail as staff look at it: as its recipient got it, but that our own addresses in it are concealed.
type OpenedMail struct {
	MailSent
	From, To string // envelope
	Mode     Mode   // what it was composed under
	Content  MailParts
	Files    []MailedFile
	Withheld string // why the content is not shown; empty: it is
}

const (
	withheldRetracted = "A message that it may tell of was retracted since. What was retracted is shown to nobody."
	withheldDigest    = "It tells of other conversations too."
	withheldEarlier   = "It may tell of messages from before you were in this conversation."
)

// OpenMail shows staff the mail that a recipient got for a message (F25). One that has content goes into the audit log. The content is shown to those who may read all that it
// tells of, and never once something of that was taken back. Mails with links that sign somebody in belong to no message.
func (s *Service) OpenMail(ctx context.Context, a Actor, conversation, message, mail ID) (opened OpenedMail, err error) {
	err = s.update(ctx, func(tx Tx) error {
		opened = OpenedMail{} // it may run again, and less may be shown then
		u, err := tx.User(ctx, a.Office, a.User)
		if err != nil {
			return err
		}
		if err := mayMessage(u); err != nil {
			return err
		}
		last := false
		if opened.MailSent, last, err = sentFor(ctx, tx, a, conversation, message, mail); err != nil {
			return err
		}
		m, err := tx.Mail(ctx, a.Office, mail)
		if err != nil {
			return notFoundAs(err, errNoMail)
		}
		return s.open(ctx, tx, a, m, last, &opened)
	})
	return opened, err
}

// sentFor finds the mail among those that told of the message, and says whether it is the last of them.
func sentFor(ctx context.Context, rd Reader, a Actor, conversation, message, mail ID) (sent MailSent, last bool, err error) {
	m, err := visibleIn(ctx, rd, a, conversation, message)
	if err != nil {
		return sent, false, err
	}
	if a.View != StaffView {
		return sent, false, errNoMessage
	}
	list, err := deliveries(ctx, rd, m)
	if err != nil {
		return sent, false, err
	}
	for _, d := range list {
		at := slices.IndexFunc(d.Mails, func(one MailSent) bool { return one.Mail == mail })
		if at >= 0 {
			return d.Mails[at], at == len(d.Mails)-1, nil
		}
	}
	return sent, false, errNoMail
}

// open fills in what the actor may see of the mail.
func (s *Service) open(ctx context.Context, tx Tx, a Actor, m *Mail, last bool, opened *OpenedMail) (err error) {
	opened.From, opened.To, opened.Mode = s.Addresses.Conceal(a.Office, m.From), m.To, m.Mode
	if LetsOut(m.Mode).Body {
		if opened.Withheld, err = withheld(ctx, tx, a, m, last); err != nil || opened.Withheld != "" {
			return err
		}
		if err := s.note(ctx, tx, a.Office, a.User, ActMailOpened, m.ID, ""); err != nil {
			return err
		}
	}
	opened.Content = s.Letters.ReadMail(m.Raw)
	if c := &opened.Content; m.Kind == DigestMail { // whose link has the return path's local part: who has it ends the recipient's mail
		c.Text, c.HTML = s.Addresses.Conceal(a.Office, c.Text), s.Addresses.Conceal(a.Office, c.HTML)
	}
	for i := range opened.Content.Header {
		f := &opened.Content.Header[i]
		f.Value = s.Addresses.Conceal(a.Office, f.Value)
	}
	for _, e := range m.Enclosed {
		file, err := tx.Attachment(ctx, a.Office, e.File)
		if err != nil {
			return err
		}
		opened.Files = append(opened.Files, MailedFile{file.Name, e.Size})
	}
	return nil
}

// withheld says why the content of a mail is not for the actor, or nothing. What exactly a mail told of that was sent again is no longer known: it may be all there was.
func withheld(ctx context.Context, rd Reader, a Actor, m *Mail, last bool) (string, error) {
	if m.Kind == DigestMail {
		return withheldDigest, nil
	}
	access, err := accessTo(ctx, rd, a, m.Conversation)
	if err != nil {
		return "", err
	}
	sees := slices.ContainsFunc(access.Spans, func(s Span) bool { return s.covers(1) && s.covers(m.Newest) })
	if last && !sees {
		told, err := rd.Carried(ctx, *m)
		if err != nil {
			return "", err
		}
		quoted := m.Quoted == 0 || slices.ContainsFunc(access.Spans, func(s Span) bool { return s.covers(m.Quoted) && s.covers(m.Newest) })
		sees = quoted && !slices.ContainsFunc(told, func(p Position) bool { return !access.Sees(p, ForStaff) })
	}
	if !sees {
		return withheldEarlier, nil
	}
	u, err := rd.User(ctx, m.Office, m.Recipient)
	if err != nil {
		return "", err
	}
	withdrawn, _, err := withdrawnSince(ctx, rd, u, *m)
	if err != nil || !withdrawn {
		return "", err
	}
	return withheldRetracted, nil
}
