package storetest

import (
	"context"
	"slices"
	"time"

	"postern/chat"
)

var notices = []test{
	{"what is due is claimed by pairs, oldest first", func(p *practice) {
		a, b := p.start("A", p.staff, p.anna), p.start("B", p.staff, p.anna, p.bert)
		p.send(post{author: p.staff, conversation: b, text: "b1", dueAt: p.from.Add(2 * time.Minute)})
		p.send(post{author: p.staff, conversation: a, text: "a1", dueAt: p.from.Add(time.Minute)})
		p.send(post{author: p.staff, conversation: a, text: "a2", dueAt: p.from.Add(3 * time.Minute)})
		claims := p.claim(2)
		p.same("claims", len(claims), 2)
		p.same("oldest first", claims[0].Conversation, a)
		rest := p.claim(9)
		p.same("the rest", len(rest), 1)
		p.same("recipients of b", sorted(claims[1].Recipient, rest[0].Recipient), sorted(p.anna.ID, p.bert.ID))
		p.same("nothing left", len(p.claim(9)), 0)
		p.same("both notices of a", len(p.owed(claims[0])), 2)
		p.same("one of b", len(p.owed(rest[0])), 1)
	}},
	{"nothing is claimed before it is due, and then all that the pair is owed", func(p *practice) {
		a := p.start("A", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: a, text: "a1", dueAt: time.Now().Add(time.Hour)})
		p.same("too early", len(p.claim(9)), 0)
		p.same("waiting", len(p.waiting(p.anna, a)), 1)
		b := p.start("B", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: b, text: "b1", dueAt: p.from})
		p.send(post{author: p.staff, conversation: b, text: "b2", dueAt: time.Now().Add(time.Hour)})
		claims := p.claim(9)
		p.same("claimed", []int{len(claims), len(p.owed(claims[0]))}, []int{1, 2})
	}},
	{"what is postponed is nobody's, and due later", func(p *practice) {
		a, b := p.start("A", p.staff, p.anna), p.start("B", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: a, text: "a1", dueAt: p.from})
		p.send(post{author: p.staff, conversation: a, text: "a2", dueAt: p.from})
		p.send(post{author: p.staff, conversation: b, text: "b1", dueAt: p.from.Add(time.Second)})
		claims := p.claim(9)
		p.same("claims", len(claims), 2)
		postpone := func(c chat.Claim, due time.Time) {
			p.update(func(tx chat.Tx) error { return tx.PostponeNotices(p.Context(), c, due) })
		}
		other := claims[0]
		other.Token = newID()
		postpone(other, time.Now().Add(time.Hour))
		p.same("by another claim", len(p.owed(claims[0])), 2)
		postpone(claims[0], time.Now().Add(time.Hour))
		p.same("given up", len(p.owed(claims[0])), 0)
		p.same("not due", len(p.claim(9)), 0)
		p.same("another pair's", len(p.owed(claims[1])), 1)
		postpone(claims[1], p.from)
		p.same("due again", len(p.claim(9)), 1)
	}},
	{"the grace time runs by the database's clock", func(p *practice) {
		conv := p.start("A", p.staff, p.anna)
		now := func() (now time.Time) {
			p.update(func(tx chat.Tx) (err error) {
				now, err = tx.Now(p.Context())
				return err
			})
			return now
		}
		before := now()
		p.send(post{author: p.staff, conversation: conv, text: "x", dueAt: time.Now().Add(time.Minute)}) // its own time is an hour ago
		due := p.waiting(p.anna, conv)[0].DueAt
		if after := now(); due.Before(before.Add(time.Minute-time.Second)) || due.After(after.Add(time.Minute+time.Second)) {
			p.Errorf("due at %v: a minute from between %v and %v", due, before, after)
		}
	}},
	{"claimers at once never share a pair", func(p *practice) {
		const n = 40
		for i := range n {
			p.send(post{author: p.staff, conversation: p.start(numbered("c", i), p.staff, p.anna), text: "x", dueAt: p.from})
		}
		taken := make([][]chat.Claim, 8)
		for _, err := range each(len(taken), func(i int) error {
			for {
				var claims []chat.Claim
				_, err := p.store.Update(p.Context(), func(tx chat.Tx) (err error) {
					claims, err = tx.ClaimNotices(p.Context(), newID(), time.Now().Add(time.Hour), 3)
					return err
				})
				if err != nil || len(claims) == 0 {
					return err
				}
				taken[i] = append(taken[i], claims...)
			}
		}) {
			if err != nil {
				p.Error(err)
			}
		}
		all := ids(slices.Concat(taken...), func(c chat.Claim) chat.ID { return c.Conversation })
		p.same("pairs", len(all), n)
		p.same("each once", len(slices.Compact(sorted(all...))), n)
	}},
	{"a pair that is held stays held when something is added", func(p *practice) {
		conv := p.start("A", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: conv, text: "one", dueAt: p.from})
		first := p.claim(9)
		p.send(post{author: p.staff, conversation: conv, text: "two", dueAt: p.from})
		p.same("second claim", len(p.claim(9)), 0)
		p.same("first still holds", len(p.owed(first[0])), 1)
		p.settle(p.owed(first[0]), chat.NoticeMailed)
		second := p.claim(9)
		p.same("the added one", []int{len(second), len(p.owed(second[0]))}, []int{1, 1})
	}},
	{"a lapsed lease is claimed by another, and its holder owes nothing any more", func(p *practice) {
		conv := p.start("A", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: conv, text: "one", dueAt: p.from})
		lapsed := p.claimUntil(time.Now().Add(-time.Second))
		p.same("lapsed", len(p.owed(lapsed[0])), 0)
		again := p.claim(9)
		p.same("claimed again", len(again), 1)
		p.same("by the first", len(p.owed(lapsed[0])), 0)
		p.same("by the second", len(p.owed(again[0])), 1)
		forged := again[0]
		forged.Token = newID()
		p.same("by another token", len(p.owed(forged)), 0)
	}},
	{"settled is settled", func(p *practice) {
		conv := p.start("A", p.staff, p.anna)
		for range 2 {
			p.send(post{author: p.staff, conversation: conv, text: "x", dueAt: p.from})
		}
		owed := p.owed(p.claim(9)[0])
		p.same("order", slices.IsSortedFunc(owed, func(a, b chat.Notice) int { return int(a.Position - b.Position) }), true)
		p.settle(owed[:1], chat.NoticeDropped)
		p.settle(nil, chat.NoticeDropped)
		p.same("waiting", p.waiting(p.anna, conv), owed[1:])
		p.refused(chat.Conflict, "the same again", func() error {
			_, err := p.store.Update(p.Context(), func(tx chat.Tx) error {
				return tx.SettleNotices(p.Context(), []chat.ID{owed[0].ID, owed[1].ID}, chat.NoticeMailed, newID())
			})
			return err
		})
		p.same("still waiting", len(p.waiting(p.anna, conv)), 1)
	}},
	{"a message, a recipient and a kind make one notice", func(p *practice) {
		conv := p.start("A", p.staff, p.anna)
		sent, _ := p.send(post{author: p.staff, conversation: conv, text: "x", dueAt: p.from})
		p.decide(chat.Decision{
			Need: chat.Need{Office: p.office.ID, Conversation: conv},
			Decide: func(*chat.State) (chat.Effects, error) {
				n := post{dueAt: p.from}.notices(sent, p.anna.ID)
				return chat.Effects{Notices: n}, nil
			},
		})
		p.same("waiting", len(p.waiting(p.anna, conv)), 1)
	}},
	{"a copy that is held is owed once it is released, and not before", func(p *practice) {
		conv, other := p.start("A", p.staff, p.anna), p.start("B", p.staff, p.anna)
		var held []chat.Message
		for _, in := range []chat.ID{conv, conv, other} {
			sent, _ := p.send(post{author: p.staff, conversation: in, text: "x"})
			p.holdCopy(sent)
			held = append(held, sent)
		}
		p.same("held", []int{len(p.claim(9)), len(p.waiting(p.staff, conv))}, []int{0, 0})
		p.same("owed", []bool{p.copyOwed(conv, held[0].Position), p.copyOwed(conv, 99), p.copyOwed(other, held[1].Position)}, []bool{true, false, false})
		p.release(conv) // of no message
		p.same("still held", len(p.claim(9)), 0)
		p.release(conv, held[0].Position)
		owed := p.owed(p.claim(9)[0])
		p.same("released", ids(owed, func(n chat.Notice) chat.ID { return n.Message }), []chat.ID{held[0].ID})
		p.same("what it is", owed[0].Kind, chat.CopyNotice)
		p.same("owed still", p.copyOwed(conv, held[0].Position), true)
		p.settle(owed, chat.NoticeMailed)
		p.same("owed no more", p.copyOwed(conv, held[0].Position), false)
		p.release(conv, held[0].Position, held[1].Position)
		p.same("what was mailed stays so", ids(p.waiting(p.staff, conv), func(n chat.Notice) chat.ID { return n.Message }), []chat.ID{held[1].ID})
		p.same("elsewhere", len(p.waiting(p.staff, other)), 0)
	}},
	{"that something was opened is owed once while it is due, of no message", func(p *practice) {
		conv := p.start("A", p.staff, p.anna)
		sent, _ := p.send(post{author: p.staff, conversation: conv, text: "x"})
		owe := func(at chat.Position) {
			n := post{dueAt: p.from}.notices(sent, p.staff.ID)
			n[0].Kind, n[0].Message, n[0].Position = chat.ReadNotice, chat.ID{}, at
			p.decide(chat.Decision{
				Need:   chat.Need{Office: p.office.ID, Conversation: conv},
				Decide: func(*chat.State) (chat.Effects, error) { return chat.Effects{Notices: n}, nil },
			})
		}
		owe(sent.Position)
		owe(sent.Position)
		owe(sent.Position + 1)
		owed := p.owed(p.claim(9)[0])
		p.same("owed", len(owed), 2)
		p.same("places", []chat.Position{owed[0].Position, owed[1].Position}, []chat.Position{sent.Position, sent.Position + 1})
		p.same("what it is", []any{owed[0].Kind, owed[0].Message, owed[0].Recipient}, []any{chat.ReadNotice, chat.ID{}, p.staff.ID})
		p.settle(owed, chat.NoticeDropped)
		p.same("no recipient of the message", len(p.noticesOf(conv, sent.Position)), 0)
		owe(sent.Position)
		p.same("and again", len(p.claim(9)), 1)
	}},
	{"what no mail told its author that it was opened", func(p *practice) {
		conv, other := p.start("A", p.staff, p.anna), p.start("B", p.staff, p.anna)
		var at []chat.Position
		for range 6 {
			sent, _ := p.send(post{author: p.staff, conversation: conv, text: "x"})
			at = append(at, sent.Position)
		}
		p.send(post{author: p.staff, conversation: conv, text: "x", note: true})
		p.send(post{author: p.anna, conversation: conv, text: "x"})
		p.send(post{author: p.staff, conversation: other, text: "x"})
		untold := func(from chat.Position, limit int) []chat.Position {
			return read(p, func(ctx context.Context, r chat.Reader) ([]chat.Position, error) {
				return r.Untold(ctx, p.office.ID, conv, p.staff.ID, from, limit)
			})
		}
		p.same("all", untold(0, 9), at)
		p.same("from there", untold(at[1], 2), at[1:3])
		tell := func(u chat.User, in chat.ID, kind chat.MailKind, from, through chat.Position) {
			p.mail(u, in, func(m *chat.Mail) { m.Kind, m.Quoted, m.Newest = kind, from, through })
		}
		tell(p.staff, conv, chat.NoticeMail, at[0], at[5])
		tell(p.staff, other, chat.ReadMail, at[0], at[5])
		tell(p.anna, conv, chat.ReadMail, at[0], at[5])
		p.same("other mails", untold(0, 9), at)
		tell(p.staff, conv, chat.ReadMail, at[1], at[2])
		tell(p.staff, conv, chat.ReadMail, at[4], at[4])
		p.same("told", untold(0, 9), []chat.Position{at[0], at[3], at[5]})
	}},
}

// holdCopy has the message's author owed a copy, once a mail has told of it.
func (p *practice) holdCopy(sent chat.Message) {
	p.Helper()
	notices := post{dueAt: p.from}.notices(sent, sent.Author.ID)
	notices[0].Kind, notices[0].Held = chat.CopyNotice, true
	p.decide(chat.Decision{
		Need:   chat.Need{Office: p.office.ID, Conversation: sent.Conversation},
		Decide: func(*chat.State) (chat.Effects, error) { return chat.Effects{Notices: notices}, nil },
	})
}

func (p *practice) release(conversation chat.ID, positions ...chat.Position) {
	p.Helper()
	p.update(func(tx chat.Tx) error { return tx.ReleaseCopies(p.Context(), p.office.ID, conversation, positions) })
}

func (p *practice) claim(limit int) (claims []chat.Claim) {
	p.Helper()
	p.update(func(tx chat.Tx) (err error) {
		now, err := tx.Now(p.Context())
		if err == nil {
			claims, err = tx.ClaimNotices(p.Context(), newID(), now.Add(time.Hour), limit)
		}
		return err
	})
	return claims
}

func (p *practice) claimUntil(until time.Time) (claims []chat.Claim) {
	p.Helper()
	p.update(func(tx chat.Tx) (err error) {
		claims, err = tx.ClaimNotices(p.Context(), newID(), until, 9)
		return err
	})
	return claims
}

func (p *practice) owed(c chat.Claim) (owed []chat.Notice) {
	p.Helper()
	p.update(func(tx chat.Tx) (err error) {
		owed, err = tx.Owed(p.Context(), c)
		return err
	})
	return owed
}

func (p *practice) settle(owed []chat.Notice, to chat.NoticeState) {
	p.Helper()
	p.update(func(tx chat.Tx) error {
		return tx.SettleNotices(p.Context(), ids(owed, func(n chat.Notice) chat.ID { return n.ID }), to, newID())
	})
}

func (p *practice) waiting(u chat.User, conversation chat.ID) []chat.Notice {
	p.Helper()
	return read(p, func(ctx context.Context, r chat.Reader) ([]chat.Notice, error) {
		return r.Notices(ctx, p.office.ID, u.ID, conversation)
	})
}
