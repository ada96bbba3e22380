package storetest

import (
	"context"

	"postern/chat"
)

// startCopy makes a copy of a conversation, of the contact with the staff, who have it beneath the original.
func (p *practice) startCopy(of chat.ID, contact chat.User) chat.ID {
	p.Helper()
	id, at := newID(), p.now()
	users := []chat.User{p.staff, contact}
	p.decide(chat.Decision{
		Need: chat.Need{Office: p.office.ID, Actor: p.staff.ID, Users: ids(users, userID)},
		Decide: func(st *chat.State) (chat.Effects, error) {
			e := decideStart(st, id, "Copy", at, users)
			e.Conversation.Kind, e.Conversation.CopyOf = chat.Copy, of
			e.Participants[0].Beneath = true
			return e, nil
		},
	})
	return id
}

func (p *practice) copies(of chat.ID) []chat.CopyMade {
	p.Helper()
	return read(p, func(ctx context.Context, r chat.Reader) ([]chat.CopyMade, error) {
		return r.Copies(ctx, p.office.ID, of)
	})
}

func (p *practice) addCopied(list ...chat.Copied) {
	p.Helper()
	p.update(func(tx chat.Tx) error { return tx.AddCopied(p.Context(), list) })
}

var copies = []test{
	{"a conversation's copies, by their contacts", func(p *practice) {
		original, other := p.start("Title", p.staff, p.anna), p.start("Title", p.staff, p.anna)
		m, _ := p.send(post{author: p.staff, conversation: original, text: "to copy"})
		carls, berts := p.startCopy(original, p.carl), p.startCopy(original, p.bert)
		p.startCopy(other, p.carl)
		p.startCopy(original, p.anna) // nothing is in it, any more: it has vanished
		p.send(post{author: p.staff, conversation: carls, text: "to copy"})
		p.same("of nothing", p.copies(carls), []chat.CopyMade(nil))
		p.send(post{author: p.staff, conversation: berts, text: "to copy"})
		p.send(post{author: p.staff, conversation: berts, text: "to copy too"})
		placed := func(conversation chat.ID, n int) chat.Copied {
			return chat.Copied{Office: p.office.ID, Message: m.ID, Conversation: conversation, Position: position(n)}
		}
		p.addCopied(placed(berts, 2), placed(berts, 1), placed(carls, 1))
		p.decide(p.opening(p.bert, berts, position(1), new([]chat.ID)))
		want := []chat.CopyMade{
			{Conversation: berts, Contact: p.bert.Person(), Active: true, Messages: []chat.Copied{placed(berts, 1), placed(berts, 2)}},
			{Conversation: carls, Contact: p.carl.Person(), Active: true, Messages: []chat.Copied{placed(carls, 1)}},
		}
		p.same("copies", p.copies(original), want)

		p.decide(p.opening(p.bert, berts, position(2), new([]chat.ID)))
		p.send(post{author: p.bert, conversation: berts, text: "an answer"})
		p.decide(p.leaving(p.bert, p.bert, berts))
		want[0].Read, want[0].Answered, want[0].Active = true, true, false
		p.same("copies, answered", p.copies(original), want)
		p.same("of another office", read(p, func(ctx context.Context, r chat.Reader) ([]chat.CopyMade, error) {
			return r.Copies(ctx, p.newOffice("Other").ID, original)
		}), []chat.CopyMade(nil))
	}},
	{"what is beneath its original is in no list", func(p *practice) {
		original := p.start("Title", p.staff, p.anna)
		copied := p.startCopy(original, p.bert)
		all := func(list chat.List) []chat.ID { return p.walk(chat.RowQuery{User: p.staff.ID, List: list, Limit: 2}) }
		p.same("inbox", all(chat.Inbox), []chat.ID{original})
		p.same("by itself", p.walkOnce(chat.RowQuery{User: p.staff.ID, Conversation: copied, Limit: 9}), []chat.ID{copied})
		p.change(p.staff, copied, func(me *chat.Participant) { me.Archived = true })
		p.same("archived", all(chat.Archived), []chat.ID(nil))
		p.change(p.staff, copied, func(me *chat.Participant) { me.Archived, me.Beneath = false, false })
		p.same("inbox, no longer beneath", all(chat.Inbox), []chat.ID{copied, original})
		p.same("the contact's inbox", p.walk(chat.RowQuery{User: p.bert.ID, List: chat.Inbox, Limit: 2}), []chat.ID{copied})
	}},
	{"how many copies a conversation has", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		p.decide(chat.Decision{
			Need: chat.Need{Office: p.office.ID, Conversation: conv},
			Decide: func(st *chat.State) (chat.Effects, error) {
				c := st.Thread.Conversation
				c.Copies = 3
				return chat.Effects{Conversation: &c}, nil
			},
		})
		p.send(post{author: p.staff, conversation: conv, text: "moves the conversation"})
		p.same("copies", p.summary(conv).Conversation.Copies, 3)
	}},
}

// addresses gives one of two rosters an address that the other cannot have then.
func (p *practice) addresses(tax, guests chat.ID) {
	p.Helper()
	set := func(id chat.ID, address string) error {
		_, err := p.store.Update(p.Context(), func(tx chat.Tx) error { return tx.SetRosterAddress(p.Context(), p.office.ID, id, address) })
		return err
	}
	at := func(office chat.ID, address string) func() error {
		return func() error {
			return p.store.View(p.Context(), func(r chat.Reader) error { _, err := r.RosterAt(p.Context(), office, address); return err })
		}
	}
	p.refused(chat.NotFound, "no address", at(p.office.ID, ""))
	for _, id := range []chat.ID{guests, tax} { // both without one, then one has it
		p.same("taken away", set(id, ""), error(nil))
	}
	p.same("given", set(tax, "tax"), error(nil))
	p.same("at", *read(p, func(ctx context.Context, r chat.Reader) (*chat.Roster, error) {
		return r.RosterAt(ctx, p.office.ID, "tax")
	}),
		chat.Roster{Office: p.office.ID, ID: tax, Kind: chat.Team, Name: "Tax", Address: "tax"})
	p.refused(chat.Conflict, "another's", func() error { return set(guests, "tax") })
	p.refused(chat.NotFound, "of another office", at(newID(), "tax"))
	p.refused(chat.NotFound, "another", at(p.office.ID, "ta"))
}

var rosters = []test{
	{"teams and circles", func(p *practice) {
		put := func(r chat.Roster) (id chat.ID) {
			p.update(func(tx chat.Tx) (err error) {
				r.Office, r.ID = p.office.ID, newID()
				id, err = tx.PutRoster(p.Context(), r)
				return err
			})
			return id
		}
		all := func(office chat.ID, ids []chat.ID) []chat.Roster {
			return read(p, func(ctx context.Context, r chat.Reader) ([]chat.Roster, error) { return r.Rosters(ctx, office, ids) })
		}
		gone := p.newUser(chat.Staff, "Gus Gone")
		tax := put(chat.Roster{Kind: chat.Team, Name: "Tax", Members: []chat.ID{p.staff.ID, p.owner.ID, gone.ID}})
		guests := put(chat.Roster{Kind: chat.Circle, Name: "Guests", Members: []chat.ID{p.anna.ID}})
		gone.Active = false
		p.update(func(tx chat.Tx) error { return tx.PutUser(p.Context(), gone) })
		want := []chat.Roster{
			{Office: p.office.ID, ID: guests, Kind: chat.Circle, Name: "Guests", Members: []chat.ID{p.anna.ID}},
			{Office: p.office.ID, ID: tax, Kind: chat.Team, Name: "Tax", Members: []chat.ID{p.owner.ID, p.staff.ID}},
		}
		p.same("all", all(p.office.ID, nil), want)
		p.same("some", all(p.office.ID, []chat.ID{tax, newID()}), want[1:])
		p.same("none", all(p.office.ID, []chat.ID{}), []chat.Roster(nil))
		p.same("of another office", all(p.newOffice("Other").ID, []chat.ID{tax}), []chat.Roster(nil))
		p.addresses(tax, guests)
		p.same("the same name", put(chat.Roster{Kind: chat.Circle, Name: "TAX", Members: []chat.ID{p.bert.ID}}), tax)
		want[1].Kind, want[1].Name, want[1].Address, want[1].Members = chat.Circle, "TAX", "tax", []chat.ID{p.bert.ID}
		p.same("changed", all(p.office.ID, nil), want)
	}},
}
