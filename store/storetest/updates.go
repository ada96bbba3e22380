package storetest

import (
	"context"
	"slices"

	"postern/chat"
)

func sorted(ids ...chat.ID) []chat.ID {
	slices.SortFunc(ids, compareIDs)
	return ids
}

var updates = []test{
	{"an update sees what it wrote, and nobody else does before it ends", func(p *practice) {
		s := chat.Session{Office: p.office.ID, ID: newID(), User: p.anna.ID, TokenHash: newHash(), CreatedAt: p.now(), SeenAt: p.now(), ExpiresAt: p.now()}
		p.update(func(tx chat.Tx) error {
			if err := tx.AddSession(p.Context(), s); err != nil {
				return err
			}
			p.same("others see", len(p.running(p.anna)), 0)
			mine, err := tx.Sessions(p.Context(), p.office.ID, p.anna.ID)
			p.same("it sees", mine, []chat.Session{s})
			return err
		})
		p.same("everybody sees", p.running(p.anna), []chat.Session{s})
	}},
	{"an update that fails or panics leaves nothing", func(p *practice) {
		for _, fail := range []func() error{func() error { return errStop }, func() error { panic("a defect") }} {
			_, err := p.store.Update(p.Context(), func(tx chat.Tx) error {
				if err := tx.PutUser(p.Context(), chat.User{Office: p.office.ID, ID: newID(), Role: chat.Client, Name: "Nobody", Email: "nobody@example.com", CreatedAt: p.now()}); err != nil {
					return err
				}
				return fail()
			})
			if err == nil {
				p.Error("no error")
			}
			p.refused(chat.NotFound, "the user", func() error {
				return p.store.View(p.Context(), func(r chat.Reader) error {
					_, err := r.UserByEmail(p.Context(), p.office.ID, "nobody@example.com")
					return err
				})
			})
		}
	}},
	{"an update decides over more than one conversation", func(p *practice) {
		a, b := p.start("A", p.staff, p.anna), p.start("B", p.staff, p.bert)
		told := p.update(func(tx chat.Tx) error {
			needs := []chat.Need{
				{Office: p.office.ID, Conversation: a, Actor: p.staff.ID}, {Office: p.office.ID, Conversation: b, Actor: p.staff.ID},
			}
			g, err := tx.Load(p.Context(), needs...)
			if err != nil {
				return err
			}
			for i, n := range needs {
				m := post{author: p.staff, conversation: n.Conversation, text: "to both", at: p.now(), id: newID()}
				_, e, err := m.decide(g.State(n))
				if err != nil {
					return err
				}
				if err := g.Apply(i, n, e); err != nil {
					return err
				}
			}
			return tx.Write(p.Context(), g)
		})
		p.same("told", len(told), 2)
		p.same("stored", []int{len(p.thread(a)), len(p.thread(b))}, []int{1, 1})
		p.same("staff's numbers", []int64{number(outcome{told: told[:1]}, p.staff), number(outcome{told: told[1:]}, p.staff)}, []int64{3, 4})
		p.checkStreams(p.staff, p.anna, p.bert)
	}},
	{"what an update loads and does not write is not told", func(p *practice) {
		told, err := p.store.Update(p.Context(), func(tx chat.Tx) error {
			n := chat.Need{Office: p.office.ID, Actor: p.anna.ID}
			g, err := tx.Load(p.Context(), n)
			if err != nil {
				return err
			}
			return g.Apply(0, n, chat.Effects{Events: []chat.Event{to(chat.Event{Type: chat.RightsChanged}, p.anna)}})
		})
		p.same("told", len(told), 0)
		if err != nil {
			p.Error(err)
		}
		p.same("stream", p.stream(p.anna).Number, int64(0))
	}},
	{"a decision sees what an update changed", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: conv, text: "one"}) // a store may remember what it saw
		changed, office := p.staff, p.office
		changed.Name, office.Name = "Renamed", "Renamed too"
		p.update(func(tx chat.Tx) error {
			if err := tx.PutUser(p.Context(), changed); err != nil {
				return err
			}
			return tx.PutOffice(p.Context(), office)
		})
		p.update(func(tx chat.Tx) error {
			n := chat.Need{Office: p.office.ID, Conversation: conv, Actor: p.staff.ID}
			g, err := tx.Load(p.Context(), n)
			if err != nil {
				return err
			}
			_, e, err := post{author: changed, conversation: conv, text: "two", at: p.now(), id: newID()}.decide(g.State(n))
			if err != nil {
				return err
			}
			if err := g.Apply(0, n, e); err != nil {
				return err
			}
			return tx.Write(p.Context(), g)
		})
		p.decide(chat.Decision{
			Need: chat.Need{Office: p.office.ID, Conversation: conv, Actor: p.staff.ID},
			Decide: func(st *chat.State) (chat.Effects, error) {
				p.same("actor", *st.Actor(), changed)
				p.same("office", *st.Office, office)
				p.same("last", st.Thread.Conversation.Last, position(2))
				p.same("cursor", st.Thread.Participants[p.anna.ID].NewestOther, position(2))
				return chat.Effects{}, nil
			},
		})
		_, told := p.send(post{author: p.staff, conversation: conv, text: "three"})
		p.same("numbers go on", number(outcome{told: told}, p.staff), int64(4))
		p.checkStreams(p.staff, p.anna)
	}},
	{"an update that failed changed nothing for decisions", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: conv, text: "one"})
		_, err := p.store.Update(p.Context(), func(tx chat.Tx) error {
			changed := p.staff
			changed.Name = "Renamed"
			if err := tx.PutUser(p.Context(), changed); err != nil {
				return err
			}
			return errStop
		})
		if err == nil {
			p.Fatal("no error")
		}
		p.decide(chat.Decision{
			Need: chat.Need{Office: p.office.ID, Conversation: conv, Actor: p.staff.ID},
			Decide: func(st *chat.State) (chat.Effects, error) {
				p.same("actor", *st.Actor(), p.staff)
				return chat.Effects{}, nil
			},
		})
	}},
	{"the clock of the database runs", func(p *practice) {
		p.update(func(tx chat.Tx) error {
			before, err := tx.Now(p.Context())
			if err != nil {
				return err
			}
			for after := before; !after.After(before) && err == nil; {
				after, err = tx.Now(p.Context())
			}
			if before.Before(p.from) || before.Location().String() != "UTC" {
				p.Errorf("the clock shows %v", before)
			}
			return err
		})
	}},
	{"updates and decisions at once", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		decisions := make([]chat.Decision, 40)
		for i := range decisions {
			decisions[i] = post{author: p.staff, conversation: conv, key: numbered("k", i), text: numbered("m", i)}.decision(p, new(chat.Message))
		}
		errs := each(80, func(i int) error {
			if i%2 == 0 {
				_, err := p.store.Decide(p.Context(), decisions[i/2])
				return err
			}
			_, err := p.store.Update(p.Context(), func(tx chat.Tx) error {
				n := chat.Need{Office: p.office.ID, Actor: p.anna.ID, Users: []chat.ID{p.staff.ID}}
				g, err := tx.Load(p.Context(), n)
				if err != nil {
					return err
				}
				e := chat.Effects{Events: []chat.Event{to(chat.Event{Type: chat.RightsChanged}, p.anna, p.staff)}}
				if err := g.Apply(0, n, e); err != nil {
					return err
				}
				return tx.Write(p.Context(), g)
			})
			return err
		})
		for _, err := range errs {
			if err != nil {
				p.Error(err)
			}
		}
		p.checkStreams(p.staff, p.anna)
		p.same("anna's head", p.stream(p.anna).Number, int64(81))
	}},
}

var streams = []test{
	{"a new user's stream is empty", func(p *practice) {
		p.same("stream", p.stream(p.anna), chat.Stream{User: p.anna.ID, Place: chat.Place{Epoch: p.stream(p.anna).Epoch}})
		if p.stream(p.anna).Epoch == 0 {
			p.Error("the epoch is zero, which `since` takes for none")
		}
		events, oldest := p.since(p.anna, 0, 10)
		p.same("events", events, nil)
		p.same("oldest", oldest, int64(1))
	}},
	{"events come in order, by pages, with what they refer to", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		for i := range 5 {
			p.send(post{author: p.staff, conversation: conv, text: numbered("m", i)})
		}
		first, oldest := p.since(p.anna, 0, 4)
		second, _ := p.since(p.anna, first[3].Number, 4)
		p.same("oldest", oldest, int64(1))
		p.same("pages", []int{len(first), len(second)}, []int{4, 2})
		for i, e := range append(first, second...) {
			if e.At.Before(p.from) {
				p.Errorf("event at %v", e.At)
			}
			e.At = p.from
			want := chat.StreamEvent{User: p.anna.ID, Number: int64(i + 1), Badge: 1, Type: chat.MessageCreated, Conversation: conv, Position: position(i), At: p.from}
			if i == 0 {
				want.Type, want.Badge = chat.ConversationJoined, 0
			}
			p.same("event", e, want)
		}
	}},
	{"heads of many at once", func(p *practice) {
		p.start("Title", p.staff, p.anna)
		heads, err := p.store.Heads(p.Context(), []chat.ID{p.anna.ID, p.bert.ID, newID()})
		if err != nil {
			p.Fatal(err)
		}
		p.same("heads", heads, map[chat.ID]chat.Place{p.anna.ID: p.stream(p.anna).Place, p.bert.ID: p.stream(p.bert).Place})
		p.same("anna's", heads[p.anna.ID].Number, int64(1))
		none, err := p.store.Heads(p.Context(), nil)
		p.same("none", len(none), 0)
		if err != nil {
			p.Error(err)
		}
	}},
	{"an event of no conversation keeps its subject", func(p *practice) {
		session := newID()
		p.decide(chat.Decision{
			Need: chat.Need{Office: p.office.ID, Actor: p.anna.ID},
			Decide: func(*chat.State) (chat.Effects, error) {
				return chat.Effects{Events: []chat.Event{to(chat.Event{Type: chat.SessionEnded, Subject: session}, p.anna)}}, nil
			},
		})
		p.same("subject", p.events(p.anna)[0].Subject, session)
		p.same("conversation", p.events(p.anna)[0].Conversation, chat.ID{})
	}},
}

func (p *practice) since(u chat.User, after int64, limit int) (events []chat.StreamEvent, oldest int64) {
	p.Helper()
	p.view(func(r chat.Reader) (err error) {
		events, oldest, err = r.Events(p.Context(), u.ID, after, limit)
		return err
	})
	return events, oldest
}

var snapshots = []test{
	{"a view sees one moment while writes go on", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		p.view(func(r chat.Reader) error {
			before, err := r.Stream(p.Context(), p.anna.ID)
			if err != nil {
				return err
			}
			p.send(post{author: p.staff, conversation: conv, text: "meanwhile"})
			p.same("anna now", p.stream(p.anna).Number, before.Number+1)
			after, err := r.Stream(p.Context(), p.anna.ID)
			p.same("anna then", after, before)
			if err != nil {
				return err
			}
			messages, err := r.Messages(p.Context(), chat.MessageQuery{
				Office: p.office.ID, Conversation: conv, Access: chat.Access{View: chat.StaffView, Spans: []chat.Span{{Open: true}}}, Limit: 9,
			})
			p.same("messages then", len(messages), 0)
			return err
		})
	}},
	{"a view gives its closure's error, and a panic gets through", func(p *practice) {
		if err := p.store.View(p.Context(), func(chat.Reader) error { return errStop }); err != errStop { //nolint:errorlint // the very one
			p.Errorf("got %v", err)
		}
		for range 50 { // more than there are connections
			func() {
				defer func() { p.same("panic", recover(), any("a defect")) }()
				_ = p.store.View(p.Context(), func(chat.Reader) error { panic("a defect") })
			}()
		}
		p.same("still there", p.stream(p.anna).Number, int64(0))
	}},
	{"a view whose context has ended fails", func(p *practice) {
		ctx, cancel := context.WithCancel(p.Context())
		cancel()
		if err := p.store.View(ctx, func(r chat.Reader) error { _, err := r.Stream(ctx, p.anna.ID); return err }); err == nil {
			p.Error("no error")
		}
		p.same("still there", p.stream(p.anna).Number, int64(0))
	}},
	{"the store answers a ping", func(p *practice) {
		if err := p.store.Ping(p.Context()); err != nil {
			p.Error(err)
		}
	}},
}
