package storetest

import (
	"context"
	"sync/atomic"
	"time"

	"postern/chat"
)

var tidying = []test{
	{"a chore is due once, whoever asks, and again at its next time", func(p *practice) {
		now := p.clock()
		var won atomic.Int32
		for _, err := range each(8, func(int) error {
			due, err := p.due("sweep", now.Add(time.Hour))
			if due {
				won.Add(1)
			}
			return err
		}) {
			if err != nil {
				p.Error(err)
			}
		}
		p.same("had it", won.Load(), int32(1))
		other, err := p.due("other", now.Add(-time.Minute))
		p.same("another chore", []any{other, err}, []any{true, error(nil)})
		again, err := p.due("other", now.Add(time.Hour))
		p.same("past its time", []any{again, err}, []any{true, error(nil)})
	}},
	{"streams are trimmed from their beginning, some events at a time", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		for range 4 {
			p.send(post{author: p.staff, conversation: conv, text: "x"})
		}
		later := p.clock().Add(time.Hour)
		p.same("what is young stays", p.trim(p.clock().Add(-time.Hour), 10), int64(0))
		p.same("oldest", p.oldest(p.anna), int64(1))
		p.same("two of each of two streams", p.trim(later, 2), int64(4))
		p.same("oldest", p.oldest(p.anna), int64(3))
		p.same("the rest", p.trim(later, 10), int64(6))
		p.same("oldest", p.oldest(p.anna), p.stream(p.anna).Number+1)
		p.same("nothing left", p.trim(later, 10), int64(0))
		p.send(post{author: p.staff, conversation: conv, text: "y"})
		p.same("oldest", p.oldest(p.anna), p.stream(p.anna).Number)
	}},
	{"a long stream is read from any place, and trimmed to any", func(p *practice) {
		p.grow(100, p.anna, p.bert) // their events by turns
		p.grow(7, p.anna)
		for left := int64(1); left <= 107; left += 10 {
			p.same("oldest", p.oldest(p.anna), left)
			for after := int64(0); after < 110; after += 3 {
				for _, limit := range []int{1, 2, 33, 200} {
					events, _ := p.since(p.anna, after, limit)
					p.same("numbers", numbers(events), stretch(max(after+1, left), min(max(after+1, left)+int64(limit)-1, 107)))
				}
			}
			p.trim(p.clock().Add(time.Hour), 10)
		}
		p.same("oldest", p.oldest(p.anna), int64(108))
		p.grow(1, p.bert, p.anna) // where what is gone was, maybe
		p.same("oldest", p.oldest(p.anna), int64(108))
		p.same("oldest", p.oldest(p.bert), int64(101))
		events, _ := p.since(p.anna, 0, 10)
		p.same("the one kept", numbers(events), []int64{108})
	}},
	{"streams are trimmed user by user", func(p *practice) {
		p.start("Title", p.staff, p.anna, p.bert)
		before := p.clock().Add(time.Hour)
		var users []chat.ID
		for after := (chat.ID{}); ; {
			p.update(func(tx chat.Tx) (err error) {
				after, _, err = tx.TrimStreams(p.Context(), after, 2, before, 10)
				return err
			})
			if after.IsZero() {
				break
			}
			users = append(users, after)
		}
		p.same("pages of five users", len(users), 3)
		p.same("oldest", p.oldest(p.bert), p.stream(p.bert).Number+1)
	}},
	{"uploads that were never sent are dropped, others are not", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		sent, waiting := p.upload(p.anna, "sent.pdf"), p.upload(p.anna, "waiting.pdf")
		p.send(post{author: p.anna, conversation: conv, text: "look", uploads: []chat.ID{sent.ID}})
		p.same("young ones", p.dropUploads(waiting.CreatedAt), []chat.Content(nil))
		p.same("old ones", p.dropUploads(waiting.CreatedAt.Add(time.Second)), []chat.Content{{Office: p.office.ID, Hash: waiting.Hash}})
		p.same("the one that was sent", p.attachment(sent.ID).Name, "sent.pdf")
		p.refused(chat.NotFound, "the one that was not", func() error {
			return p.store.View(p.Context(), func(r chat.Reader) error {
				_, err := r.Attachment(p.Context(), p.office.ID, waiting.ID)
				return err
			})
		})
		p.same("its bytes are used", p.inUse(waiting.Hash), false)
		p.same("those of the other", p.inUse(sent.Hash), true)
	}},
	{"an upload is sent or dropped, never both", func(p *practice) {
		conv := p.start("Title", p.staff, p.anna)
		for range 20 {
			upload := p.upload(p.anna, "racing.pdf")
			var dropped []chat.Content
			errs := each(2, func(i int) error {
				if i == 0 {
					_, err := p.store.Update(p.Context(), func(tx chat.Tx) (err error) {
						dropped, err = tx.DropUploads(p.Context(), upload.CreatedAt.Add(time.Second), 10)
						return err
					})
					return err
				}
				_, err := p.store.Decide(p.Context(), post{author: p.anna, conversation: conv, text: "look", uploads: []chat.ID{upload.ID}, at: p.from, id: newID()}.decision(p, new(chat.Message)))
				return err
			})
			if errs[0] != nil {
				p.Fatal(errs[0])
			}
			if sent := errs[1] == nil; sent == (len(dropped) == 1) {
				p.Fatalf("dropped %d, and sending gave %v", len(dropped), errs[1])
			}
			p.same("in use", p.inUse(upload.Hash), errs[1] == nil)
		}
	}},
	{"the bytes of a letter are in use", func(p *practice) {
		l := p.letter()
		l.Raw = newHash()
		p.decide(chat.Decision{
			Need:   chat.Need{Office: p.office.ID},
			Decide: func(*chat.State) (chat.Effects, error) { return chat.Effects{Letters: []chat.Letter{l}}, nil },
		})
		p.same("in use", p.inUse(l.Raw), true)
		p.same("of another office", p.inUseOf(newID(), l.Raw), false)
	}},
	{"sessions and links are dropped a while after their end", func(p *practice) {
		running, ended, expired := p.newSession(p.anna), p.newSession(p.anna), p.newSession(p.anna)
		cut := p.clock().Add(time.Hour)
		p.update(func(tx chat.Tx) error {
			for _, s := range []*chat.Session{&running, &ended} {
				s.ID, s.TokenHash, s.ExpiresAt = newID(), newHash(), cut.Add(time.Hour)
				if err := tx.AddSession(p.Context(), *s); err != nil {
					return err
				}
			}
			_, err := tx.EndSession(p.Context(), p.office.ID, ended.ID, p.now())
			return err
		})
		p.same("sessions", p.drop(cut, chat.Tx.DropSessions), int64(4)) // and the two that came with an end
		p.same("the running one", p.session(running.TokenHash).ID, running.ID)
		for _, token := range [][32]byte{ended.TokenHash, expired.TokenHash} {
			p.refused(chat.NotFound, "a session that ended", func() error {
				return p.store.View(p.Context(), func(r chat.Reader) error {
					_, err := r.Session(p.Context(), token)
					return err
				})
			})
		}
		good := chat.Link{Office: p.office.ID, ID: newID(), User: p.anna.ID, Kind: chat.ResetLink, TokenHash: newHash(), CreatedAt: p.now(), ExpiresAt: cut.Add(time.Hour)}
		used, old := good, good
		used.ID, used.TokenHash, used.UsedAt = newID(), newHash(), p.now()
		old.ID, old.TokenHash, old.ExpiresAt = newID(), newHash(), p.now()
		p.update(func(tx chat.Tx) error {
			for _, l := range []chat.Link{good, used, old} {
				if err := tx.AddLink(p.Context(), l); err != nil {
					return err
				}
			}
			return nil
		})
		p.same("links", p.drop(cut, chat.Tx.DropLinks), int64(2))
		p.same("links left", p.drop(cut.Add(2*time.Hour), chat.Tx.DropLinks), int64(1))
	}},
}

// clock is the database's.
func (p *practice) clock() (now time.Time) {
	p.Helper()
	p.update(func(tx chat.Tx) (err error) {
		now, err = tx.Now(p.Context())
		return err
	})
	return now
}

func (p *practice) due(chore string, next time.Time) (due bool, err error) {
	_, err = p.store.Update(p.Context(), func(tx chat.Tx) (err error) {
		due, err = tx.Due(p.Context(), chore, next)
		return err
	})
	return due, err
}

// trim trims all streams of the practice.
func (p *practice) trim(before time.Time, most int) (trimmed int64) {
	p.Helper()
	p.update(func(tx chat.Tx) (err error) {
		_, trimmed, err = tx.TrimStreams(p.Context(), chat.ID{}, 100, before, most)
		return err
	})
	return trimmed
}

func (p *practice) oldest(u chat.User) (oldest int64) {
	p.Helper()
	p.view(func(r chat.Reader) (err error) {
		_, oldest, err = r.Events(p.Context(), u.ID, 0, 1)
		return err
	})
	return oldest
}

func (p *practice) dropUploads(before time.Time) (dropped []chat.Content) {
	p.Helper()
	p.update(func(tx chat.Tx) (err error) {
		dropped, err = tx.DropUploads(p.Context(), before, 10)
		return err
	})
	return dropped
}

func (p *practice) inUse(hash [32]byte) bool { return p.inUseOf(p.office.ID, hash) }

func (p *practice) inUseOf(office chat.ID, hash [32]byte) bool {
	p.Helper()
	return read(p, func(ctx context.Context, r chat.Reader) (bool, error) {
		return r.InUse(ctx, chat.Content{Office: office, Hash: hash})
	})
}

func (p *practice) drop(before time.Time, rows func(chat.Tx, context.Context, time.Time, int) (int64, error)) (n int64) {
	p.Helper()
	p.update(func(tx chat.Tx) (err error) {
		n, err = rows(tx, p.Context(), before, 100)
		return err
	})
	return n
}

// grow gives each user so many events, by turns.
func (p *practice) grow(n int, users ...chat.User) {
	p.Helper()
	ids := make([]chat.ID, len(users))
	for i := range users {
		ids[i] = users[i].ID
	}
	p.decide(chat.Decision{
		Need: chat.Need{Office: p.office.ID, Users: ids},
		Decide: func(*chat.State) (e chat.Effects, err error) {
			for range n {
				e.Events = append(e.Events, to(chat.Event{Type: chat.SessionEnded, Subject: newID()}, users...))
			}
			return e, nil
		},
	})
}

func numbers(events []chat.StreamEvent) []int64 {
	var list []int64
	for _, e := range events {
		list = append(list, e.Number)
	}
	return list
}

// stretch is from, from+1, ... up to through.
func stretch(from, through int64) []int64 {
	var list []int64
	for n := from; n <= through; n++ {
		list = append(list, n)
	}
	return list
}
