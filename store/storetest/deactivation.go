package storetest

import (
	"context"
	"sync"
	"sync/atomic"

	"postern/chat"
)

var deactivation = []test{
	{"a user is switched off and on, and decisions see it", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: conv, text: "one"}) // a store may remember whom it saw
		for _, active := range []bool{false, true} {
			p.same("changed", p.setActive(p.anna, active), true)
			p.same("again", p.setActive(p.anna, active), false)
			p.same("user", p.user(p.anna.ID).Active, active)
			p.decide(chat.Decision{
				Need: chat.Need{Office: p.office.ID, Conversation: conv, Actor: p.staff.ID},
				Decide: func(st *chat.State) (chat.Effects, error) {
					p.same("to a decision", st.User(p.anna.ID).Active, active)
					return chat.Effects{}, nil
				},
			})
		}
		foreign := p.anna
		foreign.Office = newID()
		p.same("of another office", p.setActive(foreign, false), false)
		p.same("others", *p.user(p.bert.ID), p.bert)
	}},
	{"a password changes, and nothing else", func(p *practice) {
		p.update(func(tx chat.Tx) error { return tx.SetPassword(p.Context(), p.office.ID, p.anna.ID, "$argon2id$") })
		want := p.anna
		want.Password = "$argon2id$"
		p.same("user", *p.user(p.anna.ID), want)
		p.same("others", *p.user(p.bert.ID), p.bert)
	}},
	{"a stream is given another epoch, and goes on in it", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		before := p.stream(p.anna)
		p.update(func(tx chat.Tx) error { return tx.RenewEpoch(p.Context(), p.anna.ID) })
		p.same("place", p.stream(p.anna).Place, chat.Place{Epoch: before.Epoch + 1, Number: before.Number})
		_, told := p.send(post{author: p.staff, conversation: conv, text: "one"})
		p.same("told", told[0].Contacts[0].Place, chat.Place{Epoch: before.Epoch + 1, Number: before.Number + 1})
		p.checkStreams(p.staff, p.anna)
	}},
	{"the active owners, longest first", func(p *practice) {
		second, gone := p.newUser(chat.Owner, "Bea Owner"), p.newUser(chat.Owner, "Ada Owner")
		p.setActive(gone, false)
		p.newUserOf(p.newOffice("Other"), chat.Owner, "Oda Owner")
		owners := read(p, func(ctx context.Context, r chat.Reader) ([]chat.User, error) { return r.Owners(ctx, p.office.ID) })
		p.same("owners", owners, []chat.User{p.owner, second})
	}},
	{"conversations with contacts and no other active staff", func(p *practice) {
		tess := p.newUser(chat.Staff, "Tess Staff")
		alone := p.start("Alone", p.staff, p.anna)
		with := p.start("With another", p.staff, tess, p.anna)
		p.start("Without a contact", p.staff)
		p.start("Without them", tess, p.owner, p.bert)
		p.soleStaff(tess, 9)
		p.decide(p.leaving(tess, p.staff, with))
		p.soleStaff(tess, 9, with)
		p.soleStaff(p.staff, 9, alone)
		p.decide(p.adding(tess, p.staff, with))
		p.setActive(tess, false)
		p.soleStaff(p.staff, 9, alone, with)
		p.soleStaff(p.staff, 1, alone)
		p.setActive(p.anna, false) // a contact who may come back
		p.soleStaff(p.staff, 9, alone, with)
		p.decide(p.leaving(p.staff, p.anna, alone))
		p.soleStaff(p.staff, 9, with)
	}},
	{"staff without the messaging permission are no other staff", func(p *practice) {
		tess := p.newUser(chat.Staff, "Tess Staff")
		with := p.start("With another", p.staff, tess, p.anna)
		p.soleStaff(p.staff, 9)
		p.update(func(tx chat.Tx) error { return tx.SetRights(p.Context(), p.office.ID, tess.ID, chat.Admin, false) })
		p.soleStaff(p.staff, 9, with)
		got := p.user(tess.ID)
		p.same("role", got.Role, chat.Admin)
		p.same("messaging", got.MayMessage, false)
		p.decide(chat.Decision{
			Need: chat.Need{Office: p.office.ID, Conversation: with, Actor: p.staff.ID},
			Decide: func(st *chat.State) (chat.Effects, error) {
				p.same("to a decision", st.User(tess.ID).MayMessage, false)
				return chat.Effects{}, nil
			},
		})
	}},
	{"conversations that somebody is to answer", func(p *practice) {
		one, two := p.start("One", p.staff, p.anna), p.start("Two", p.staff, p.anna)
		p.start("Three", p.staff, p.anna)
		for _, conv := range []chat.ID{one, two} {
			p.decide(chat.Decision{
				Need: chat.Need{Office: p.office.ID, Conversation: conv},
				Decide: func(st *chat.State) (chat.Effects, error) {
					c := st.Thread.Conversation
					c.Assignee = p.staff.ID
					return chat.Effects{Conversation: &c}, nil
				},
			})
		}
		assigned := func(u chat.User, limit int) []chat.ID {
			return read(p, func(ctx context.Context, r chat.Reader) ([]chat.ID, error) {
				return r.Assigned(ctx, u.Office, u.ID, limit)
			})
		}
		p.same("theirs", assigned(p.staff, 9), sorted(one, two))
		p.same("the first", assigned(p.staff, 1), sorted(one, two)[:1])
		p.same("nobody's", assigned(p.owner, 9), []chat.ID(nil))
		p.decide(p.leaving(p.staff, p.staff, one))
		p.same("of those they are in", assigned(p.staff, 9), []chat.ID{two})
	}},
	{"the office's conversations, the latest begun first", func(p *practice) {
		one, two, three := p.start("One", p.staff, p.anna), p.start("Two", p.staff, p.bert), p.start("Three", p.staff, p.anna)
		p.newOffice("Other")
		all := func(q chat.OfficeQuery) []chat.ID {
			q.Office = p.office.ID
			return read(p, func(ctx context.Context, r chat.Reader) ([]chat.ID, error) { return r.OfficeConversations(ctx, q) })
		}
		p.same("all", all(chat.OfficeQuery{Limit: 9}), []chat.ID{three, two, one})
		p.same("a page", all(chat.OfficeQuery{Limit: 1}), []chat.ID{three})
		p.same("the next", all(chat.OfficeQuery{Limit: 9, Before: three}), []chat.ID{two, one})
		p.same("a person's", all(chat.OfficeQuery{Limit: 9, Person: p.anna.ID}), []chat.ID{three, one})
		p.decide(p.leaving(p.staff, p.anna, three))
		p.same("also what they left", all(chat.OfficeQuery{Limit: 9, Person: p.anna.ID, Before: three}), []chat.ID{one})
	}},
	{"who holds the office is waited for", func(p *practice) {
		var inside, most atomic.Int32
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				_, err := p.store.Update(p.Context(), func(tx chat.Tx) error {
					if err := tx.HoldOffice(p.Context(), p.office.ID); err != nil {
						return err
					}
					most.Store(max(most.Load(), inside.Add(1)))
					defer inside.Add(-1)
					_, err := tx.SetActive(p.Context(), p.office.ID, p.anna.ID, false)
					return err
				})
				if err != nil {
					p.Error(err)
				}
			})
		}
		all.Wait()
		p.same("at once", most.Load(), int32(1))
		p.refused(chat.NotFound, "no office", func() error {
			_, err := p.store.Update(p.Context(), func(tx chat.Tx) error { return tx.HoldOffice(p.Context(), newID()) })
			return err
		})
	}},
}

func (p *practice) setActive(u chat.User, active bool) (changed bool) {
	p.Helper()
	p.update(func(tx chat.Tx) (err error) {
		changed, err = tx.SetActive(p.Context(), u.Office, u.ID, active)
		return err
	})
	return changed
}

// soleStaff holds what is found, at most limit of it, against what is wanted.
func (p *practice) soleStaff(u chat.User, limit int, want ...chat.ID) {
	p.Helper()
	got := read(p, func(ctx context.Context, r chat.Reader) ([]chat.ID, error) {
		return r.SoleStaff(ctx, u.Office, u.ID, limit)
	})
	p.same("conversations of "+u.Name, got, sorted(want...))
}
