package chat

import (
	"context"
	"slices"
	"time"
)

// maxReferences bounds References (RFC 5322, section 3.6.4, sets no bound): the first mail, by which programs know the thread, and the last ones, of which they have some.
const maxReferences = 20

// sentBefore gives the mails that the recipient was sent of the conversation, oldest first: the first of all, and the last ones. What never left is not among them.
func sentBefore(ctx context.Context, rd Reader, u *User, conversation ID) ([]Mail, error) {
	mails, err := rd.Mails(ctx, u.Office, u.ID, conversation, maxReferences)
	if err != nil {
		return nil, err
	}
	if len(mails) == maxReferences {
		first, err := rd.FirstMail(ctx, u.Office, u.ID, conversation)
		switch {
		case err == nil:
			mails[maxReferences-1] = *first
		case KindOf(err) != NotFound:
			return nil, err
		}
	}
	slices.Reverse(mails)
	return slices.DeleteFunc(mails, func(m Mail) bool { return !m.State.went() }), nil
}

// went says whether the recipient may have the mail, or get it yet.
func (s MailState) went() bool { return s != MailDropped && s != MailFailed }

// thread says beside which mails this one belongs.
func (f *NoticeFacts) thread(sent []Mail) {
	first := f.Mail
	if len(sent) > 0 {
		first = sent[0].ID
	}
	f.Began = time.UnixMilli(first.millis()).UTC()
	for _, m := range sent {
		f.PreviousIDs = append(f.PreviousIDs, m.MessageID)
	}
}

// subjectBefore is the subject of the last mail that had one of its own: a title that is changed must not tear the thread apart (F8), and they have seen this one.
func subjectBefore(sent []Mail) string {
	for _, m := range slices.Backward(sent) {
		if m.Subject != "" {
			return m.Subject
		}
	}
	return ""
}

// begunBy gives the Message-ID of the letter with which the recipient began the conversation (F36), without brackets, for the mails to them alone: it is their own.
// Empty: they began it otherwise, somebody else did, or it is not fit for a header.
func begunBy(ctx context.Context, rd Reader, u *User, c *Conversation) (string, error) {
	if c.StartedBy != u.ID {
		return "", nil
	}
	first := MessagePlace{Conversation: c.ID, Position: firstPosition}
	found, err := rd.MessagesAt(ctx, u.Office, []MessagePlace{first})
	m := found[first]
	if err != nil || m == nil || m.Letter.IsZero() {
		return "", err
	}
	l, err := rd.Letter(ctx, u.Office, m.Letter)
	switch {
	case KindOf(err) == NotFound:
		return "", nil
	case err != nil:
		return "", err
	}
	return foreignID(l.MessageID), nil
}

const (
	mostEarlier       = 3
	mostEarlierLength = 1_000 // characters of each
)

// lookBack puts in the last messages before those that are told of, as far as the recipient may see them: never one that a mail to them has kept to itself, since that was
// written when mail was to say nothing.
func (f *NoticeFacts) lookBack(ctx context.Context, rd Reader, u *User, told carried, sent []Mail) error {
	if f.Copy || f.Opened || len(told.messages) == 0 {
		return nil
	}
	access, err := accessTo(ctx, rd, Actor{Office: u.Office, User: u.ID, View: u.View()}, f.Conversation)
	if err != nil {
		return err
	}
	before, err := rd.Messages(ctx, MessageQuery{
		Office: u.Office, Conversation: f.Conversation, Access: access, Before: told.messages[0].Position, Limit: 2 * mostEarlier,
	})
	if err != nil {
		return err
	}
	private := keptPrivate(sent)
	var list []Message // newest first
	sure := 0          // of these; an own one is by an older one that is
	for i := len(before) - 1; i >= 0 && len(list) < mostEarlier; i-- {
		m := before[i].For(u.View())
		if m.Kind == Happen || m.Withdrawn != "" || m.Text == "" {
			continue
		}
		open := false
		if own := m.Author.ID == u.ID; !own {
			if open, err = toldOpenly(ctx, rd, u, &m); err != nil {
				return err
			}
			if !open {
				break
			}
		}
		if m.Position <= private {
			break
		}
		m.Text, m.HTML, m.Attachments = shortened(m.Text, mostEarlierLength), "", nil
		if list = append(list, m); open {
			sure = len(list)
		}
	}
	f.Content.Earlier = list[:sure]
	slices.Reverse(f.Content.Earlier)
	return nil
}

// toldOpenly says whether a mail of the conversation's said to the recipient what the message says. What they read here alone, or a digest told of, may have been written when
// mail was to say nothing: nobody keeps when that was. A digest belongs to no conversation, and may have kept this one to itself though it has words of others.
func toldOpenly(ctx context.Context, rd Reader, u *User, m *Message) (bool, error) {
	notices, err := rd.NoticesOf(ctx, u.Office, m.Conversation, m.Position)
	if err != nil {
		return false, err
	}
	var ids []ID
	for _, n := range notices {
		if n.Recipient == u.ID && !n.Mail.IsZero() {
			ids = append(ids, n.Mail)
		}
	}
	if len(ids) == 0 {
		return false, nil
	}
	mails, err := rd.MailsByID(ctx, u.Office, ids)
	return slices.ContainsFunc(mails, func(m Mail) bool { return m.Kind == NoticeMail && m.State.went() && LetsOut(m.Mode).Body }), err
}

// keptPrivate is the newest message that a mail told of without saying more.
func keptPrivate(sent []Mail) (through Position) {
	for _, m := range sent {
		if !LetsOut(m.Mode).Body {
			through = max(through, m.Newest)
		}
	}
	return through
}

// shortened is the text, or so many characters of it and a sign that there is more.
func shortened(text string, most int) string {
	n := 0
	for i := range text {
		if n == most {
			return text[:i] + "…"
		}
		n++
	}
	return text
}
