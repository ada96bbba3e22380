package storetest

import (
	"context"
	"strings"
	"time"

	"postern/chat"
)

var people = []test{
	{"an office is found by id, host and mail domain", func(p *practice) {
		ctx := p.Context()
		host := p.office.ID.String() + ".web.example"
		p.update(func(tx chat.Tx) error { return tx.PutHost(ctx, p.office.ID, host) })
		p.same("by id", *read(p, func(ctx context.Context, r chat.Reader) (*chat.Office, error) { return r.Office(ctx, p.office.ID) }), p.office)
		p.same("by host", *read(p, func(ctx context.Context, r chat.Reader) (*chat.Office, error) { return r.OfficeByHost(ctx, host) }), p.office)
		p.same("by domain", *read(p, func(ctx context.Context, r chat.Reader) (*chat.Office, error) {
			return r.OfficeByMailDomain(ctx, p.office.MailDomain)
		}), p.office)
		second := p.newOffice("Second")
		p.same("all", read(p, func(ctx context.Context, r chat.Reader) ([]chat.Office, error) { return r.Offices(ctx) }), []chat.Office{p.office, second})
	}},
	{"an office changes but for the time it was made", func(p *practice) {
		changed := p.office
		changed.Name, changed.Mode, changed.Grace, changed.Inbound, changed.TeamLetters = "Renamed", chat.Privacy, 0, false, true
		p.update(func(tx chat.Tx) error { return tx.PutOffice(p.Context(), changed) })
		p.same("office", *read(p, func(ctx context.Context, r chat.Reader) (*chat.Office, error) { return r.Office(ctx, p.office.ID) }), changed)
	}},
	{"hosts and mail domains belong to one office", func(p *practice) {
		other := p.newOffice("Other")
		p.update(func(tx chat.Tx) error { return tx.PutHost(p.Context(), p.office.ID, "one.example") })
		p.update(func(tx chat.Tx) error { return tx.PutHost(p.Context(), p.office.ID, "one.example") }) // again
		p.refused(chat.Conflict, "another's host", func() error {
			_, err := p.store.Update(p.Context(), func(tx chat.Tx) error { return tx.PutHost(p.Context(), other.ID, "one.example") })
			return err
		})
		other.MailDomain = p.office.MailDomain
		p.refused(chat.Conflict, "another's mail domain", func() error {
			_, err := p.store.Update(p.Context(), func(tx chat.Tx) error { return tx.PutOffice(p.Context(), other) })
			return err
		})
	}},
	{"a user comes back whole, and changes", func(p *practice) {
		u := p.anna
		u.Account, u.Coordinator, u.Password, u.BCC, u.Strict, u.MayMessage = newID(), p.staff.ID, "$argon2id$", true, true, false
		u.ToldRead = p.now()
		u.Name, u.Email, u.Active = "Änna Ümlaut", "Other."+u.Email, false
		p.update(func(tx chat.Tx) error {
			account := chat.Account{Office: p.office.ID, ID: u.Account, Name: "Client Ltd", Category: "firm", Tags: []string{"b", "a"}, Strict: true}
			if err := tx.PutAccount(p.Context(), account); err != nil {
				return err
			}
			return tx.PutUser(p.Context(), u)
		})
		p.same("user", *p.user(u.ID), u)
		p.same("others", *p.user(p.bert.ID), p.bert)
	}},
	{"what a user's mail may say changes by itself", func(p *practice) {
		for _, strict := range []bool{true, false} {
			p.update(func(tx chat.Tx) error { return tx.SetStrict(p.Context(), p.office.ID, p.anna.ID, strict) })
			want := p.anna
			want.Strict = strict
			p.same("user", *p.user(p.anna.ID), want)
			p.same("others", *p.user(p.bert.ID), p.bert)
		}
	}},
	{"who is told of reading is listed by name, each office's apart", func(p *practice) {
		told := func() []chat.User {
			return read(p, func(ctx context.Context, r chat.Reader) ([]chat.User, error) { return r.ToldRead(ctx, p.office.ID) })
		}
		since := p.now()
		anna, bert := p.anna, p.bert
		for _, u := range []*chat.User{&bert, &anna} {
			p.update(func(tx chat.Tx) error { return tx.SetToldRead(p.Context(), p.office.ID, u.ID, since) })
			u.ToldRead = since
		}
		p.same("both", told(), []chat.User{anna, bert})
		p.same("elsewhere", len(read(p, func(ctx context.Context, r chat.Reader) ([]chat.User, error) { return r.ToldRead(ctx, newID()) })), 0)
		p.update(func(tx chat.Tx) error { return tx.SetToldRead(p.Context(), p.office.ID, anna.ID, time.Time{}) })
		p.same("one", told(), []chat.User{bert})
		p.same("the other", *p.user(anna.ID), p.anna)
	}},
	{"a user is found by address without case", func(p *practice) {
		for _, email := range []string{p.anna.Email, strings.ToUpper(p.anna.Email), strings.ToLower(p.anna.Email)} {
			u := read(p, func(ctx context.Context, r chat.Reader) (*chat.User, error) {
				return r.UserByEmail(ctx, p.office.ID, email)
			})
			p.same("user", *u, p.anna)
		}
	}},
	{"an address belongs to one user of an office, and to one in each", func(p *practice) {
		twin := p.bert
		twin.Email = strings.ToUpper(p.anna.Email)
		p.refused(chat.Conflict, "a taken address", func() error {
			_, err := p.store.Update(p.Context(), func(tx chat.Tx) error { return tx.PutUser(p.Context(), twin) })
			return err
		})
		p.same("unchanged", *p.user(p.bert.ID), p.bert)
		elsewhere := p.newUserOf(p.newOffice("Elsewhere"), chat.Client, "Elsa")
		elsewhere.Email = p.anna.Email
		p.update(func(tx chat.Tx) error { return tx.PutUser(p.Context(), elsewhere) })
	}},
	{"users are given by id, and only those of the office", func(p *practice) {
		elsewhere := p.newUserOf(p.newOffice("Elsewhere"), chat.Client, "Elsa")
		got := read(p, func(ctx context.Context, r chat.Reader) (map[chat.ID]*chat.User, error) {
			return r.Users(ctx, p.office.ID, []chat.ID{p.anna.ID, p.bert.ID, p.anna.ID, elsewhere.ID, newID()})
		})
		p.same("users", got, map[chat.ID]*chat.User{p.anna.ID: &p.anna, p.bert.ID: &p.bert})
		none := read(p, func(ctx context.Context, r chat.Reader) (map[chat.ID]*chat.User, error) {
			return r.Users(ctx, p.office.ID, nil)
		})
		p.same("none", len(none), 0)
	}},
	{"an account comes back whole, and changes", func(p *practice) {
		a := chat.Account{Office: p.office.ID, ID: newID(), Name: "Client Ltd", Category: "firm", Tags: []string{"audit", "tax"}, Strict: true}
		get := func() chat.Account {
			return *read(p, func(ctx context.Context, r chat.Reader) (*chat.Account, error) { return r.Account(ctx, a.Office, a.ID) })
		}
		p.update(func(tx chat.Tx) error { return tx.PutAccount(p.Context(), a) })
		p.same("account", get(), a)
		a.Name, a.Tags, a.Strict = "Client AG", []string{"tax"}, false
		p.update(func(tx chat.Tx) error { return tx.PutAccount(p.Context(), a) })
		p.same("account", get(), a)
	}},
	{"what does not exist is not found", func(p *practice) {
		ctx, nobody := p.Context(), newID()
		p.view(func(r chat.Reader) error {
			for what, ask := range map[string]func() error{
				"office":        func() error { _, err := r.Office(ctx, nobody); return err },
				"host":          func() error { _, err := r.OfficeByHost(ctx, "nowhere.example"); return err },
				"mail domain":   func() error { _, err := r.OfficeByMailDomain(ctx, "nowhere.example"); return err },
				"user":          func() error { _, err := r.User(ctx, p.office.ID, nobody); return err },
				"foreign user":  func() error { _, err := r.User(ctx, nobody, p.anna.ID); return err },
				"address":       func() error { _, err := r.UserByEmail(ctx, p.office.ID, "nobody@example.com"); return err },
				"account":       func() error { _, err := r.Account(ctx, p.office.ID, nobody); return err },
				"session":       func() error { _, err := r.Session(ctx, newHash()); return err },
				"link":          func() error { _, err := r.Link(ctx, newHash()); return err },
				"stream":        func() error { _, err := r.Stream(ctx, nobody); return err },
				"events":        func() error { _, _, err := r.Events(ctx, nobody, 0, 1); return err },
				"message":       func() error { _, err := r.Message(ctx, p.office.ID, nobody); return err },
				"attachment":    func() error { _, err := r.Attachment(ctx, p.office.ID, nobody); return err },
				"reply address": func() error { _, err := r.ReplySeat(ctx, 4711); return err },
				"letter":        func() error { _, err := r.Letter(ctx, p.office.ID, nobody); return err },
				"mail":          func() error { _, err := r.Mail(ctx, p.office.ID, nobody); return err },
			} {
				p.refused(chat.NotFound, what, ask)
			}
			return nil
		})
	}},
}

func (p *practice) user(id chat.ID) *chat.User {
	p.Helper()
	return read(p, func(ctx context.Context, r chat.Reader) (*chat.User, error) { return r.User(ctx, p.office.ID, id) })
}
