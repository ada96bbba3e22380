package storetest

import (
	"context"
	"slices"
	"time"

	"postern/chat"
)

var digests = []test{
	{"when a user wants mail comes back, and changes by itself", func(p *practice) {
		times := chat.MailTimes{Zone: "Europe/Vienna", QuietFrom: 22 * 60, QuietUntil: 7 * 60, Digest: chat.AtHours(0, 8, 23)}
		for _, times := range []chat.MailTimes{times, {}, times} {
			p.update(func(tx chat.Tx) error { return tx.SetMailTimes(p.Context(), p.office.ID, p.anna.ID, times) })
			want := p.anna
			want.Mail = times
			p.same("anna", *p.user(p.anna.ID), want)
			p.update(func(tx chat.Tx) error { return tx.PutUser(p.Context(), want) })
			p.same("anna, put", *p.user(p.anna.ID), want)
			var held chat.MailTimes
			p.update(func(tx chat.Tx) (err error) {
				held, err = tx.HoldMailTimes(p.Context(), p.office.ID, p.anna.ID)
				return err
			})
			p.same("held", held, times)
		}
		p.same("bert", *p.user(p.bert.ID), p.bert)
	}},
	{"what is kept back is nobody's until then, and keeps nothing back that comes after it", func(p *practice) {
		a := p.start("A", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: a, text: "a1", dueAt: p.from})
		p.keepBack(p.claim(9)[0], time.Now().Add(time.Hour))
		p.same("claims before", len(p.claim(9)), 0)
		first := p.waiting(p.anna, a)[0].DueAt
		p.send(post{author: p.staff, conversation: a, text: "a2", dueAt: p.from})
		claims := p.claim(9)
		p.same("claims when something came", len(claims), 1)
		p.send(post{author: p.staff, conversation: a, text: "a3", dueAt: p.from})
		p.same("claims beside that", len(p.claim(9)), 0)
		p.keepBack(claims[0], time.Now().Add(2*time.Hour))
		owed := p.waiting(p.anna, a)
		p.same("kept back", []bool{owed[0].KeptBack, owed[1].KeptBack, owed[2].KeptBack}, []bool{true, true, false})
		p.same("the first, as it was, and the other later", []bool{owed[0].DueAt.Equal(first), owed[1].DueAt.After(first)}, []bool{true, true})
		p.keepBack(p.claim(9)[0], time.Now().Add(2*time.Hour))
		p.same("claims when all are kept back", len(p.claim(9)), 0)
		p.update(func(tx chat.Tx) error { return tx.Recall(p.Context(), p.office.ID, p.bert.ID, -time.Hour) })
		p.same("claims when another's are recalled", len(p.claim(9)), 0)
		p.update(func(tx chat.Tx) error { return tx.Recall(p.Context(), p.office.ID, p.anna.ID, -time.Hour) })
		p.same("claims when recalled", len(p.claim(9)), 1)
		p.same("kept back then", p.waiting(p.anna, a)[0].KeptBack, false)
	}},
	{"what is due later than what is kept back is due as it was", func(p *practice) {
		a := p.start("A", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: a, text: "a1", dueAt: p.from})
		p.send(post{author: p.staff, conversation: a, text: "a2", dueAt: p.from.Add(20 * time.Hour)})
		before := p.waiting(p.anna, a)[1].DueAt
		p.keepBack(p.claim(9)[0], time.Now().Add(time.Hour))
		owed := p.waiting(p.anna, a)
		p.same("kept back", []bool{owed[0].KeptBack, owed[1].KeptBack}, []bool{true, false})
		p.same("due", owed[1].DueAt, before)
	}},
	{"what is not due later than it is recalled for stays as it is due", func(p *practice) {
		a := p.start("A", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: a, text: "a1", dueAt: p.from})
		p.keepBack(p.claim(9)[0], time.Now().Add(-time.Second))
		p.update(func(tx chat.Tx) error { return tx.Recall(p.Context(), p.office.ID, p.anna.ID, time.Hour) })
		p.same("claims", len(p.claim(9)), 1)
	}},
	{"what is owed together is kept back and due in other conversations, and the claim's own", func(p *practice) {
		own, kept, later, fresh := p.start("own", p.staff, p.anna, p.bert), p.start("kept", p.staff, p.anna, p.bert), p.start("later", p.staff, p.anna), p.start("fresh", p.staff, p.anna)
		for _, conversation := range []chat.ID{own, kept, later, fresh} {
			p.send(post{author: p.staff, conversation: conversation, text: "one", dueAt: p.from})
		}
		for _, c := range p.claim(9) {
			switch {
			case c.Recipient != p.anna.ID || c.Conversation == fresh:
			case c.Conversation == later:
				p.keepBack(c, time.Now().Add(time.Hour))
			default:
				p.keepBack(c, time.Now().Add(-time.Second))
			}
		}
		p.send(post{author: p.staff, conversation: kept, text: "two", dueAt: p.from})
		claims := p.claim(9)
		p.same("claims", len(claims), 2)
		for _, c := range claims {
			var places []chat.ID
			for _, n := range p.owedTogether(c) {
				p.same("recipient", n.Recipient, p.anna.ID)
				places = append(places, n.Conversation)
			}
			p.same("conversations", sorted(places...), sorted(own, kept, kept))
		}
		other := claims[0]
		other.Token = newID()
		for _, n := range p.owedTogether(other) {
			p.same("with a lease that is not held", n.Conversation != other.Conversation, true)
		}
	}},
	{"of very many conversations some are owed together, and the claim's own", func(p *practice) {
		const n, limit = 7, 3
		for i := range n {
			p.send(post{author: p.staff, conversation: p.start(numbered("c", i), p.staff, p.anna), text: "x", dueAt: p.from})
		}
		for _, c := range p.claim(n) {
			p.keepBack(c, time.Now().Add(-time.Second))
		}
		for _, c := range p.claim(n) {
			var owed []chat.Notice
			p.update(func(tx chat.Tx) (err error) {
				owed, err = tx.OwedTogether(p.Context(), c, limit)
				return err
			})
			own := slices.ContainsFunc(owed, func(n chat.Notice) bool { return n.Conversation == c.Conversation })
			p.same("the claim's own, and no more than so many", []bool{own, len(owed) >= limit, len(owed) <= limit+1}, []bool{true, true, true})
		}
	}},
	{"who holds when somebody wants mail has others wait", func(p *practice) {
		a := p.start("A", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: a, text: "a1", dueAt: p.from})
		claim := p.claim(9)[0]
		digest := chat.MailTimes{Digest: chat.AtHours(8)}
		// Whichever is first: kept back by times that were set anew, the notice would be recalled.
		for _, err := range each(2, func(i int) error {
			_, err := p.store.Update(p.Context(), func(tx chat.Tx) error {
				times, err := tx.HoldMailTimes(p.Context(), p.office.ID, p.anna.ID)
				switch {
				case err != nil:
					return err
				case i == 0 && times.Digest == 0:
					return tx.KeepBack(p.Context(), claim, time.Now().Add(time.Hour))
				case i == 0:
					return nil
				}
				if err := tx.SetMailTimes(p.Context(), p.office.ID, p.anna.ID, digest); err != nil {
					return err
				}
				return tx.Recall(p.Context(), p.office.ID, p.anna.ID, 0)
			})
			return err
		}) {
			if err != nil {
				p.Error(err)
			}
		}
		p.same("kept back", p.waiting(p.anna, a)[0].KeptBack, false)
	}},
	{"a digest carries what it settled, and gives it to another", func(p *practice) {
		a, b := p.start("A", p.staff, p.anna), p.start("B", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: a, text: "a1", dueAt: p.from})
		p.send(post{author: p.staff, conversation: b, text: "b1", dueAt: p.from})
		for _, c := range p.claim(9) {
			p.keepBack(c, time.Now().Add(-time.Second))
		}
		owed := p.owedTogether(p.claim(9)[0])
		mail, next := chat.Mail{ID: newID(), Kind: chat.DigestMail, Recipient: p.anna.ID}, newID()
		settle := func(tx chat.Tx) error { return tx.SettleTogether(p.Context(), ids(owed, noticeID), mail.ID) }
		p.update(settle)
		p.refused(chat.Conflict, "settled again", func() error {
			_, err := p.store.Update(p.Context(), settle)
			return err
		})
		p.same("owed still", len(p.waiting(p.anna, a))+len(p.waiting(p.anna, b)), 0)
		carries := func(mail chat.Mail) []chat.ID {
			return ids(read(p, func(ctx context.Context, r chat.Reader) ([]chat.Notice, error) { return r.Digested(ctx, mail) }), noticeID)
		}
		p.same("carried", sorted(carries(mail)...), sorted(ids(owed, noticeID)...))
		p.update(func(tx chat.Tx) error { return tx.CarryOver(p.Context(), mail, next) })
		p.same("carried when given away", len(carries(mail)), 0)
		mail.ID = next
		p.same("carried by the next", len(carries(mail)), 2)
	}},
	{"claimers at once of what is owed together make one digest of it", func(p *practice) {
		const n = 12
		for i := range n {
			p.send(post{author: p.staff, conversation: p.start(numbered("c", i), p.staff, p.anna), text: "x", dueAt: p.from})
		}
		for _, c := range p.claim(n) {
			p.keepBack(c, time.Now().Add(-time.Second))
		}
		claims := p.claim(n)
		p.same("claims", len(claims), n)
		made := make([]int, n)
		for _, err := range each(n, func(i int) error {
			_, err := p.store.Update(p.Context(), func(tx chat.Tx) error {
				made[i] = 0
				owed, err := tx.OwedTogether(p.Context(), claims[i], n)
				if err != nil || len(owed) == 0 {
					return err
				}
				made[i] = len(owed)
				return tx.SettleTogether(p.Context(), ids(owed, noticeID), newID())
			})
			return err
		}) {
			if err != nil {
				p.Error(err)
			}
		}
		var digests []int
		for _, notices := range made {
			if notices > 0 {
				digests = append(digests, notices)
			}
		}
		p.same("digests", digests, []int{n})
	}},
}

func noticeID(n chat.Notice) chat.ID { return n.ID }

func (p *practice) keepBack(c chat.Claim, due time.Time) {
	p.Helper()
	p.update(func(tx chat.Tx) error { return tx.KeepBack(p.Context(), c, due) })
}

func (p *practice) owedTogether(c chat.Claim) (owed []chat.Notice) {
	p.Helper()
	p.update(func(tx chat.Tx) (err error) {
		owed, err = tx.OwedTogether(p.Context(), c, 100)
		return err
	})
	return owed
}
