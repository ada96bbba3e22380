package storetest

import (
	"context"
	"slices"
	"time"

	"postern/chat"
)

var sends = []test{
	{"a message comes back whole by id and by place", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		sent, _ := p.send(post{author: p.staff, conversation: conv, key: "k", text: "hello"})
		p.same("by id", p.message(sent.ID), sent)
		places := []chat.MessagePlace{{Conversation: conv, Position: sent.Position}, {Conversation: conv, Position: sent.Position + 1}, {Conversation: newID(), Position: sent.Position}}
		got := read(p, func(ctx context.Context, r chat.Reader) (map[chat.MessagePlace]*chat.Message, error) {
			return r.MessagesAt(ctx, p.office.ID, append(places, places...))
		})
		p.same("by place", got, map[chat.MessagePlace]*chat.Message{places[0]: &sent})
		foreign := read(p, func(ctx context.Context, r chat.Reader) (map[chat.MessagePlace]*chat.Message, error) {
			return r.MessagesAt(ctx, newID(), places)
		})
		p.same("from another office", len(foreign), 0)
	}},
	{"a happening names whom it is about", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		m := chat.Message{
			Office: p.office.ID, Conversation: conv, ID: newID(), Position: position(1), Kind: chat.Happen, Audience: chat.ForAll,
			Via: chat.ViaSystem, Happening: chat.Joined, Subjects: []chat.Person{p.carl.Person(), p.bert.Person()}, At: p.now(), Hash: newHash(),
		}
		p.decide(chat.Decision{
			Need:   chat.Need{Office: p.office.ID, Conversation: conv},
			Decide: func(*chat.State) (chat.Effects, error) { return chat.Effects{Messages: []chat.Message{m}}, nil },
		})
		p.same("entry", p.message(m.ID), m)
	}},
	{"a message can be undone for some time by the database's clock, and says what it brought back", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		m := chat.Message{
			Office: p.office.ID, Conversation: conv, ID: newID(), Position: position(1), Kind: chat.Written, Audience: chat.ForAll,
			Via: chat.ViaBrowser, At: p.now(), Hash: newHash(), Undoable: time.Minute,
			Surfaced: chat.Surfaced{Archived: []chat.ID{p.anna.ID, p.staff.ID}, Deleted: []chat.ID{p.staff.ID}, Beneath: []chat.ID{p.owner.ID}, State: chat.Done},
		}
		before := p.clock()
		p.decide(chat.Decision{
			Need:   chat.Need{Office: p.office.ID, Conversation: conv},
			Decide: func(*chat.State) (chat.Effects, error) { return chat.Effects{Messages: []chat.Message{m}}, nil },
		})
		got := p.message(m.ID)
		p.same("what it brought back", got.Surfaced, m.Surfaced)
		if u := got.UndoUntil; u.Before(before.Add(time.Minute-time.Millisecond)) || u.After(p.clock().Add(time.Minute+time.Millisecond)) {
			p.Errorf("can be undone until %s, sent after %s", u, before)
		}
		sent, _ := p.send(post{author: p.staff, conversation: p.start("Title", p.staff, p.anna), text: "hello"})
		p.same("of another", p.message(sent.ID).UndoUntil, time.Time{})
	}},
	{"the conversation and everyone's row move as the decision says", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		sent, _ := p.send(post{author: p.staff, conversation: conv, text: "hello"})
		s := p.summary(conv)
		p.same("last", s.Conversation.Last, position(1))
		p.same("hash", s.Conversation.Hash, sent.Hash)
		p.same("people", ids(s.Members, func(m chat.Member) chat.ID { return m.Person.ID }), []chat.ID{p.staff.ID, p.anna.ID})
		p.same("names", s.Members[1].Person, p.anna.Person())
		p.same("own row", s.Members[0].NewestOther, chat.Position(0))
		p.same("other's row", s.Members[1].NewestOther, position(1))
		p.same("active", s.Members[1].ActiveAt, sent.At)
	}},
	{"the same key gives the first answer, also later, and another content is the rule's to refuse", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		first, _ := p.send(post{author: p.anna, conversation: conv, key: "once", text: "hello"})
		again, told := p.send(post{author: p.anna, conversation: conv, key: "once", text: "hello"})
		p.same("again", again, first)
		p.same("told", len(told), 0)
		p.refused(chat.Conflict, "another content", func() error {
			var m chat.Message
			_, err := p.store.Decide(p.Context(), post{author: p.anna, conversation: conv, key: "once", text: "other"}.decision(p, &m))
			return err
		})
		other, _ := p.send(post{author: p.staff, conversation: conv, key: "once", text: "hello"})
		p.same("another author's key is another", other.Position, position(2))
		p.same("stored", len(p.thread(conv)), 2)
	}},
	{"a key is seen from every conversation of its author", func(p *practice) {
		conv, second := p.start("One", p.staff, p.anna), p.start("Two", p.staff, p.anna)
		first, _ := p.send(post{author: p.anna, conversation: conv, key: "once", text: "hello"})
		again, _ := p.send(post{author: p.anna, conversation: second, key: "once", text: "hello"})
		p.same("again", again, first)
	}},
	{"fifty at once get one order, without gaps", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		decisions := make([]chat.Decision, 50)
		for i := range decisions {
			decisions[i] = post{author: p.staff, conversation: conv, key: numbered("k", i), text: numbered("m", i)}.decision(p, new(chat.Message))
		}
		for _, err := range each(50, func(i int) error { _, err := p.store.Decide(p.Context(), decisions[i]); return err }) {
			if err != nil {
				p.Error(err)
			}
		}
		for i, m := range p.thread(conv) {
			p.same("position", m.Position, position(i+1))
		}
		p.checkStreams(p.staff, p.anna)
	}},
	{"a decision that is refused leaves nothing", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		before := p.stream(p.anna)
		_, err := p.store.Decide(p.Context(), chat.Decision{
			Need: chat.Need{Office: p.office.ID, Conversation: conv, Actor: p.anna.ID},
			Decide: func(*chat.State) (chat.Effects, error) {
				return chat.Effects{Audit: []chat.AuditEntry{{Office: p.office.ID, ID: newID(), At: p.now()}}}, errStop
			},
		})
		if err != errStop { //nolint:errorlint // the very one
			p.Errorf("got %v, want the decision's own error", err)
		}
		p.same("stream", p.stream(p.anna), before)
		p.same("audit", len(p.audit()), 0)
	}},
	{"a decision sees nothing of another office", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		elsewhere := p.newOffice("Elsewhere")
		stranger := p.newUserOf(elsewhere, chat.Owner, "Stranger")
		p.decide(chat.Decision{
			Need: chat.Need{Office: elsewhere.ID, Conversation: conv, Actor: stranger.ID, Users: []chat.ID{p.anna.ID}},
			Decide: func(st *chat.State) (chat.Effects, error) {
				p.same("office", *st.Office, elsewhere)
				if st.Thread != nil || st.User(p.anna.ID) != nil {
					p.Error("sees what belongs to another office")
				}
				p.same("actor", *st.Actor(), stranger)
				return chat.Effects{}, nil
			},
		})
	}},
	{"a decision in an office that is none sees nothing", func(p *practice) {
		p.decide(chat.Decision{
			Need: chat.Need{Office: newID(), Conversation: newID(), Actor: p.anna.ID, Key: "k"},
			Decide: func(st *chat.State) (chat.Effects, error) {
				if st.Office != nil || st.Thread != nil || st.Actor() != nil || st.Earlier() != nil {
					p.Error("sees something")
				}
				return chat.Effects{}, nil
			},
		})
	}},
	{"a decision sees its conversation as it is stored", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna, p.bert)
		p.send(post{author: p.anna, conversation: conv, text: "hello"})
		p.decide(p.leaving(p.staff, p.bert, conv))
		p.decide(p.adding(p.staff, p.bert, conv))
		want, spans := p.summary(conv), p.spans(p.bert, conv)
		p.decide(chat.Decision{
			Need: chat.Need{Office: p.office.ID, Conversation: conv, Spans: true, Users: []chat.ID{p.carl.ID}},
			Decide: func(st *chat.State) (chat.Effects, error) {
				p.same("conversation", st.Thread.Conversation, want.Conversation)
				p.same("order", st.Thread.Order, []chat.ID{p.staff.ID, p.anna.ID, p.bert.ID})
				for _, m := range want.Members {
					p.same("participant", *st.Thread.Participants[m.User], m.Participant)
				}
				p.same("spans", st.Thread.Spans[p.bert.ID], spans)
				p.same("named user", *st.User(p.carl.ID), p.carl)
				p.same("participant's user", *st.User(p.anna.ID), p.anna)
				return chat.Effects{}, nil
			},
		})
	}},
}

func (p *practice) message(id chat.ID) chat.Message {
	p.Helper()
	return *read(p, func(ctx context.Context, r chat.Reader) (*chat.Message, error) {
		return r.Message(ctx, p.office.ID, id)
	})
}

func (p *practice) summary(conversation chat.ID) chat.Summary {
	p.Helper()
	all := read(p, func(ctx context.Context, r chat.Reader) (map[chat.ID]*chat.Summary, error) {
		return r.Summaries(ctx, p.office.ID, []chat.ID{conversation, newID()})
	})
	if len(all) != 1 || all[conversation] == nil {
		p.Fatalf("got %d conversations, want the one", len(all))
	}
	return *all[conversation]
}

func (p *practice) spans(u chat.User, conversation chat.ID) []chat.Span {
	p.Helper()
	return read(p, func(ctx context.Context, r chat.Reader) (map[chat.ID][]chat.Span, error) {
		return r.Spans(ctx, p.office.ID, u.ID, []chat.ID{conversation})
	})[conversation]
}

// thread is everything in a conversation.
func (p *practice) thread(conversation chat.ID) []chat.Message {
	p.Helper()
	return p.messages(chat.MessageQuery{
		Conversation: conversation, Access: chat.Access{View: chat.StaffView, Spans: []chat.Span{{Open: true}}}, Limit: 1000,
	})
}

func (p *practice) messages(q chat.MessageQuery) []chat.Message {
	p.Helper()
	q.Office = p.office.ID
	return read(p, func(ctx context.Context, r chat.Reader) ([]chat.Message, error) { return r.Messages(ctx, q) })
}

func (p *practice) stream(u chat.User) chat.Stream {
	p.Helper()
	return read(p, func(ctx context.Context, r chat.Reader) (chat.Stream, error) { return r.Stream(ctx, u.ID) })
}

func (p *practice) events(u chat.User) []chat.StreamEvent {
	p.Helper()
	return read(p, func(ctx context.Context, r chat.Reader) ([]chat.StreamEvent, error) {
		events, _, err := r.Events(ctx, u.ID, 0, 10_000)
		return events, err
	})
}

// checkStreams says that everybody's events are numbered 1, 2, 3, ... up to the head, and that badges are what the rows say.
func (p *practice) checkStreams(users ...chat.User) {
	p.Helper()
	for _, u := range users {
		s, events := p.stream(u), p.events(u)
		p.same(u.Name+"'s head", s.Number, int64(len(events)))
		for i, e := range events {
			p.same(u.Name+"'s number", e.Number, int64(i+1))
		}
		rows := p.rows(chat.RowQuery{User: u.ID, List: chat.Inbox, Limit: 1000})
		badge := len(slices.DeleteFunc(rows, func(s chat.Seating) bool { return !s.InBadge() }))
		p.same(u.Name+"'s badge", s.Badge, badge)
		if len(events) > 0 {
			p.same(u.Name+"'s last badge", events[len(events)-1].Badge, badge)
		}
	}
}
