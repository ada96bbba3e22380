package chat

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"slices"
	"time"
)

// The lease on an attempt outlasts the hard deadline of a send, so that a mail is not sent again while it may still be going.
const (
	SendDeadline    = 3 * time.Minute
	sendLease       = SendDeadline + time.Minute
	claimLease      = 30 * time.Second
	PrepareDeadline = claimLease - 5*time.Second // to make a mail of a claim
)

// ClaimNotices leases what is due: at most limit pairs of recipient and conversation, for [Service.PrepareMail].
func (s *Service) ClaimNotices(ctx context.Context, limit int) (claims []Claim, err error) {
	_, err = s.Store.Update(ctx, func(tx Tx) error {
		now, err := tx.Now(ctx)
		if err == nil {
			claims, err = tx.ClaimNotices(ctx, s.NewID(), now.Add(claimLease), limit)
		}
		return err
	})
	return claims, err
}

// PrepareMail makes one mail of what the claim still owes, composed by the mode of this moment, and commits its exact bytes before anybody
// connects. Nil: nothing is owed any more, or somebody else has it.
func (s *Service) PrepareMail(ctx context.Context, c Claim) (mail *Mail, err error) {
	mail, err = s.preparedMail(ctx, c, nil)
	if unlooked, ok := errors.AsType[*uncleared](err); ok {
		clean, err := s.clear(ctx, unlooked.files)
		if err != nil {
			return nil, err
		}
		return s.preparedMail(ctx, c, clean)
	}
	return mail, err
}

func (s *Service) preparedMail(ctx context.Context, c Claim, clean cleared) (mail *Mail, err error) {
	err = s.update(ctx, func(tx Tx) error { // staff are told where the address is suppressed
		mail, err = s.prepareMail(ctx, tx, c, clean)
		return err
	})
	return mail, err
}

func (s *Service) prepareMail(ctx context.Context, tx Tx, c Claim, clean cleared) (*Mail, error) {
	u, err := tx.User(ctx, c.Office, c.Recipient)
	if err != nil {
		return nil, err
	}
	suppressed, err := suppressionOf(ctx, tx, u.Office, u.Email)
	if err != nil {
		return nil, err
	}
	if suppressed != nil {
		return nil, s.dropSuppressed(ctx, tx, c, u)
	}
	owed, digest, err := s.owedNow(ctx, tx, u, c)
	if err != nil || len(owed) == 0 {
		return nil, err
	}
	if digest {
		return s.prepareDigest(ctx, tx, u, owed)
	}
	row, err := rowFor(ctx, tx, u, c.Conversation)
	if err != nil {
		return nil, err
	}
	opened, owed, err := openedApart(ctx, tx, owed)
	if err != nil {
		return nil, err
	}
	if len(opened) > 0 {
		return s.prepareReadMail(ctx, tx, u, row, c, opened)
	}
	still, err := s.stillOwed(ctx, tx, u, row, owed)
	if err != nil {
		return nil, err
	}
	still.messages.clean, still.copies.clean = clean, clean
	if err := tx.SettleNotices(ctx, still.drop, NoticeDropped, ID{}); err != nil {
		return nil, err
	}
	switch {
	case !still.undoUntil.IsZero(): // one mail, when the last of them can no longer be undone
		return nil, tx.PostponeNotices(ctx, c, still.undoUntil)
	case len(still.messages.messages) > 0: // copies, if any, go with the next mail
		return s.composeMail(ctx, tx, u, row, NoticeMail, still.messages)
	case len(still.copies.messages) > 0:
		return s.composeMail(ctx, tx, u, row, CopyMail, still.copies)
	}
	return nil, nil
}

// still is what a recipient is owed at this moment.
type still struct {
	messages, copies carried // not read yet, and visible; copies of their own
	drop             []ID    // notices of the rest

	grace     time.Duration
	undoUntil time.Time // when no message that was written in the first one's grace time can be undone any more; zero: now
}

// waits leaves a message owed that may still be undone: it was claimed with an earlier one that is due. It goes with it if it came within its grace
// time (F26), so that a mail waits for the time to undo once at most.
func (s *still) waits(m *Message) {
	if len(s.messages.messages) > 0 && m.At.Before(s.messages.messages[0].At.Add(s.grace)) {
		s.undoUntil = m.UndoUntil
	}
}

// rowFor is the conversation as its recipient's list shows it; nil: not at all.
func rowFor(ctx context.Context, rd Reader, u *User, conversation ID) (*Row, error) {
	row, err := oneRow(ctx, rd, Actor{Office: u.Office, User: u.ID, View: u.View()}, conversation)
	if KindOf(err) == NotFound {
		return nil, nil
	}
	return row, err
}

// stillOwed tells what the recipient has not read yet and may still see, and copies of their own, from what is to be dropped.
func (s *Service) stillOwed(ctx context.Context, tx Tx, u *User, row *Row, owed []Notice) (left still, err error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return left, err
	}
	office, err := tx.Office(ctx, u.Office)
	if err != nil {
		return left, err
	}
	left.grace = office.Grace
	spans, err := tx.Spans(ctx, u.Office, u.ID, []ID{owed[0].Conversation})
	if err != nil {
		return left, err
	}
	access := Access{View: u.View(), Spans: spans[owed[0].Conversation]}
	for some := range slices.Chunk(owed, mostCarried) { // their texts are in memory together
		at := make([]MessagePlace, len(some))
		for i, n := range some {
			at[i] = MessagePlace{n.Conversation, n.Position}
		}
		found, err := tx.MessagesAt(ctx, u.Office, at)
		if err != nil {
			return left, err
		}
		for i, n := range some {
			m := found[at[i]]
			switch {
			case n.DueAt.After(now) && m != nil && m.Withdrawn == "" && m.UndoUntil.After(now):
				left.waits(m)
			case row == nil || m == nil || m.Withdrawn != "" || !wantsMail(u, &row.Standing, n) || !access.Sees(m.Position, m.Audience):
				left.drop = append(left.drop, n.ID)
			case n.Kind == CopyNotice:
				left.copies.add(m)
			case n.Kind == ReadNotice: // has a mail of its own
				left.drop = append(left.drop, n.ID)
			default:
				left.messages.add(m)
			}
		}
	}
	return left, nil
}

// wantsMail says whether a notice is still owed: not once left or deactivated, and but for a copy, not once read; where the recipient muted
// the conversation, a mention alone is.
func wantsMail(u *User, p *Participant, n Notice) bool {
	switch {
	case mayMessage(u) != nil || u.Email == "" || !p.Active:
		return false
	case n.Kind == CopyNotice:
		return true
	case n.Kind == ReadNotice:
		return !p.Muted && !u.ToldRead.IsZero()
	}
	return p.LastRead < n.Position && (!p.Muted || n.Kind == MentionNotice)
}

func (s *Service) composeMail(ctx context.Context, tx Tx, u *User, row *Row, kind MailKind, told carried) (*Mail, error) {
	mail, address, err := s.composed(ctx, tx, u, row, kind, told)
	if err != nil {
		return nil, err
	}
	if mail.Again, err = failedBefore(ctx, tx, u, told.messages); err != nil {
		return nil, err
	}
	if err := tx.AddMail(ctx, *mail); err != nil {
		return nil, err
	}
	if err := s.settleCarried(ctx, tx, u, told.messages, NoticeMailed, mail.ID); err != nil {
		return nil, err
	}
	if kind != NoticeMail { // of their own words: who answers it need not know of others'
		return mail, nil
	}
	if err := tx.ReleaseCopies(ctx, u.Office, row.Conversation.ID, places(told.messages)); err != nil {
		return nil, err
	}
	return mail, tx.MarkMailed(ctx, address.Reply, mail.Newest)
}

// composed is the mail with its bytes, about to be sent.
func (s *Service) composed(ctx context.Context, tx Tx, u *User, row *Row, kind MailKind, told carried) (*Mail, *ReplyAddress, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, nil, err
	}
	facts, address, err := s.noticeFacts(ctx, tx, u, row, kind, told)
	if err != nil {
		return nil, nil, err
	}
	composed, err := s.Composer.Notice(facts)
	if err != nil {
		return nil, nil, err
	}
	mail := &Mail{
		Office: u.Office, ID: facts.Mail, Kind: kind, Recipient: u.ID, Conversation: row.Conversation.ID,
		Newest: told.newest(&facts), From: composed.From, To: composed.To, MessageID: facts.MessageID,
		Mode: facts.Mode, Raw: composed.Raw, Enclosed: composed.Enclosed, State: MailSending, Attempts: 1, Token: s.NewID(), Until: now.Add(sendLease), CreatedAt: now,
	}
	if facts.Content != nil {
		mail.Subject = facts.Content.Subject
		if len(facts.Content.Earlier) > 0 {
			mail.Quoted = facts.Content.Earlier[0].Position
		}
	}
	return mail, address, nil
}

func places(messages []Message) []Position {
	at := make([]Position, len(messages))
	for i, m := range messages {
		at[i] = m.Position
	}
	return at
}

// settleCarried settles what the recipient is owed of the messages.
func (s *Service) settleCarried(ctx context.Context, tx Tx, u *User, messages []Message, to NoticeState, mail ID) error {
	due, err := dueOf(ctx, tx, u, messages)
	if err != nil {
		return err
	}
	ids := make([]ID, len(due))
	for i, n := range due {
		ids[i] = n.ID
	}
	return tx.SettleNotices(ctx, ids, to, mail)
}

// failedBefore is the latest mail that carried something of the messages and failed, or zero.
func failedBefore(ctx context.Context, rd Reader, u *User, messages []Message) (mail ID, err error) {
	due, err := dueOf(ctx, rd, u, messages)
	for _, n := range due {
		if !n.Mail.IsZero() {
			mail = n.Mail
		}
	}
	return mail, err
}

// dueOf gives what the recipient is owed of the messages.
func dueOf(ctx context.Context, rd Reader, u *User, messages []Message) ([]Notice, error) {
	carried := map[ID]bool{}
	for _, m := range messages {
		carried[m.ID] = true
	}
	due, err := rd.Notices(ctx, u.Office, u.ID, messages[0].Conversation)
	return slices.DeleteFunc(due, func(n Notice) bool { return !carried[n.Message] }), err
}

// noticeFacts gathers what the mail may be made of: content only where the mode lets it out.
func (s *Service) noticeFacts(ctx context.Context, tx Tx, u *User, row *Row, kind MailKind, told carried) (NoticeFacts, *ReplyAddress, error) {
	office, err := tx.Office(ctx, u.Office)
	if err != nil {
		return NoticeFacts{}, nil, err
	}
	mode, err := modeFor(ctx, tx, office, u, &row.Summary)
	if err != nil {
		return NoticeFacts{}, nil, err
	}
	address, err := tx.AddressFor(ctx, u.Office, row.Conversation.ID, u.ID, randomReply())
	if err != nil {
		return NoticeFacts{}, nil, err
	}
	sent, err := sentBefore(ctx, tx, u, row.Conversation.ID)
	if err != nil {
		return NoticeFacts{}, nil, err
	}
	f := NoticeFacts{
		Office: *office, To: u.withoutPassword(), Mail: s.NewID(), Mode: mode,
		Conversation: row.Conversation.ID, Copy: kind == CopyMail, At: s.now(),
	}
	f.MessageID, f.ReplyLocal = opaqueID()+"@"+office.MailDomain, s.Addresses.Reply(*address)
	f.Opened = kind == ReadMail
	f.thread(sent)
	f.reveal(row, u.View(), told)
	if f.Content != nil {
		f.Content.Subject = cmp.Or(subjectBefore(sent), f.Content.Title)
		if f.Content.Answers, err = begunBy(ctx, tx, u, &row.Conversation); err != nil {
			return NoticeFacts{}, nil, err
		}
		if err := f.lookBack(ctx, tx, u, told, sent); err != nil {
			return NoticeFacts{}, nil, err
		}
	}
	if err := s.enclose(&f, told); err != nil {
		return NoticeFacts{}, nil, err
	}
	return f, address, f.sign(ctx, tx)
}

// reveal puts in what the mode lets out.
func (f *NoticeFacts) reveal(row *Row, v View, told carried) {
	if let := LetsOut(f.Mode); !let.Body {
		return
	}
	f.Count = len(told.messages)
	f.Content = &MailContent{Title: row.Conversation.Title, Important: row.Conversation.Important && !f.Opened, More: len(told.messages) - told.shown, Readers: told.readers}
	for _, m := range told.messages[:told.shown] {
		f.Content.Messages = append(f.Content.Messages, m.For(v))
		f.Content.Important = f.Content.Important || m.Important
	}
}

// sign puts in the signatures below what the mail shows.
func (f *NoticeFacts) sign(ctx context.Context, rd Reader) error {
	if f.Content == nil {
		return nil
	}
	f.Content.Signatures = make([]Signature, len(f.Content.Messages))
	for i, m := range f.Content.Messages {
		var err error
		if f.Content.Signatures[i], err = signatureOf(ctx, rd, m.Office, m.Signature); err != nil {
			return err
		}
	}
	return nil
}

func randomReply() int64 {
	var b [8]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return int64(binary.BigEndian.Uint64(b[:]))
}

// opaqueID is 128 random bits: a Message-ID's left side that tells nothing.
func opaqueID() string { return rand.Text() }

// Backoff is the wait before the next attempt, growing to four hours; false: it was tried long enough.
func Backoff(attempts int, created, now time.Time) (time.Duration, bool) {
	if now.Sub(created) > 5*24*time.Hour {
		return 0, false
	}
	wait := 30 * time.Second << min(attempts, 9)
	return min(wait, 4*time.Hour), true
}
