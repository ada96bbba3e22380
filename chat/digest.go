package chat

import (
	"bytes"
	"context"
	"slices"
	"time"
)

// Limits of what a digest shows.
const (
	mostDigested      = 50  // conversations
	mostDigestedLines = 5   // messages of each: the newest
	mostDigestedRunes = 280 // of each message
	mostTogether      = 100 // conversations that it tells of in all, each some ten queries in one transaction; another tells of the rest
)

// DigestFacts is all that a digest may be made of. Parts are empty in privacy mode, so a composer cannot reveal them.
type DigestFacts struct {
	Office    Office
	To        User
	Mail      ID
	MessageID string
	Mode      Mode
	Parts     []DigestPart // in the order of their oldest message
	More      bool         // messages wait in other conversations too, that mail says nothing of
	At        time.Time
}

// DigestPart is a conversation in which messages wait.
type DigestPart struct {
	Conversation ID
	Title        string
	Important    bool
	Count        int       // messages that wait
	Since        time.Time // when the oldest of them was written
	Messages     []Message // the newest of them, oldest first, as the recipient may see them; their text cut short, without HTML
}

// owedNow gives what the claim owes now, and whether it goes in a digest: it is what is owed over all conversations then. Nothing when its recipient wants it later, and it is
// kept back. What they choose meanwhile waits until that is done: setting it looks at what was kept back.
func (s *Service) owedNow(ctx context.Context, tx Tx, u *User, c Claim) (owed []Notice, digest bool, err error) {
	times := u.Mail
	if !times.none() {
		if times, err = tx.HoldMailTimes(ctx, u.Office, u.ID); err != nil {
			return nil, false, err
		}
	}
	if owed, err = tx.Owed(ctx, c); err != nil || len(owed) == 0 || times.none() {
		return owed, false, err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, false, err
	}
	if at := asEver(owed, now); times.Digest != 0 && len(at) > 0 { // alone: what a digest is to carry stays for its hour
		if end := times.quietEnd(now); end.After(now) {
			return nil, false, tx.PostponeNotices(ctx, c, end)
		}
		return at, false, nil
	}
	due := slices.DeleteFunc(slices.Clone(owed), func(n Notice) bool { return n.DueAt.After(now) })
	if len(due) == 0 {
		return nil, false, tx.PostponeNotices(ctx, c, now)
	}
	first := due[max(0, slices.IndexFunc(due, func(n Notice) bool { return n.KeptBack }))] // its hour has come, whatever came since
	if next := times.next(first.DueAt, now, first.KeptBack); next.After(now) {
		return nil, false, tx.KeepBack(ctx, c, next)
	}
	if times.Digest != 0 {
		owed, err = tx.OwedTogether(ctx, c, mostTogether)
	}
	return owed, times.Digest != 0, err
}

// digested says whether a digest may carry the notice. What is about their own messages is no news that waits for its author to read it, and what staff had sent again
// was asked for: both go alone, before what is kept back in their conversation.
func digested(n Notice) bool { return n.Kind != CopyNotice && n.Kind != ReadNotice && n.Mail.IsZero() }

// asEver is what is due of the notices that no digest carries.
func asEver(owed []Notice, now time.Time) (list []Notice) {
	for _, n := range owed {
		if !digested(n) && !n.DueAt.After(now) {
			list = append(list, n)
		}
	}
	return list
}

// digesting is a digest while it is put together.
type digesting struct {
	facts   DigestFacts
	carried []ID // notices that it tells of
	told    []told
	drop    []ID
}

// told is what a digest tells of a conversation, whether it shows it or only counts it in.
type told struct {
	conversation ID
	messages     []Message
}

// prepareDigest makes one mail of what is owed in many conversations.
func (s *Service) prepareDigest(ctx context.Context, tx Tx, u *User, owed []Notice) (*Mail, error) {
	d, err := s.digest(ctx, tx, u, slices.DeleteFunc(owed, func(n Notice) bool { return !digested(n) }))
	if err != nil {
		return nil, err
	}
	if err := tx.SettleNotices(ctx, d.drop, NoticeDropped, ID{}); err != nil || len(d.carried) == 0 {
		return nil, err
	}
	composed, err := s.Composer.Digest(d.facts)
	if err != nil {
		return nil, err
	}
	now := d.facts.At
	mail := Mail{
		Office: u.Office, ID: d.facts.Mail, Kind: DigestMail, Recipient: u.ID, From: composed.From, To: composed.To, MessageID: d.facts.MessageID,
		Mode: d.facts.Mode, Raw: composed.Raw, State: MailSending, Attempts: 1, Token: s.NewID(), Until: now.Add(sendLease), CreatedAt: now,
	}
	if err := tx.AddMail(ctx, mail); err != nil {
		return nil, err
	}
	if err := tx.SettleTogether(ctx, d.carried, mail.ID); err != nil {
		return nil, err
	}
	for _, t := range d.told {
		if err := tx.ReleaseCopies(ctx, u.Office, t.conversation, places(t.messages)); err != nil {
			return nil, err
		}
	}
	return &mail, nil
}

// digest puts together what is still owed, and may be said of it.
func (s *Service) digest(ctx context.Context, tx Tx, u *User, owed []Notice) (*digesting, error) {
	office, err := tx.Office(ctx, u.Office)
	if err != nil {
		return nil, err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	d := &digesting{facts: DigestFacts{
		Office: *office, To: u.withoutPassword(), Mail: s.NewID(), MessageID: opaqueID() + "@" + office.MailDomain, Mode: Privacy, At: now,
	}}
	for _, some := range byConversation(owed) {
		if err := s.addToDigest(ctx, tx, d, u, some); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(d.facts.Parts, func(a, b DigestPart) int { return a.Since.Compare(b.Since) })
	if d.facts.Mode == Privacy {
		d.facts.More = false
	}
	return d, nil
}

// byConversation takes what is owed apart.
func byConversation(owed []Notice) (list [][]Notice) {
	for len(owed) > 0 {
		conversation := owed[0].Conversation
		n := slices.IndexFunc(owed, func(n Notice) bool { return n.Conversation != conversation })
		if n < 0 {
			n = len(owed)
		}
		list, owed = append(list, owed[:n]), owed[n:]
	}
	return list
}

// addToDigest adds what is owed in one conversation.
func (s *Service) addToDigest(ctx context.Context, tx Tx, d *digesting, u *User, owed []Notice) error {
	row, err := rowFor(ctx, tx, u, owed[0].Conversation)
	if err != nil {
		return err
	}
	still, err := s.stillOwed(ctx, tx, u, row, owed)
	if err != nil {
		return err
	}
	d.drop = append(d.drop, still.drop...)
	messages := still.messages.messages
	if len(messages) == 0 {
		return nil
	}
	in := map[ID]bool{}
	for _, m := range messages {
		in[m.ID] = true
	}
	for _, n := range owed {
		if in[n.Message] {
			d.carried = append(d.carried, n.ID)
		}
	}
	d.told = append(d.told, told{row.Conversation.ID, messages})
	mode, err := modeFor(ctx, tx, &d.facts.Office, u, &row.Summary)
	if err != nil {
		return err
	}
	if !LetsOut(mode).Body || len(d.facts.Parts) == mostDigested {
		d.facts.More = true
		return nil
	}
	d.facts.Mode = mode
	part, err := digestPart(ctx, tx, u, row, messages)
	d.facts.Parts = append(d.facts.Parts, part)
	return err
}

// digestPart is what a digest says of a conversation.
func digestPart(ctx context.Context, rd Reader, u *User, row *Row, messages []Message) (DigestPart, error) {
	part := DigestPart{Conversation: row.Conversation.ID, Title: row.Conversation.Title, Important: row.Conversation.Important, Count: len(messages), Since: messages[0].At}
	var at []MessagePlace
	for _, m := range messages[max(0, len(messages)-mostDigestedLines):] {
		at = append(at, MessagePlace{m.Conversation, m.Position}) // of many, the newest may have come without their words
	}
	found, err := rd.MessagesAt(ctx, u.Office, at)
	for _, place := range at {
		if m := found[place]; m != nil {
			line := m.For(u.View())
			line.HTML, line.Text = "", cutShort(line.Text)
			part.Messages, part.Important = append(part.Messages, line), part.Important || m.Important
		}
	}
	return part, err
}

// cutShort is the beginning of a text.
func cutShort(text string) string {
	runes := 0
	for i := range text {
		if runes++; runes > mostDigestedRunes {
			return text[:i] + "…"
		}
	}
	return text
}

// digestAsOfNow is a digest as it may go by now: what was read or retracted since, or may no longer be told, is left out of it; nil: nothing is left.
func (s *Service) digestAsOfNow(ctx context.Context, tx Tx, u *User, m Mail) (*Mail, error) {
	suppressed, err := suppressionOf(ctx, tx, u.Office, m.To)
	if err != nil {
		return nil, err
	}
	if suppressed != nil {
		return nil, s.dropMail(ctx, tx, m, "the address is suppressed")
	}
	owed, err := tx.Digested(ctx, m)
	if err != nil {
		return nil, err
	}
	d, err := s.digest(ctx, tx, u, owed)
	switch {
	case err != nil:
		return nil, err
	case len(d.carried) == 0:
		return nil, s.dropMail(ctx, tx, m, "read meanwhile, or no longer allowed")
	case !LetsOut(m.Mode).Body:
		return &m, nil
	}
	anew := d.facts
	d.facts.Mail, d.facts.MessageID, d.facts.At = m.ID, m.MessageID, m.CreatedAt
	composed, err := s.Composer.Digest(d.facts)
	if err != nil || bytes.Equal(composed.Raw, m.Raw) {
		return &m, err
	}
	d.facts = anew // titles and words are others by now, or are told no more
	if composed, err = s.Composer.Digest(d.facts); err != nil {
		return nil, err
	}
	return s.replaceMail(ctx, tx, m, d.facts.Mail, d.facts.MessageID, d.facts.Mode, composed)
}
