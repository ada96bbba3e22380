package storetest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"postern/chat"
)

var access = []test{
	{"a page is what the viewer may read, both ways", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		var all []chat.Message
		for i := range 12 {
			m, _ := p.send(post{author: p.staff, conversation: conv, text: numbered("m", i), note: i%3 == 2})
			all = append(all, m)
		}
		first, last := all[0].Position, all[11].Position
		spans := map[string][]chat.Span{
			"all":           {{Open: true}},
			"none":          {},
			"closed":        {{Through: all[7].Position}},
			"from":          {{After: all[3].Position, Open: true}},
			"two":           {{After: first, Through: all[4].Position}, {After: all[6].Position, Open: true}},
			"three closed":  {{Through: first}, {After: all[4].Position, Through: all[5].Position}, {After: all[8].Position, Through: last}},
			"one that ends": {{After: all[2].Position, Through: all[2].Position}},
		}
		for name, s := range spans {
			for _, view := range everybody {
				p.pages(fmt.Sprintf("%s as %d", name, view), conv, all, chat.Access{View: view, Spans: s})
			}
		}
	}},
	{"what was taken back since a time is found, as far as the viewer may read, however long ago it was written", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		first, _ := p.send(post{author: p.staff, conversation: conv, text: "first"})
		note, _ := p.send(post{author: p.staff, conversation: conv, text: "note", note: true})
		last, _ := p.send(post{author: p.staff, conversation: conv, text: "last"})
		at := p.now()
		for how, m := range map[chat.Withdrawal]chat.Message{chat.Undone: first, chat.Retracted: note} {
			m.Withdrawn, m.WithdrawnBy, m.WithdrawnAt = how, p.staff.Person(), at
			p.decide(chat.Decision{
				Need:   chat.Need{Office: p.office.ID, Conversation: conv, Actor: p.staff.ID},
				Decide: func(*chat.State) (chat.Effects, error) { return chat.Effects{Withdrawn: []chat.Message{m}}, nil },
			})
		}
		whole := []chat.Span{{Open: true}}
		since := func(view chat.View, spans []chat.Span, after time.Duration, change ...func(*chat.WithdrawnQuery)) bool {
			q := chat.WithdrawnQuery{
				Office: p.office.ID, Conversation: conv, Access: chat.Access{View: view, Spans: spans}, Through: last.Position, Since: at.Add(after),
			}
			for _, do := range change {
				do(&q)
			}
			return read(p, func(ctx context.Context, r chat.Reader) (bool, error) { return r.Withdrawn(ctx, q) })
		}
		p.same("staff", since(chat.StaffView, whole, -time.Second), true)
		p.same("a contact", since(chat.ContactView, whole, -time.Second), true)
		p.same("not since", since(chat.StaffView, whole, 0), false)
		p.same("who was never there", since(chat.StaffView, nil, -time.Second), false)
		p.same("who came later", since(chat.ContactView, []chat.Span{{After: first.Position, Open: true}}, -time.Second), false)
		p.same("staff who came later", since(chat.StaffView, []chat.Span{{After: first.Position, Open: true}}, -time.Second), true)
		p.same("before it", since(chat.StaffView, whole, -time.Second, func(q *chat.WithdrawnQuery) { q.Through = first.Position - 1 }), false)
		p.same("in another office", since(chat.StaffView, whole, -time.Second, func(q *chat.WithdrawnQuery) { q.Office = newID() }), false)
		p.same("in another conversation", since(chat.StaffView, whole, -time.Second, func(q *chat.WithdrawnQuery) { q.Conversation = p.start("Other", p.staff) }), false)
	}},
	{"nothing of another office or conversation", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: conv, text: "hello"})
		open := chat.Access{View: chat.StaffView, Spans: []chat.Span{{Open: true}}}
		p.same("premise", len(p.messages(chat.MessageQuery{Conversation: conv, Access: open, Limit: 9})), 1)
		p.same("another conversation", len(p.messages(chat.MessageQuery{Conversation: p.start("Other", p.staff), Access: open, Limit: 9})), 0)
		p.view(func(r chat.Reader) error {
			foreign := newID()
			m, err := r.Messages(p.Context(), chat.MessageQuery{Office: foreign, Conversation: conv, Access: open, Limit: 9})
			p.same("messages", len(m), 0)
			if err != nil {
				return err
			}
			s, err := r.Summaries(p.Context(), foreign, []chat.ID{conv})
			p.same("summaries", len(s), 0)
			if err != nil {
				return err
			}
			spans, err := r.Spans(p.Context(), foreign, p.anna.ID, []chat.ID{conv})
			p.same("spans", len(spans), 0)
			return err
		})
	}},
	{"who is present, of which views", func(p *practice) {
		tess := p.newUser(chat.Staff, "Tess Staff")
		conv := p.start("Title", p.staff, tess, p.anna, p.bert)
		p.start("Other", p.carl)
		p.present(conv, "everybody", nil, p.staff, tess, p.anna, p.bert)
		p.present(conv, "staff", []chat.View{chat.StaffView}, p.staff, tess)
		p.present(conv, "contacts", []chat.View{chat.ContactView}, p.anna, p.bert)
		p.present(conv, "both views", everybody, p.staff, tess, p.anna, p.bert)
		p.present(conv, "of no view", []chat.View{})
		p.present(newID(), "of no conversation", nil)
		p.decide(p.leaving(tess, tess, conv))
		p.decide(p.leaving(p.staff, p.anna, conv))
		p.present(conv, "staff who stayed", []chat.View{chat.StaffView}, p.staff)
		p.present(conv, "who stayed", nil, p.staff, p.bert)
		p.decide(p.adding(p.staff, p.anna, conv))
		p.present(conv, "who came back", nil, p.staff, p.anna, p.bert)
		p.change(p.bert, conv, func(row *chat.Participant) { row.Muted, row.Archived = true, true })
		p.present(conv, "who hears of it by no badge", nil, p.staff, p.anna, p.bert)
		p.view(func(r chat.Reader) error {
			foreign, err := r.Present(p.Context(), newID(), conv, nil)
			p.same("to another office", len(foreign), 0)
			return err
		})
	}},
	{"spans are closed and opened, never overwritten", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		p.same("at first", stretches(p.spans(p.anna, conv)), [][3]chat.Position{{0, 0, 1}})
		p.send(post{author: p.staff, conversation: conv, text: "one"})
		p.decide(p.leaving(p.anna, p.anna, conv))
		p.same("left", stretches(p.spans(p.anna, conv)), [][3]chat.Position{{0, position(1), 0}})
		p.same("left title", p.summary(conv).Members[1].LeftTitle, "Title")
		p.send(post{author: p.staff, conversation: conv, text: "two"})
		p.decide(p.adding(p.staff, p.anna, conv))
		p.same("added", stretches(p.spans(p.anna, conv)), [][3]chat.Position{{0, position(1), 0}, {position(2), 0, 1}})
		p.same("others'", stretches(p.spans(p.staff, conv)), [][3]chat.Position{{0, 0, 1}})
	}},
}

// pages compares every page of every size with what chat.Access.Sees says of all messages.
func (p *practice) pages(name string, conversation chat.ID, all []chat.Message, a chat.Access) {
	p.Helper()
	var seen []chat.Position
	for _, m := range all {
		if a.Sees(m.Position, m.Audience) {
			seen = append(seen, m.Position)
		}
	}
	for _, limit := range []int{1, 3, 50} {
		q := chat.MessageQuery{Conversation: conversation, Access: a, Limit: limit}
		var back []chat.Position
		for page := p.messages(q); len(page) > 0; page = p.messages(q) {
			back = append(places(page), back...)
			q.Before = page[0].Position
		}
		p.same(name+" backward", back, seen)
		q = chat.MessageQuery{Conversation: conversation, Access: a, Limit: limit, Forward: true}
		var forth []chat.Position
		for page := p.messages(q); len(page) > 0; page = p.messages(q) {
			if len(page) > limit || !slices.IsSorted(places(page)) {
				p.Errorf("%s: a page of %v", name, places(page))
			}
			forth = append(forth, places(page)...)
			q.After = page[len(page)-1].Position
		}
		p.same(name+" forward", forth, seen)
	}
}

func places(messages []chat.Message) (all []chat.Position) {
	for _, m := range messages {
		all = append(all, m.Position)
	}
	return all
}

func (p *practice) present(conversation chat.ID, what string, views []chat.View, want ...chat.User) {
	p.Helper()
	got := read(p, func(ctx context.Context, r chat.Reader) ([]chat.ID, error) {
		return r.Present(ctx, p.office.ID, conversation, views)
	})
	var ids []chat.ID
	for _, u := range want {
		ids = append(ids, u.ID)
	}
	slices.SortFunc(ids, func(a, b chat.ID) int { return slices.Compare(a[:], b[:]) })
	p.same(what, got, ids)
}
