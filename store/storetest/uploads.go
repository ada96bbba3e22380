package storetest

import (
	"context"
	"sync/atomic"

	"postern/chat"
)

var uploads = []test{
	{"an upload waits, is taken by one message, and stands in its order", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		second, first := p.upload(p.anna, "b.pdf"), p.upload(p.anna, "a.png")
		p.same("waiting", p.attachment(first.ID), first)
		sent, _ := p.send(post{author: p.anna, conversation: conv, text: "look", uploads: []chat.ID{first.ID, second.ID}})
		for i, a := range []chat.Attachment{first, second} {
			a.Conversation, a.Message, a.Position, a.Audience = conv, sent.ID, sent.Position, chat.ForAll
			p.same("taken", p.attachment(a.ID), a)
			p.same("on the message", p.message(sent.ID).Attachments[i], a)
			p.same("on the page", p.thread(conv)[0].Attachments[i], a)
		}
		p.refused(chat.Conflict, "a second message", func() error {
			_, err := p.store.Decide(p.Context(), post{author: p.anna, conversation: conv, text: "again", uploads: []chat.ID{first.ID}}.decision(p, new(chat.Message)))
			return err
		})
	}},
	{"an upload is taken once, whatever the decisions say", func(p *practice) {
		a, b := p.start("A", p.staff, p.anna), p.start("B", p.staff, p.anna)
		upload := p.upload(p.staff, "one.pdf")
		var won atomic.Int32
		for _, err := range each(10, func(i int) error {
			conv := []chat.ID{a, b}[i%2]
			_, err := p.store.Decide(p.Context(), chat.Decision{
				Need: chat.Need{Office: p.office.ID, Conversation: conv, Actor: p.staff.ID, Uploads: []chat.ID{upload.ID}},
				Decide: func(st *chat.State) (chat.Effects, error) { // does not look whether it is taken
					m := post{author: p.staff, conversation: conv, text: "mine", at: p.from, id: newID()}
					msg, _, err := m.decide(st)
					if err != nil {
						return chat.Effects{}, err
					}
					msg.Attachments = []chat.Attachment{upload}
					return m.effects(st, st.Thread.Conversation, msg), nil
				},
			})
			if err == nil {
				won.Add(1)
			} else if chat.KindOf(err) == chat.Conflict {
				err = nil
			}
			return err
		}) {
			if err != nil {
				p.Error(err)
			}
		}
		p.same("winners", won.Load(), int32(1))
		p.same("messages", len(p.thread(a))+len(p.thread(b)), 1)
	}},
	{"what the scanner said is kept with the file, waiting or sent", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		file, other := p.upload(p.anna, "a.png"), p.upload(p.anna, "b.png")
		for _, found := range []string{"", "Evil"} {
			file.Scan = chat.Scan{At: p.now(), By: "signatures", Found: found}
			p.update(func(tx chat.Tx) error { return tx.Scanned(p.Context(), p.office.ID, file.ID, file.Scan) })
			p.same("waiting", p.attachment(file.ID), file)
		}
		sent, _ := p.send(post{author: p.anna, conversation: conv, text: "look", uploads: []chat.ID{file.ID}})
		p.same("on the message", p.message(sent.ID).Attachments[0].Scan, file.Scan)
		p.same("the other", p.attachment(other.ID), other)
		elsewhere := p.newOffice("Elsewhere")
		p.update(func(tx chat.Tx) error { return tx.Scanned(p.Context(), elsewhere.ID, other.ID, file.Scan) })
		p.same("by another office", p.attachment(other.ID), other)
	}},
	{"an upload's id is taken once", func(p *practice) {
		file := p.upload(p.anna, "a.png")
		p.refused(chat.Conflict, "again", func() error {
			_, err := p.store.Update(p.Context(), func(tx chat.Tx) error { return tx.AddUpload(p.Context(), file) })
			return err
		})
		p.same("the first", p.attachment(file.ID), file)
	}},
	{"an upload of another office is not seen", func(p *practice) {
		conv := p.start("Title", p.staff)
		elsewhere := p.newUserOf(p.newOffice("Elsewhere"), chat.Client, "Elsa")
		foreign := p.upload(elsewhere, "secret.pdf")
		p.decide(chat.Decision{
			Need: chat.Need{Office: p.office.ID, Conversation: conv, Actor: p.staff.ID, Uploads: []chat.ID{foreign.ID}},
			Decide: func(st *chat.State) (chat.Effects, error) {
				if st.Upload(foreign.ID) != nil {
					p.Error("sees it")
				}
				return chat.Effects{}, nil
			},
		})
	}},
}

func (p *practice) upload(u chat.User, name string) chat.Attachment {
	p.Helper()
	a := chat.Attachment{
		Office: u.Office, ID: newID(), Owner: u.ID, Name: name, Type: "application/pdf", Size: 1 << 40, Inline: "cid@" + name, Hash: newHash(), Width: 4000, Height: 3000, CreatedAt: p.now(),
	}
	p.update(func(tx chat.Tx) error { return tx.AddUpload(p.Context(), a) })
	return a
}

func (p *practice) attachment(id chat.ID) chat.Attachment {
	p.Helper()
	return *read(p, func(ctx context.Context, r chat.Reader) (*chat.Attachment, error) {
		return r.Attachment(ctx, p.office.ID, id)
	})
}
