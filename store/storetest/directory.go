package storetest

import (
	"context"
	"fmt"
	"time"

	"postern/chat"
)

var everybody = []chat.View{chat.StaffView, chat.ContactView}

var directory = []test{
	{"people are listed by name, without the asker and those deactivated", func(p *practice) {
		gone := p.newUser(chat.Client, "Aaron Gone")
		gone.Active = false
		p.update(func(tx chat.Tx) error { return tx.PutUser(p.Context(), gone) })
		p.newUserOf(p.newOffice("Elsewhere"), chat.Client, "Aaron Elsewhere")
		p.finds(chat.PeopleQuery{Views: everybody, Except: p.bert.ID}, p.anna, p.carl, p.owner, p.staff)
		p.finds(chat.PeopleQuery{Views: []chat.View{chat.StaffView}}, p.owner, p.staff)
		p.finds(chat.PeopleQuery{Views: []chat.View{chat.ContactView}, Limit: 2}, p.anna, p.bert)
		p.finds(chat.PeopleQuery{})
		p.finds(chat.PeopleQuery{Views: everybody, Deactivated: true}, gone)
		p.finds(chat.PeopleQuery{Views: everybody, Deactivated: true, Prefix: "gon"}, gone)
		p.finds(chat.PeopleQuery{Views: everybody, Deactivated: true, Prefix: "ann"})
	}},
	{"a prefix is that of any word, without case, or of the address", func(p *practice) {
		hyphen := p.newUser(chat.Client, "Anne-Marie O’Neil")
		umlaut := p.newUser(chat.Client, "Özgür Ærø")
		for prefix, want := range map[string][]chat.User{
			"an":               {p.anna, hyphen},
			"ANN":              {p.anna, hyphen},
			"client":           {p.anna, p.bert, p.carl},
			"be cl":            {p.bert},
			"cl be":            {p.bert},
			" cl  be ":         {p.bert},
			"marie":            {hyphen},
			"anne-m":           {hyphen},
			"neil":             {hyphen},
			"öz":               {umlaut},
			"ÖZ æ":             {umlaut},
			p.carl.Email[:30]:  {p.carl},
			"nna":              {},
			"%":                {},
			"_nna":             {},
			"anna client more": {},
		} {
			p.finds(chat.PeopleQuery{Views: everybody, Prefix: prefix}, want...)
		}
	}},
	{"everybody is reached page by page, and some by their ids", func(p *practice) {
		gone := p.newUser(chat.Client, "Aaron Gone")
		p.setActive(gone, false)
		var all []string
		q := chat.PeopleQuery{Views: everybody, Limit: 2}
		for page := p.people(q); len(page) > 0; page = p.people(q) {
			for _, l := range page {
				all = append(all, l.Name)
			}
			last := page[len(page)-1]
			q.AfterName, q.AfterID = last.Name, last.ID
		}
		p.same("all", all, []string{p.anna.Name, p.bert.Name, p.carl.Name, p.owner.Name, p.staff.Name})
		p.finds(chat.PeopleQuery{Among: []chat.ID{p.staff.ID, gone.ID, newID()}}, gone, p.staff)
	}},
	{"where names alone are asked for, nobody is found by the address", func(p *practice) {
		byAddress := func(prefix string) chat.PeopleQuery {
			return chat.PeopleQuery{Views: everybody, Prefix: prefix, NamesOnly: true}
		}
		u := p.anna
		u.Email = "ann@example.com"
		p.update(func(tx chat.Tx) error { return tx.PutUser(p.Context(), u) })
		p.finds(chat.PeopleQuery{Views: everybody, Prefix: "ann@"}, u)
		p.finds(byAddress("ann@"))
		p.finds(byAddress("client ann@"))
		p.finds(byAddress(p.carl.Email[:30]))
		p.finds(byAddress("ann"), u)
		p.finds(byAddress("ann cl"), u)
	}},
	{"words follow a change of name", func(p *practice) {
		u := p.anna
		u.Name = "Zoe Changed"
		p.update(func(tx chat.Tx) error { return tx.PutUser(p.Context(), u) })
		p.finds(chat.PeopleQuery{Views: everybody, Prefix: "anna"})
		p.finds(chat.PeopleQuery{Views: everybody, Prefix: "zoe"}, u)
	}},
	{"nobody is listed twice, and the account's name stands by", func(p *practice) {
		u := p.newUser(chat.Client, "Dora Dora Dorian D’Or")
		u.Account = newID()
		p.update(func(tx chat.Tx) error {
			if err := tx.PutAccount(p.Context(), chat.Account{Office: p.office.ID, ID: u.Account, Name: "Dora Ltd"}); err != nil {
				return err
			}
			return tx.PutUser(p.Context(), u)
		})
		got := p.people(chat.PeopleQuery{Views: everybody, Prefix: "do"})
		p.same("found", got, []chat.Listed{{User: u, AccountName: "Dora Ltd"}})
	}},
	{"one letter among thousands finds as many as wanted", func(p *practice) {
		p.update(func(tx chat.Tx) error {
			for i := range 2000 {
				u := chat.User{
					Office: p.office.ID, ID: newID(), Role: chat.Client, Name: fmt.Sprintf("Many %04d", i),
					Email: fmt.Sprintf("many%d@example.com", i), Active: true, CreatedAt: p.now(),
				}
				if err := tx.PutUser(p.Context(), u); err != nil {
					return err
				}
			}
			return nil
		})
		begun := time.Now()
		got := p.people(chat.PeopleQuery{Views: everybody, Prefix: "m", Limit: 20})
		if took := time.Since(begun); took > time.Second {
			p.Errorf("took %v", took)
		}
		p.same("found", len(got), 20)
		p.finds(chat.PeopleQuery{Views: []chat.View{chat.StaffView}, Prefix: "m"})
	}},
}

func (p *practice) people(q chat.PeopleQuery) []chat.Listed {
	p.Helper()
	q.Office = p.office.ID
	if q.Limit == 0 {
		q.Limit = 100
	}
	return read(p, func(ctx context.Context, r chat.Reader) ([]chat.Listed, error) { return r.People(ctx, q) })
}

func (p *practice) finds(q chat.PeopleQuery, want ...chat.User) {
	p.Helper()
	got := ids(p.people(q), func(l chat.Listed) chat.ID { return l.ID })
	p.same(fmt.Sprintf("found by %q", q.Prefix), got, ids(want, userID))
}
