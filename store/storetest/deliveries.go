package storetest

import (
	"context"
	"time"

	"postern/chat"
)

var deliveries = []test{
	{"every notice of a message is told, with what became of it", func(p *practice) {
		conv := p.start("A", p.staff, p.anna, p.bert)
		sent, _ := p.send(post{author: p.staff, conversation: conv, text: "x", dueAt: p.from})
		other, _ := p.send(post{author: p.staff, conversation: conv, text: "y", dueAt: p.from})
		p.holdCopy(sent)
		annas := p.waiting(p.anna, conv)
		mail := newID()
		p.settleTo(annas[:1], chat.NoticeMailed, mail)
		got := p.noticesOf(conv, sent.Position)
		p.same("recipients", sorted(ids(got, func(n chat.Noticed) chat.ID { return n.Recipient })...), sorted(p.anna.ID, p.bert.ID))
		for _, n := range got {
			want := map[chat.ID]chat.NoticeState{p.anna.ID: chat.NoticeMailed, p.bert.ID: chat.NoticeDue}[n.Recipient]
			p.same("became", n.Became, want)
			p.same("settled, mail", []bool{n.SettledAt.IsZero(), n.Mail == mail}, []bool{want == chat.NoticeDue, want == chat.NoticeMailed})
		}
		p.settleTo(p.waiting(p.bert, conv)[:1], chat.NoticeSuppressed, chat.ID{})
		for _, n := range p.noticesOf(conv, sent.Position) {
			p.same("settled", n.SettledAt.IsZero(), false)
		}
		for _, n := range p.noticesOf(conv, other.Position) {
			p.same("the other message's", n.Became, chat.NoticeDue)
		}
		p.same("of nothing", len(p.noticesOf(conv, other.Position+1<<20)), 0)
	}},
	{"what a mail carried is owed again, or carried by another, and nothing else is", func(p *practice) {
		conv := p.start("A", p.staff, p.anna, p.bert)
		for range 2 {
			p.send(post{author: p.staff, conversation: conv, text: "x", dueAt: p.from})
		}
		owed := p.waiting(p.anna, conv)
		first := p.mail(p.anna, conv, func(m *chat.Mail) { m.State, m.Newest = chat.MailFailed, owed[1].Position })
		second := p.mail(p.anna, conv, func(m *chat.Mail) { m.Again, m.Newest = first.ID, owed[1].Position })
		p.same("stored", p.storedMail(second.ID).Again, first.ID)
		p.settleTo(owed, chat.NoticeMailed, first.ID)
		p.settleTo(p.waiting(p.bert, conv), chat.NoticeDropped, chat.ID{})
		again := func(m chat.Mail) (n int64) {
			p.update(func(tx chat.Tx) (err error) { n, err = tx.OweAgain(p.Context(), m); return err })
			return n
		}
		p.same("of a mail that carried nothing", again(second), int64(0))
		p.same("owed again", again(first), int64(2))
		p.same("a second time", again(first), int64(0))
		waits := p.waiting(p.anna, conv)
		p.same("waits", []any{len(waits), waits[0].Mail, waits[0].DueAt.After(time.Now().Add(time.Minute))}, []any{2, first.ID, false})
		p.same("bert", len(p.waiting(p.bert, conv)), 0)
		carried := func(m chat.Mail) []chat.Position {
			return read(p, func(ctx context.Context, r chat.Reader) ([]chat.Position, error) { return r.Carried(ctx, m) })
		}
		p.same("carried while it is owed again", carried(first), []chat.Position{owed[0].Position, owed[1].Position})
		p.settle(p.owed(p.claim(9)[0])[:1], chat.NoticeDropped)
		p.settleTo(p.waiting(p.anna, conv), chat.NoticeMailed, second.ID)
		p.same("carried by the second", carried(second), []chat.Position{owed[1].Position})
		p.same("carried by the first still", carried(first), []chat.Position(nil))
		third := newID()
		p.update(func(tx chat.Tx) error { return tx.CarryOver(p.Context(), second, third) })
		for _, n := range p.noticesOf(conv, owed[1].Position) {
			if n.Recipient == p.anna.ID {
				p.same("carried", n.Mail, third)
			}
		}
	}},
	{"a report stays on its mail, whatever becomes of the attempt", func(p *practice) {
		token := newID()
		m := p.mail(p.anna, newID(), func(m *chat.Mail) { m.State, m.Token, m.Until = chat.MailSending, token, time.Now().Add(time.Hour) })
		other := p.mail(p.bert, newID(), nil)
		at := p.now()
		p.update(func(tx chat.Tx) error {
			return tx.ReportMail(p.Context(), p.office.ID, m.ID, chat.ReportFailed, "5.1.1 no such user", at)
		})
		p.same("finished", p.finish(m.ID, token, chat.MailResult{State: chat.MailAccepted, QueueID: "4F2"}, false), true)
		got := read(p, func(ctx context.Context, r chat.Reader) ([]chat.Mail, error) {
			return r.MailsByID(ctx, p.office.ID, []chat.ID{m.ID, newID()})
		})
		p.same("found", len(got), 1)
		p.same("reported", []any{got[0].State, got[0].Report, got[0].ReportReason, got[0].ReportedAt, got[0].SettledAt.IsZero(), len(got[0].Raw)},
			[]any{chat.MailAccepted, chat.ReportFailed, "5.1.1 no such user", at, false, 0})
		p.same("another's", p.storedMail(other.ID).Report, chat.MailReport(""))
	}},
	{"an address is suppressed once, until it is cleared", func(p *practice) {
		one := chat.Suppression{
			Office: p.office.ID, ID: newID(), Address: "anna@example.com", User: p.anna.ID, Cause: chat.SuppressedByBounce, Reason: "5.1.1", Mail: newID(), At: p.now(),
		}
		p.update(func(tx chat.Tx) error { return tx.Suppress(p.Context(), one) })
		find := func() error {
			return p.store.View(p.Context(), func(r chat.Reader) error {
				got, err := r.Suppression(p.Context(), p.office.ID, one.Address)
				if err == nil {
					p.same("kept", *got, one)
				}
				return err
			})
		}
		p.same("found", find(), nil)
		p.same("all", read(p, func(ctx context.Context, r chat.Reader) ([]chat.Suppression, error) {
			return r.Suppressions(ctx, p.office.ID, 9)
		}), []chat.Suppression{one})
		p.refused(chat.Conflict, "again", func() error {
			two := one
			two.ID = newID()
			_, err := p.store.Update(p.Context(), func(tx chat.Tx) error { return tx.Suppress(p.Context(), two) })
			return err
		})
		cleared := func(office chat.ID) (did bool) {
			p.update(func(tx chat.Tx) (err error) { did, err = tx.ClearSuppression(p.Context(), office, one.ID); return err })
			return did
		}
		p.same("by another office", cleared(newID()), false)
		p.same("cleared", cleared(p.office.ID), true)
		p.same("twice", cleared(p.office.ID), false)
		p.refused(chat.NotFound, "gone", find)
	}},
	{"answers by mail are told, those alone", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		first, _ := p.send(post{author: p.staff, conversation: conv, text: "x"})
		l := p.letter()
		answer, _ := p.send(post{author: p.anna, conversation: conv, text: "by mail", letter: &l, via: chat.ViaLetter})
		p.send(post{author: p.anna, conversation: conv, text: "in the browser"})
		after := func(at chat.Position) []chat.Answer {
			return read(p, func(ctx context.Context, r chat.Reader) ([]chat.Answer, error) {
				return r.Answers(ctx, p.office.ID, conv, at, 9)
			})
		}
		p.same("after the first", after(first.Position), []chat.Answer{{Author: p.anna.ID, Message: answer.ID, At: answer.At}})
		p.same("after itself", len(after(answer.Position)), 0)
	}},
}

func (p *practice) copyOwed(conversation chat.ID, at chat.Position) bool {
	p.Helper()
	return read(p, func(ctx context.Context, r chat.Reader) (bool, error) {
		return r.CopyOwed(ctx, p.office.ID, conversation, at)
	})
}

func (p *practice) noticesOf(conversation chat.ID, at chat.Position) []chat.Noticed {
	p.Helper()
	return read(p, func(ctx context.Context, r chat.Reader) ([]chat.Noticed, error) {
		return r.NoticesOf(ctx, p.office.ID, conversation, at)
	})
}

func (p *practice) settleTo(owed []chat.Notice, to chat.NoticeState, mail chat.ID) {
	p.Helper()
	p.update(func(tx chat.Tx) error {
		return tx.SettleNotices(p.Context(), ids(owed, func(n chat.Notice) chat.ID { return n.ID }), to, mail)
	})
}
