package storetest

import (
	"context"

	"postern/chat"
)

var templates = []test{
	{"one's own and shared templates come back by title, and nobody else's", func(p *practice) {
		shared := p.template(chat.ID{}, "b")
		own, others, elsewhere := p.template(p.staff.ID, "a"), p.template(p.owner.ID, "c"), p.template(chat.ID{}, "d")
		elsewhere.Office = p.newOffice("Elsewhere").ID
		for _, t := range []chat.Template{shared, own, others, elsewhere} {
			p.update(func(tx chat.Tx) error { return tx.PutTemplate(p.Context(), t) })
		}
		p.same("of staff", p.templates(p.staff), []chat.Template{own, shared})
		p.same("of the owner", p.templates(p.owner), []chat.Template{shared, others})
		own.Owner, own.Group, own.Title, own.HTML, own.ChangedAt = chat.ID{}, chat.AmongStaff, "z", "<p>other</p>", p.now()
		p.update(func(tx chat.Tx) error { return tx.PutTemplate(p.Context(), own) })
		p.same("changed and shared", p.templates(p.owner), []chat.Template{shared, others, own})
		p.update(func(tx chat.Tx) error { return tx.DropTemplate(p.Context(), newID(), own.ID) })
		p.same("dropped in another office", len(p.templates(p.owner)), 3)
		p.update(func(tx chat.Tx) error { return tx.DropTemplate(p.Context(), p.office.ID, own.ID) })
		p.same("dropped", len(p.templates(p.owner)), 2)
		p.refused(chat.NotFound, "one of another office", func() error {
			return p.store.View(p.Context(), func(r chat.Reader) error {
				_, err := r.Template(p.Context(), p.office.ID, elsewhere.ID)
				return err
			})
		})
	}},
}

func (p *practice) template(owner chat.ID, title string) chat.Template {
	return chat.Template{
		Office: p.office.ID, ID: newID(), Owner: owner, Group: chat.ForClients, Title: title, HTML: "<p>{{date}}</p>", ChangedAt: p.now(),
	}
}

func (p *practice) templates(u chat.User) []chat.Template {
	p.Helper()
	return read(p, func(ctx context.Context, r chat.Reader) ([]chat.Template, error) {
		return r.Templates(ctx, u.Office, u.ID)
	})
}
