package storetest

import (
	"context"
	"sync/atomic"

	"postern/chat"
)

var letters = []test{
	{"a letter is taken with its message, and comes back whole", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		l := p.letter()
		sent, _ := p.send(post{author: p.anna, conversation: conv, text: "by mail", letter: &l})
		l.Conversation, l.Participant, l.Entry = conv, p.anna.ID, sent.ID
		got := *read(p, func(ctx context.Context, r chat.Reader) (*chat.Letter, error) {
			return r.Letter(ctx, p.office.ID, l.ID)
		})
		p.same("letter", got, l)
	}},
	{"the same letter is taken once, in one group and across", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		l := p.letter()
		decision := func() chat.Decision {
			again := l
			again.ID = newID()
			return post{author: p.anna, conversation: conv, text: "by mail", letter: &again}.decision(p, new(chat.Message))
		}
		out := p.together(decision(), decision())
		p.succeeded(out[:1])
		p.same("in the group", chat.KindOf(out[1].err), chat.Conflict)
		p.refused(chat.Conflict, "later", func() error {
			_, err := p.store.Decide(p.Context(), decision())
			return err
		})
		p.same("stored", len(p.thread(conv)), 1)
	}},
	{"the same letter is taken once, whatever the decisions say", func(p *practice) {
		l := p.letter()
		convs := []chat.ID{p.start("A", p.staff, p.anna), p.start("B", p.staff, p.anna)}
		var won atomic.Int32
		for _, err := range each(8, func(i int) error {
			mine := l
			mine.ID = newID()
			_, err := p.store.Decide(p.Context(), chat.Decision{
				Need:   chat.Need{Office: p.office.ID, Conversation: convs[i%2], Actor: p.anna.ID, Once: &l.Once},
				Decide: func(*chat.State) (chat.Effects, error) { return chat.Effects{Letters: []chat.Letter{mine}}, nil },
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
	}},
}

func (p *practice) letter() chat.Letter {
	return chat.Letter{
		Office: p.office.ID, ID: newID(), Reply: -4711, Once: newHash(), MessageID: "<id@example.com>", From: "anna@example.com",
		EnvelopeFrom: "bounce@example.com", Peer: "192.0.2.1", Subject: "Re: Title", Class: "human", Auth: "dkim=pass (example.com)", Signers: []string{"example.com", "esp.example"}, Fate: chat.LetterPosted, Reason: "because",
		Raw: newHash(), Size: 6000, Folded: "> quoted", ReceivedAt: p.now(),
	}
}

var replies = []test{
	{"a seat has one reply address, of the number it was first made with", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		first := p.address(p.anna, conv, -42)
		p.same("address", first, chat.ReplyAddress{Office: p.office.ID, Reply: -42, Generation: first.Generation, Conversation: conv, User: p.anna.ID})
		p.same("again", p.address(p.anna, conv, 43), first)
		p.same("found", *read(p, func(ctx context.Context, r chat.Reader) (*chat.ReplyAddress, error) { return r.ReplyAddress(ctx, -42) }), first)
		p.same("another's", p.address(p.staff, conv, 44).Reply, int64(44))
		other := p.start("Other", p.staff, p.anna)
		p.refused(chat.Conflict, "another seat's number", func() error {
			_, err := p.store.Update(p.Context(), func(tx chat.Tx) error {
				_, err := tx.AddressFor(p.Context(), p.office.ID, other, p.anna.ID, -42)
				return err
			})
			return err
		})
	}},
	{"its generation grows when the decision revokes it", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna, p.bert)
		annas, berts := p.address(p.anna, conv, 1), p.address(p.bert, conv, 2)
		p.decide(p.leaving(p.anna, p.anna, conv))
		annas.Generation++
		p.same("anna's", p.address(p.anna, conv, 3), annas)
		p.same("bert's", p.address(p.bert, conv, 4), berts)
		p.decide(p.leaving(p.staff, p.staff, conv)) // who never had one
	}},
	{"what was mailed moves forward only", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		a := p.address(p.anna, conv, 1)
		for _, n := range []int{2, 5, 3} {
			p.update(func(tx chat.Tx) error { return tx.MarkMailed(p.Context(), a.Reply, position(n)) })
		}
		p.same("mailed", p.address(p.anna, conv, 1).Mailed, position(5))
	}},
}

func (p *practice) address(u chat.User, conversation chat.ID, reply int64) chat.ReplyAddress {
	p.Helper()
	var a *chat.ReplyAddress
	p.update(func(tx chat.Tx) (err error) {
		a, err = tx.AddressFor(p.Context(), u.Office, conversation, u.ID, reply)
		return err
	})
	return *a
}
