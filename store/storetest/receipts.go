package storetest

import (
	"context"

	"postern/chat"
)

var receipts = []test{
	{"receipts that overlap a stretch, oldest first, with their readers", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna, p.bert)
		for i := range 6 {
			p.send(post{author: p.staff, conversation: conv, text: numbered("m", i)})
		}
		p.decide(p.opening(p.anna, conv, position(2), new([]chat.ID)))
		p.decide(p.opening(p.bert, conv, position(6), new([]chat.ID)))
		p.decide(p.opening(p.anna, conv, position(4), new([]chat.ID)))
		all := p.receipts(conv, 0, position(6))
		p.same("readers", ids(all, func(r chat.ReceiptShown) chat.ID { return r.Reader.ID }), []chat.ID{p.anna.ID, p.bert.ID, p.anna.ID})
		p.same("name", all[1].Reader, p.bert.Person())
		p.same("stretch", [2]chat.Position{all[2].After, all[2].Through}, [2]chat.Position{position(2), position(4)})
		p.same("beginning", len(p.receipts(conv, 0, position(1))), 2)
		p.same("middle", len(p.receipts(conv, position(2), position(3))), 2)
		p.same("end", len(p.receipts(conv, position(4), position(6))), 1)
		p.same("beyond", len(p.receipts(conv, position(6), position(9))), 0)
		p.same("another conversation", len(p.receipts(newID(), 0, position(9))), 0)
	}},
	{"who wrote what is read, notes and happenings told apart", func(p *practice) {
		conv := p.start("Title", p.owner, p.staff, p.anna, p.bert)
		p.send(post{author: p.anna, conversation: conv, text: "for all"})
		p.send(post{author: p.staff, conversation: conv, text: "note", note: true})
		p.decide(chat.Decision{
			Need: chat.Need{Office: p.office.ID, Conversation: conv},
			Decide: func(*chat.State) (chat.Effects, error) {
				return chat.Effects{Messages: []chat.Message{{
					Office: p.office.ID, Conversation: conv, ID: newID(), Position: position(2), Kind: chat.Happen, Audience: chat.ForAll,
					Author: p.bert.Person(), Via: chat.ViaSystem, Happening: chat.Retitled, At: p.from, Hash: newHash(),
				}}}, nil
			},
		})
		for _, want := range []struct {
			through chat.Position
			public  []chat.ID
			any     bool
		}{{position(1), []chat.ID{p.anna.ID}, true}, {position(1) + 1, []chat.ID{p.anna.ID}, true}, {position(2), []chat.ID{p.anna.ID}, true}} {
			p.decide(chat.Decision{
				Need: chat.Need{Office: p.office.ID, Conversation: conv, Actor: p.owner.ID, ReadTo: want.through},
				Decide: func(st *chat.State) (chat.Effects, error) {
					public, any := st.AuthorsBetween(p.owner.ID, 0, want.through)
					var authors []chat.ID
					for id := range public {
						authors = append(authors, id)
					}
					p.same("authors", sorted(authors...), want.public)
					p.same("any", any, want.any)
					return chat.Effects{}, nil
				},
			})
		}
		p.decide(chat.Decision{ // what is opened already is not asked for again
			Need: chat.Need{Office: p.office.ID, Conversation: conv, Actor: p.anna.ID, ReadTo: position(1)},
			Decide: func(st *chat.State) (chat.Effects, error) {
				public, any := st.AuthorsBetween(p.anna.ID, 0, position(1))
				p.same("own messages", len(public), 0)
				p.same("any", any, false)
				return chat.Effects{}, nil
			},
		})
	}},
}

func (p *practice) receipts(conversation chat.ID, after, through chat.Position) []chat.ReceiptShown {
	p.Helper()
	return read(p, func(ctx context.Context, r chat.Reader) ([]chat.ReceiptShown, error) {
		return r.Receipts(ctx, p.office.ID, conversation, after, through)
	})
}
