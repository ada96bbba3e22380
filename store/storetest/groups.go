package storetest

import (
	"context"

	"postern/chat"
)

// groups are decisions forced into one transaction: they come out as if one after the other.
var groups = []test{
	{"two sends", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		var a, b chat.Message
		out := p.together(
			post{author: p.staff, conversation: conv, key: "a", text: "one"}.decision(p, &a),
			post{author: p.anna, conversation: conv, key: "b", text: "two"}.decision(p, &b),
		)
		p.succeeded(out)
		p.same("positions", []chat.Position{a.Position, b.Position}, []chat.Position{position(1), position(2)})
		p.same("stored", p.thread(conv), []chat.Message{a, b})
		p.checkStreams(p.staff, p.anna)
		p.same("staff's numbers", []int64{number(out[0], p.staff), number(out[1], p.staff)}, []int64{2, 3})
		p.same("badges are those after the group", badges(out, p.staff), []int{1, 1})
	}},
	{"leave then send", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna, p.bert)
		var m chat.Message
		out := p.together(
			p.leaving(p.bert, p.bert, conv),
			post{author: p.anna, conversation: conv, key: "a", text: "without bert"}.decision(p, &m),
			post{author: p.bert, conversation: conv, key: "b", text: "too late"}.decision(p, new(chat.Message)),
		)
		p.same("bert's send", chat.KindOf(out[2].err), chat.Forbidden)
		p.succeeded(out[:2])
		p.same("told of it", number(out[1], p.bert), int64(0))
		p.same("bert's rows", p.rows(chat.RowQuery{User: p.bert.ID, List: chat.Unread, Limit: 9}), nil)
		p.same("stored", p.thread(conv), []chat.Message{m})
		p.checkStreams(p.staff, p.anna, p.bert)
	}},
	{"remove then read", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: conv, text: "one"})
		out := p.together(p.leaving(p.staff, p.anna, conv), p.opening(p.anna, conv, position(1), new([]chat.ID)))
		p.same("the read", chat.KindOf(out[1].err), chat.Forbidden)
		p.same("receipts", len(p.receipts(conv, 0, position(9))), 0)
		p.same("cursor", p.summary(conv).Members[1].LastRead, chat.Position(0))
		p.checkStreams(p.staff, p.anna)
	}},
	{"the same key twice", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		var a, b chat.Message
		out := p.together(
			post{author: p.anna, conversation: conv, key: "k", text: "once"}.decision(p, &a),
			post{author: p.anna, conversation: conv, key: "k", text: "once"}.decision(p, &b),
			post{author: p.anna, conversation: conv, key: "k", text: "other"}.decision(p, new(chat.Message)),
		)
		p.succeeded(out[:2])
		p.same("the same message", a.ID, b.ID)
		p.same("told again", len(out[1].told), 0)
		p.same("another content", chat.KindOf(out[2].err), chat.Conflict)
		p.same("stored", len(p.thread(conv)), 1)
		p.checkStreams(p.staff, p.anna)
	}},
	{"send then read what was sent", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		var authors []chat.ID
		out := p.together(
			post{author: p.staff, conversation: conv, key: "a", text: "one"}.decision(p, new(chat.Message)),
			p.opening(p.anna, conv, position(1), &authors),
		)
		p.succeeded(out)
		p.same("authors", authors, []chat.ID{p.staff.ID})
		p.same("badge", p.stream(p.anna).Badge, 0)
		p.checkStreams(p.staff, p.anna)
	}},
	{"each reads their own stretch", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna, p.bert, p.carl)
		p.send(post{author: p.carl, conversation: conv, text: "one"})
		p.decide(p.opening(p.bert, conv, position(1), new([]chat.ID)))
		p.send(post{author: p.staff, conversation: conv, text: "two"})
		p.send(post{author: p.carl, conversation: conv, text: "three"})
		var annas, berts []chat.ID
		p.succeeded(p.together(p.opening(p.anna, conv, position(3), &annas), p.opening(p.bert, conv, position(2), &berts)))
		p.same("anna reads all", annas, sorted(p.staff.ID, p.carl.ID))
		p.same("bert reads what staff wrote", berts, []chat.ID{p.staff.ID})
	}},
	{"leave then be added again", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: conv, text: "one"})
		out := p.together(
			p.leaving(p.staff, p.anna, conv),
			post{author: p.staff, conversation: conv, key: "a", text: "two"}.decision(p, new(chat.Message)),
			p.adding(p.staff, p.anna, conv),
			p.leaving(p.staff, p.anna, conv),
			p.adding(p.staff, p.anna, conv),
		)
		p.succeeded(out)
		p.same("spans", stretches(p.spans(p.anna, conv)), [][3]chat.Position{{0, position(1), 0}, {position(2), position(2), 0}, {position(2), 0, 1}})
		p.same("badge", p.stream(p.anna).Badge, 0)
		p.checkStreams(p.staff, p.anna)
	}},
	{"one that is refused or panics harms nobody else", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		panics := p.leaving(p.staff, p.anna, conv)
		panics.Decide = func(*chat.State) (chat.Effects, error) { panic("a defect") }
		undoable := p.leaving(p.staff, p.anna, conv)
		undoable.Decide = func(*chat.State) (chat.Effects, error) {
			return chat.Effects{Events: []chat.Event{{Type: chat.RightsChanged, Staff: []chat.ID{newID()}}}}, nil
		}
		var a, b chat.Message
		out := p.together(
			post{author: p.staff, conversation: conv, key: "a", text: "one"}.decision(p, &a), panics,
			post{author: p.bert, conversation: conv, key: "b", text: "not in it"}.decision(p, new(chat.Message)), undoable,
			post{author: p.staff, conversation: conv, key: "c", text: "two"}.decision(p, &b),
		)
		p.succeeded([]outcome{out[0], out[4]})
		p.same("refused", chat.KindOf(out[2].err), chat.NotFound)
		for _, i := range []int{1, 3} {
			if out[i].err == nil || chat.KindOf(out[i].err) != 0 {
				p.Errorf("a defect came out as %v", out[i].err)
			}
		}
		p.same("stored", p.thread(conv), []chat.Message{a, b})
		p.checkStreams(p.staff, p.anna)
	}},
	{"one that the database refuses harms nobody else", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		taken, _ := p.send(post{author: p.staff, conversation: conv, text: "zero"})
		clash := p.leaving(p.staff, p.anna, conv)
		clash.Decide = func(*chat.State) (chat.Effects, error) {
			return chat.Effects{Messages: []chat.Message{taken}}, nil
		}
		var a, b chat.Message
		out := p.together(
			post{author: p.staff, conversation: conv, key: "a", text: "one"}.decision(p, &a), clash,
			post{author: p.anna, conversation: conv, key: "b", text: "two"}.decision(p, &b),
		)
		p.succeeded([]outcome{out[0], out[2]})
		p.same("clash", chat.KindOf(out[1].err), chat.Conflict)
		p.same("stored", p.thread(conv), []chat.Message{taken, a, b})
		p.checkStreams(p.staff, p.anna)
	}},
	{"a caller who goes away before its turn", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		d := post{author: p.staff, conversation: conv, key: "a", text: "never"}.decision(p, new(chat.Message))
		release := p.block(d.Need)
		ctx, leave := context.WithCancel(p.Context())
		left := make(chan error)
		go func() {
			_, err := p.store.Decide(ctx, d)
			left <- err
		}()
		leave()
		if err := <-left; err == nil {
			p.Error("a decision whose caller went away succeeded")
		}
		close(release)
		var m chat.Message
		p.decide(post{author: p.staff, conversation: conv, key: "b", text: "after"}.decision(p, &m))
		p.same("stored", p.thread(conv), []chat.Message{m})
	}},
	{"many in many conversations at once", func(p *practice) {
		convs := []chat.ID{p.start("A", p.staff, p.anna), p.start("B", p.staff, p.bert), p.start("C", p.staff, p.owner, p.carl)}
		const n = 150
		decisions := make([]chat.Decision, n)
		for i := range decisions {
			decisions[i] = post{author: p.staff, conversation: convs[i%3], key: numbered("k", i), text: numbered("m", i)}.decision(p, new(chat.Message))
		}
		for _, err := range each(n, func(i int) error { _, err := p.store.Decide(p.Context(), decisions[i]); return err }) {
			if err != nil {
				p.Error(err)
			}
		}
		p.checkStreams(p.staff, p.owner, p.anna, p.bert, p.carl)
		p.same("staff's head", p.stream(p.staff).Number, int64(n+3))
	}},
}

func (p *practice) succeeded(out []outcome) {
	p.Helper()
	for i, o := range out {
		if o.err != nil {
			p.Fatalf("decision %d: %v", i, o.err)
		}
	}
}

// number is the user's number of the last event that the caller was told of; zero: none of them.
func number(o outcome, u chat.User) (n int64) {
	for _, h := range heard(o, u) {
		n = h.Number
	}
	return n
}

func badges(out []outcome, u chat.User) (all []int) {
	for _, o := range out {
		for _, h := range heard(o, u) {
			all = append(all, h.Badge)
		}
	}
	return all
}

func heard(o outcome, u chat.User) (all []chat.Heard) {
	for _, t := range o.told {
		for _, side := range [][]chat.Heard{t.Staff, t.Contacts} {
			for _, h := range side {
				if h.User == u.ID {
					all = append(all, h)
				}
			}
		}
	}
	return all
}

// stretches shows spans as after, through and 1 for open.
func stretches(spans []chat.Span) (all [][3]chat.Position) {
	for _, s := range spans {
		open := chat.Position(0)
		if s.Open {
			open = 1
		}
		all = append(all, [3]chat.Position{s.After, s.Through, open})
	}
	return all
}
