package storetest

import (
	"context"
	"slices"
	"time"

	"postern/chat"
)

// What is asked of many is what is asked of each, and strangers are left out.
var many = []test{
	{"people, sessions and streams of several offices", func(p *practice) {
		elsewhere := p.newOffice("Elsewhere")
		zoe := p.newUserOf(elsewhere, chat.Client, "Zoe Client")
		first, second := p.newSession(p.anna), p.newSession(zoe)
		conv := p.start("Title", p.staff, p.anna)
		p.send(post{author: p.staff, conversation: conv, text: "unread"})
		p.view(func(r chat.Reader) error {
			users, err := r.UsersByID(p.Context(), []chat.ID{p.anna.ID, zoe.ID, newID()})
			p.same("users", users, map[chat.ID]*chat.User{p.anna.ID: &p.anna, zoe.ID: &zoe})
			return err
		})
		p.view(func(r chat.Reader) error {
			byToken, err := r.SessionsByToken(p.Context(), [][32]byte{first.TokenHash, second.TokenHash, newHash()})
			p.same("by token", byToken, map[[32]byte]*chat.Session{first.TokenHash: &first, second.TokenHash: &second})
			if err != nil {
				return err
			}
			byID, err := r.SessionsByID(p.Context(), []chat.ID{second.ID, newID(), first.ID})
			p.same("by id", byID, map[chat.ID]*chat.Session{first.ID: &first, second.ID: &second})
			return err
		})
		p.view(func(r chat.Reader) error {
			streams, err := r.Streams(p.Context(), []chat.ID{p.anna.ID, zoe.ID, newID()})
			if err != nil {
				return err
			}
			p.same("how many", len(streams), 2)
			for _, user := range []chat.ID{p.anna.ID, zoe.ID} {
				one, err := r.Stream(p.Context(), user)
				if err != nil {
					return err
				}
				_, oldest, err := r.Events(p.Context(), user, 0, 1)
				p.same("stream", streams[user], chat.KeptStream{Stream: one, Oldest: oldest})
				if err != nil {
					return err
				}
			}
			p.same("badge", streams[p.anna.ID].Badge, 1)
			return nil
		})
	}},
	{"stretches of several streams, each event once", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna, p.bert)
		for i := range 9 {
			p.send(post{author: p.staff, conversation: conv, text: numbered("m", i)})
		}
		p.view(func(r chat.Reader) error {
			from := []chat.Past{{User: p.anna.ID, Number: 2}, {User: p.anna.ID, Number: 4}, {User: p.bert.ID, Number: 9}, {User: newID()}, {User: p.carl.ID}}
			got, err := r.EventsPast(p.Context(), from, 3)
			if err != nil {
				return err
			}
			var want []chat.StreamEvent
			for _, stretch := range []struct {
				user  chat.ID
				after int64
				n     int
			}{{p.anna.ID, 2, 5}, {p.bert.ID, 9, 3}} {
				events, _, err := r.Events(p.Context(), stretch.user, stretch.after, stretch.n)
				if err != nil {
					return err
				}
				want = append(want, events...)
			}
			slices.SortStableFunc(want, func(a, b chat.StreamEvent) int { return slices.Compare(a.User[:], b.User[:]) })
			p.same("events", got, want)
			p.same("how many", len(got), 5+1)
			return nil
		})
	}},
	{"seats and receipts of several conversations", func(p *practice) {
		one, two := p.start("One", p.staff, p.anna, p.bert), p.start("Two", p.staff, p.bert)
		for _, conv := range []chat.ID{one, two} {
			p.send(post{author: p.staff, conversation: conv, text: "a"})
			p.send(post{author: p.staff, conversation: conv, text: "b"})
			p.decide(p.opening(p.bert, conv, position(2), new([]chat.ID)))
		}
		p.decide(p.opening(p.anna, one, position(1), new([]chat.ID)))
		seats := []chat.Seat{{Conversation: one, User: p.anna.ID}, {Conversation: two, User: p.bert.ID}, {Conversation: two, User: p.anna.ID}, {Conversation: newID(), User: p.bert.ID}}
		p.view(func(r chat.Reader) error {
			spans, err := r.SpansOf(p.Context(), p.office.ID, seats)
			if err != nil {
				return err
			}
			participants, err := r.Participants(p.Context(), p.office.ID, seats)
			if err != nil {
				return err
			}
			p.same("how many", [2]int{len(spans), len(participants)}, [2]int{2, 2})
			for _, seat := range seats[:2] {
				own, err := r.Spans(p.Context(), p.office.ID, seat.User, []chat.ID{seat.Conversation})
				if err != nil {
					return err
				}
				p.same("spans", spans[seat], own[seat.Conversation])
				p.same("participant", *participants[seat], p.row(seat).Participant)
			}
			return nil
		})
		p.view(func(r chat.Reader) error {
			places := []chat.MessagePlace{{Conversation: one, Position: position(1)}, {Conversation: one, Position: position(2)}, {Conversation: two, Position: position(1)}, {Conversation: two, Position: position(2)}}
			receipts, err := r.ReceiptsAt(p.Context(), p.office.ID, places)
			var readers []chat.ID
			for _, place := range places {
				for _, t := range receipts[place] {
					p.same("through", t.Through, place.Position)
					readers = append(readers, t.Reader.ID)
				}
			}
			p.same("readers", readers, []chat.ID{p.anna.ID, p.bert.ID, p.bert.ID})
			return err
		})
		p.view(func(r chat.Reader) error {
			spans, err := r.SpansOf(p.Context(), newID(), seats)
			p.same("of another office", len(spans), 0)
			return err
		})
	}},
	{"what waits to go out", func(p *practice) {
		for _, due := range []struct {
			in time.Duration
			to []chat.User
		}{{-time.Hour, []chat.User{p.anna}}, {-10 * time.Second, []chat.User{p.bert}}, {time.Hour, []chat.User{p.anna, p.bert}}} {
			conv := p.start("Title", append([]chat.User{p.staff}, due.to...)...)
			p.send(post{author: p.staff, conversation: conv, text: "x", dueAt: time.Now().Add(due.in)})
		}
		conv := p.start("Title", p.staff, p.anna)
		b := p.backlog()
		p.same("notices", [3]int{b.NoticesAhead, b.NoticesDue, b.NoticesLate}, [3]int{2, 2, 1})
		if age := time.Since(b.OldestDue); age < time.Hour || age > time.Hour+time.Minute {
			p.Errorf("the oldest has been due for %v", age)
		}
		p.mail(p.anna, conv, func(m *chat.Mail) { m.State, m.NextTry = chat.MailWaiting, time.Now().Add(-time.Second) })
		p.mail(p.anna, conv, func(m *chat.Mail) { m.State, m.NextTry = chat.MailWaiting, time.Now().Add(time.Hour) })
		p.mail(p.anna, conv, func(m *chat.Mail) { m.State, m.Token, m.Until = chat.MailSending, newID(), time.Now().Add(time.Hour) })
		p.mail(p.anna, conv, func(m *chat.Mail) { m.State, m.Token, m.Until = chat.MailSending, newID(), time.Now().Add(-time.Hour) })
		p.mail(p.anna, conv, func(m *chat.Mail) { m.State = chat.MailAccepted })
		b = p.backlog()
		p.same("mails", [4]int{b.MailsWaiting, b.MailsOverdue, b.MailsSending, b.LeasesExpired}, [4]int{2, 1, 2, 1})
	}},
}

func (p *practice) backlog() chat.Backlog {
	p.Helper()
	return read(p, func(ctx context.Context, r chat.Reader) (chat.Backlog, error) { return r.Backlog(ctx) })
}

func (p *practice) row(seat chat.Seat) chat.Seating {
	p.Helper()
	return read(p, func(ctx context.Context, r chat.Reader) ([]chat.Seating, error) {
		return r.Rows(ctx, chat.RowQuery{Office: p.office.ID, User: seat.User, Conversation: seat.Conversation, Limit: 1})
	})[0]
}
