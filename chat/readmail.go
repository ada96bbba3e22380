package chat

import (
	"context"
	"math"
	"slices"
)

// Who is told by mail that a message of theirs was opened (F21). A receipt owes its authors a [ReadNotice], which only says from which place on to look; what
// was opened there, and by whom, is read from the receipts when its grace time has passed, so that reading stays as cheap as it was, and several readers
// make one mail. A message is told of once: by the first mail whose stretch it lies in.

// oweAuthors owes word to those who asked for it and wrote, for all, some of the stretch that was opened.
func (e *Effects) oweAuthors(seat seated, after, through Position, newID func() ID) {
	for _, a := range seat.g.Authored {
		if !seat.concerns(a, seat.actor.ID, ForAll) || a.Last <= after || a.First > through {
			continue
		}
		if u, p := seat.User(a.Author), seat.Thread.Participants[a.Author]; u != nil && p != nil && mayBeTold(u, p) {
			e.Notices = append(e.Notices, Notice{
				Office: u.Office, ID: newID(), Kind: ReadNotice, Conversation: p.Conversation, Position: max(a.First, after+1), Recipient: u.ID,
				After: seat.Office.Grace,
			})
		}
	}
}

func mayBeTold(u *User, p *Participant) bool { return wantsMail(u, p, Notice{Kind: ReadNotice}) }

// openedApart gives the read notices that are due, which have a mail of their own before anything else has: it must not hurry what may still be read in time. The
// others are what is left.
func openedApart(ctx context.Context, tx Tx, owed []Notice) (opened, others []Notice, err error) {
	now, err := tx.Now(ctx)
	for _, n := range owed {
		switch {
		case n.Kind != ReadNotice:
			others = append(others, n)
		case !n.DueAt.After(now):
			opened = append(opened, n)
		}
	}
	return opened, others, err
}

// untoldAtOnce is how many of an author's messages are looked at together.
const untoldAtOnce = 200

// prepareReadMail makes the mail of what was opened. What is left of it, if anything, and other notices of the claim are given up, for the next one.
func (s *Service) prepareReadMail(ctx context.Context, tx Tx, u *User, row *Row, c Claim, opened []Notice) (*Mail, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	var told carried
	if row != nil && mayBeTold(u, &row.Standing) {
		if told, err = openedSince(ctx, tx, u, opened); err != nil {
			return nil, err
		}
	}
	if len(told.messages) == 0 {
		if err := tx.SettleNotices(ctx, noticeIDs(opened), NoticeDropped, ID{}); err != nil {
			return nil, err
		}
		return nil, tx.PostponeNotices(ctx, c, now)
	}
	mail, _, err := s.composed(ctx, tx, u, row, ReadMail, told)
	if err != nil {
		return nil, err
	}
	mail.Quoted = told.messages[0].Position
	if err := tx.AddMail(ctx, *mail); err != nil {
		return nil, err
	}
	return mail, tx.PostponeNotices(ctx, c, now)
}

func noticeIDs(notices []Notice) []ID {
	ids := make([]ID, len(notices))
	for i, n := range notices {
		ids[i] = n.ID
	}
	return ids
}

// openedSince gives, of the author's messages, the first that somebody opened and no mail told of: up to one that nobody has opened, so that the mail's
// stretch holds nothing that may be opened later. Of what was opened before the author was to be told, nothing is.
func openedSince(ctx context.Context, rd Reader, u *User, opened []Notice) (told carried, err error) {
	first := slices.MinFunc(opened, func(a, b Notice) int { return int(a.Position - b.Position) })
	access, err := accessTo(ctx, rd, Actor{Office: u.Office, User: u.ID, View: u.View()}, first.Conversation)
	if err != nil {
		return told, err
	}
	receipts, err := rd.Receipts(ctx, u.Office, first.Conversation, first.Position-1, math.MaxInt64)
	if err != nil {
		return told, err
	}
	receipts = slices.DeleteFunc(receipts, func(r ReceiptShown) bool { return r.Receipt.Reader == u.ID })
	for from := first.Position; ; {
		page, err := rd.Untold(ctx, u.Office, first.Conversation, u.ID, from, untoldAtOnce)
		if err != nil {
			return told, err
		}
		if run := firstRun(page, u, access, receipts); len(run) > 0 {
			return carriedOf(ctx, rd, first.Conversation, u, run, receipts)
		}
		if len(page) < untoldAtOnce {
			return told, nil
		}
		from = page[len(page)-1] + 1
	}
}

// firstRun gives those that were opened, up to one that nobody has opened yet. Receipts are oldest first.
func firstRun(page []Position, u *User, access Access, receipts []ReceiptShown) (run []Position) {
	for _, at := range page {
		i := slices.IndexFunc(receipts, func(r ReceiptShown) bool { return r.covers(at) })
		switch {
		case i < 0 && len(run) > 0:
			return run
		case i >= 0 && !receipts[i].At.Before(u.ToldRead) && access.Sees(at, ForAll):
			run = append(run, at)
		}
	}
	return run
}

// covers says whether the receipt is for what stands there.
func (r *Receipt) covers(at Position) bool { return r.After < at && at <= r.Through }

// mostExcerpt is how many characters a mail that a message was opened shows of it.
const mostExcerpt = 300

// carriedOf is what a mail shows of messages that were opened: their beginnings, and who opened them.
func carriedOf(ctx context.Context, rd Reader, conversation ID, u *User, run []Position, receipts []ReceiptShown) (told carried, err error) {
	at := make([]MessagePlace, len(run))
	for i, position := range run {
		at[i] = MessagePlace{conversation, position}
	}
	found, err := rd.MessagesAt(ctx, u.Office, at)
	if err != nil {
		return told, err
	}
	for _, place := range at {
		if m := found[place]; m != nil {
			one := *m
			one.Important = false // the mail is not
			one.Text, one.HTML, one.Attachments, one.Signature = shortened(m.Text, mostExcerpt), "", nil, [32]byte{}
			told.add(&one)
		}
	}
	told.messages = told.messages[:told.shown] // the rest has the next mail
	for _, r := range receipts {
		if !slices.Contains(told.readers, r.Reader) && slices.ContainsFunc(run, r.covers) {
			told.readers = append(told.readers, r.Reader)
		}
	}
	return told, nil
}
