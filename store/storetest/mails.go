package storetest

import (
	"context"
	"slices"
	"time"

	"postern/chat"
)

var mails = []test{
	{"a mail comes back whole, and without its bytes in lists", func(p *practice) {
		conv := newID()
		first := p.mail(p.anna, conv, func(m *chat.Mail) { m.State, m.Token, m.Until = chat.MailSending, newID(), p.now() })
		second := p.mail(p.anna, conv, func(m *chat.Mail) { m.State, m.QueueID, m.Reason = chat.MailFailed, "4F2", "no such user" })
		link := p.mail(p.bert, chat.ID{}, func(m *chat.Mail) { m.Kind, m.Mode = chat.LinkMail, 0 })
		for _, m := range []chat.Mail{first, second, link} {
			p.same("mail", p.storedMail(m.ID), m)
		}
		light := func(mails ...chat.Mail) []chat.Mail {
			for i := range mails {
				mails[i].Raw = nil
			}
			return mails
		}
		p.same("newest", p.mailsOf(p.anna.ID, chat.ID{}, 1), light(second))
		p.same("anna's", p.mailsOf(p.anna.ID, chat.ID{}, 9), light(second, first))
		p.same("bert's, of no conversation", p.mailsOf(p.bert.ID, chat.ID{}, 9), light(link))
		p.same("of the conversation", p.mailsOf(p.anna.ID, conv, 9), light(second, first))
		p.same("none", p.mailsOf(p.bert.ID, conv, 9), nil)
		of := func(u chat.User) func(context.Context, chat.Reader) (*chat.Mail, error) {
			return func(ctx context.Context, r chat.Reader) (*chat.Mail, error) {
				return r.FirstMail(ctx, p.office.ID, u.ID, conv)
			}
		}
		p.mail(p.bert, conv, func(m *chat.Mail) { m.State = chat.MailDropped })
		went := p.mail(p.bert, conv, nil)
		p.mail(p.bert, conv, nil)
		p.same("anna's first", *read(p, of(p.anna)), light(first)[0])
		p.same("the first that went", *read(p, of(p.bert)), light(went)[0])
	}},
	{"a mail keeps which files belong into it", func(p *practice) {
		m := p.mail(p.anna, newID(), func(m *chat.Mail) {
			m.Enclosed = []chat.Enclosed{{At: 7, File: newID(), Hash: newHash(), Size: 1 << 40}, {At: 1 << 33, File: newID(), Hash: newHash()}}
			m.State, m.NextTry = chat.MailWaiting, p.from
		})
		p.same("mail", p.storedMail(m.ID), m)
		p.same("in a list", p.mailsOf(p.anna.ID, chat.ID{}, 9)[0].Enclosed, nil)
		p.same("claimed", p.claimMails(newID(), p.now(), 9)[0].Enclosed, m.Enclosed)
	}},
	{"a Message-ID belongs to one mail", func(p *practice) {
		m := p.mail(p.anna, newID(), nil)
		m.ID = newID()
		p.refused(chat.Conflict, "the same Message-ID", func() error {
			_, err := p.store.Update(p.Context(), func(tx chat.Tx) error { return tx.AddMail(p.Context(), m) })
			return err
		})
	}},
	{"what waits is claimed when it is time, by one", func(p *practice) {
		m := p.mail(p.anna, newID(), func(m *chat.Mail) { m.State, m.NextTry, m.Attempts = chat.MailWaiting, p.from, 1 })
		p.mail(p.anna, newID(), func(m *chat.Mail) { m.State, m.NextTry = chat.MailWaiting, time.Now().Add(time.Hour) })
		p.mail(p.anna, newID(), func(m *chat.Mail) { m.State = chat.MailAccepted })
		token, until := newID(), time.Now().UTC().Add(time.Hour).Truncate(time.Microsecond)
		got := p.claimMails(token, until, 9)
		m.State, m.Attempts, m.Token, m.Until = chat.MailSending, 2, token, until
		p.same("claimed", got, []chat.Mail{m})
		p.same("again", len(p.claimMails(newID(), until, 9)), 0)
	}},
	{"claimers at once never share a mail", func(p *practice) {
		const n = 30
		for range n {
			p.mail(p.anna, newID(), func(m *chat.Mail) { m.State, m.NextTry = chat.MailWaiting, p.from })
		}
		taken := make([][]chat.ID, 6)
		for _, err := range each(len(taken), func(i int) error {
			for {
				var got []chat.Mail
				_, err := p.store.Update(p.Context(), func(tx chat.Tx) (err error) {
					got, err = tx.ClaimMails(p.Context(), newID(), time.Now().Add(time.Hour), 4)
					return err
				})
				if err != nil || len(got) == 0 {
					return err
				}
				taken[i] = append(taken[i], ids(got, func(m chat.Mail) chat.ID { return m.ID })...)
			}
		}) {
			if err != nil {
				p.Error(err)
			}
		}
		all := slices.Concat(taken...)
		p.same("mails", len(all), n)
		p.same("each once", len(slices.Compact(sorted(all...))), n)
	}},
	{"a lapsed attempt is sent again and counted, and its first sender is fenced off", func(p *practice) {
		first, second := newID(), newID()
		m := p.mail(p.anna, newID(), func(m *chat.Mail) {
			m.State, m.Token, m.Until, m.Attempts = chat.MailSending, first, time.Now().Add(-time.Second), 1
		})
		held := p.mail(p.anna, newID(), func(m *chat.Mail) {
			m.State, m.Token, m.Until, m.Attempts = chat.MailSending, newID(), time.Now().Add(time.Hour), 1
		})
		got := p.claimMails(second, time.Now().Add(time.Hour), 9)
		p.same("claimed", ids(got, func(m chat.Mail) chat.ID { return m.ID }), []chat.ID{m.ID})
		p.same("doubled, attempts", []int{got[0].Doubled, got[0].Attempts}, []int{1, 2})
		p.same("by the first", p.finish(m.ID, first, chat.MailResult{State: chat.MailFailed}, false), false)
		p.same("still sending", p.storedMail(m.ID).State, chat.MailSending)
		p.same("by the second", p.finish(m.ID, second, chat.MailResult{State: chat.MailAccepted, QueueID: "4F2"}, false), true)
		p.same("twice", p.finish(m.ID, second, chat.MailResult{State: chat.MailFailed}, false), false)
		done := p.storedMail(m.ID)
		p.same("accepted", []string{string(done.State), done.QueueID}, []string{"accepted", "4F2"})
		p.same("kept", done.Raw, m.Raw)
		p.same("another's", p.storedMail(held.ID).Doubled, 0)
	}},
	{"an attempt that failed for now waits, and a secret is wiped once it is gone", func(p *practice) {
		token, next := newID(), time.Now().UTC().Add(-time.Second).Truncate(time.Microsecond)
		m := p.mail(p.anna, chat.ID{}, func(m *chat.Mail) {
			m.Kind, m.State, m.Token, m.Until = chat.LinkMail, chat.MailSending, token, time.Now().Add(time.Hour)
		})
		p.same("finished", p.finish(m.ID, token, chat.MailResult{State: chat.MailWaiting, Reason: "later", NextTry: next}, false), true)
		waits := p.storedMail(m.ID)
		p.same("waits", []any{waits.State, waits.NextTry, waits.Reason, waits.Token, waits.Raw}, []any{chat.MailWaiting, next, "later", chat.ID{}, m.Raw})
		got := p.claimMails(token, time.Now().Add(time.Hour), 9)
		p.same("not doubled", []int{len(got), got[0].Doubled}, []int{1, 0})
		lost := chat.MailResult{State: chat.MailWaiting, Lost: true, NextTry: next}
		p.same("its answer lost", p.finish(m.ID, token, lost, false), true)
		got = p.claimMails(token, time.Now().Add(time.Hour), 9)
		p.same("counted", []int{len(got), got[0].Doubled}, []int{1, 1})
		p.same("finished", p.finish(m.ID, token, chat.MailResult{State: chat.MailAccepted}, true), true)
		p.same("wiped", len(p.storedMail(m.ID).Raw), 0)
	}},
}

func (p *practice) mail(u chat.User, conversation chat.ID, with func(*chat.Mail)) chat.Mail {
	p.Helper()
	id := newID()
	m := chat.Mail{
		Office: u.Office, ID: id, Kind: chat.NoticeMail, Recipient: u.ID, Conversation: conversation, Newest: position(3),
		From: "post@example.com", To: u.Email, MessageID: id.String() + "@example.com", Mode: chat.Convenience, Subject: "Title", Quoted: position(1),
		Raw: []byte("Subject: x\r\n\r\n\xff\x00 bytes\r\n"), State: chat.MailAccepted, CreatedAt: p.now(),
	}
	if with != nil {
		with(&m)
	}
	m.Until, m.NextTry = m.Until.UTC().Truncate(time.Microsecond), m.NextTry.UTC().Truncate(time.Microsecond)
	p.update(func(tx chat.Tx) error { return tx.AddMail(p.Context(), m) })
	return m
}

func (p *practice) storedMail(id chat.ID) chat.Mail {
	p.Helper()
	return *read(p, func(ctx context.Context, r chat.Reader) (*chat.Mail, error) { return r.Mail(ctx, p.office.ID, id) })
}

func (p *practice) mailsOf(recipient, conversation chat.ID, limit int) []chat.Mail {
	p.Helper()
	return read(p, func(ctx context.Context, r chat.Reader) ([]chat.Mail, error) {
		return r.Mails(ctx, p.office.ID, recipient, conversation, limit)
	})
}

func (p *practice) claimMails(token chat.ID, until time.Time, limit int) (got []chat.Mail) {
	p.Helper()
	p.update(func(tx chat.Tx) (err error) {
		got, err = tx.ClaimMails(p.Context(), token, until, limit)
		return err
	})
	return got
}

func (p *practice) finish(mail, token chat.ID, r chat.MailResult, wipe bool) (done bool) {
	p.Helper()
	p.update(func(tx chat.Tx) (err error) {
		done, err = tx.FinishMail(p.Context(), p.office.ID, mail, token, r, wipe)
		return err
	})
	return done
}
