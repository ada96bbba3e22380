package storetest

import (
	"context"

	"postern/chat"
)

var signatures = []test{
	{"a signature comes back by its hash, and is the user's from then on", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: conv, text: "one"}) // a store may remember who that was
		s := chat.Signature{Office: p.office.ID, Hash: newHash(), HTML: "<p>Stan</p>", Text: "Stan"}
		p.sign(p.staff, s)
		p.sign(p.anna, s) // the same words
		p.same("kept", p.signature(s.Hash), s)
		signed := p.staff
		signed.Signature = s.Hash
		p.same("the user's", *p.user(p.staff.ID), signed)
		p.decide(chat.Decision{
			Need: chat.Need{Office: p.office.ID, Conversation: conv, Actor: p.staff.ID},
			Decide: func(st *chat.State) (chat.Effects, error) {
				p.same("to a decision", *st.Actor(), signed)
				return chat.Effects{}, nil
			},
		})
		p.sign(p.staff, chat.Signature{Office: p.office.ID})
		p.same("none any more", *p.user(p.staff.ID), p.staff)
		p.same("still kept", p.signature(s.Hash), s)
		p.refused(chat.NotFound, "in another office", func() error {
			return p.store.View(p.Context(), func(r chat.Reader) error {
				_, err := r.Signature(p.Context(), newID(), s.Hash)
				return err
			})
		})
	}},
	{"a message names its signature", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		var sent chat.Message
		p.decide(chat.Decision{
			Need: chat.Need{Office: p.office.ID, Conversation: conv, Actor: p.staff.ID},
			Decide: func(st *chat.State) (e chat.Effects, err error) {
				m := post{author: p.staff, conversation: conv, text: "signed", at: p.from, id: newID()}
				if sent, _, err = m.decide(st); err != nil {
					return e, err
				}
				sent.Signature = newHash()
				return m.effects(st, st.Thread.Conversation, sent), nil
			},
		})
		p.same("kept", p.message(sent.ID), sent)
	}},
}

func (p *practice) sign(u chat.User, s chat.Signature) {
	p.Helper()
	p.update(func(tx chat.Tx) error { return tx.Sign(p.Context(), u.ID, s) })
}

func (p *practice) signature(hash [32]byte) chat.Signature {
	p.Helper()
	return *read(p, func(ctx context.Context, r chat.Reader) (*chat.Signature, error) {
		return r.Signature(ctx, p.office.ID, hash)
	})
}
