package storetest

import (
	"context"
	"sync/atomic"
	"time"

	"postern/chat"
)

var sessions = []test{
	{"a session is found by its token and listed while it runs", func(p *practice) {
		first, second := p.newSession(p.anna), p.newSession(p.anna)
		p.newSession(p.bert)
		p.same("by token", p.session(first.TokenHash), first)
		p.same("running", p.running(p.anna), []chat.Session{second, first})
		ended := p.now()
		for i, want := range []bool{true, false} {
			p.update(func(tx chat.Tx) error {
				got, err := tx.EndSession(p.Context(), p.office.ID, first.ID, ended.Add(time.Duration(i)))
				p.same("ended", got, want)
				return err
			})
		}
		first.EndedAt = ended
		p.same("by token", p.session(first.TokenHash), first)
		p.same("running", p.running(p.anna), []chat.Session{second})
	}},
	{"a session ends only in its own office", func(p *practice) {
		s := p.newSession(p.anna)
		p.update(func(tx chat.Tx) error {
			got, err := tx.EndSession(p.Context(), newID(), s.ID, p.now())
			p.same("ended", got, false)
			return err
		})
		p.same("running", p.running(p.anna), []chat.Session{s})
	}},
	{"being seen moves forward only", func(p *practice) {
		s := p.newSession(p.anna)
		later := s.SeenAt.Add(time.Minute)
		for _, at := range []time.Time{later, later.Add(-time.Second)} {
			p.update(func(tx chat.Tx) error { return tx.TouchSessions(p.Context(), []chat.ID{s.ID, newID()}, at) })
		}
		s.SeenAt = later
		p.same("session", p.session(s.TokenHash), s)
	}},
	{"a token belongs to one session", func(p *practice) {
		s := p.newSession(p.anna)
		s.ID = newID()
		p.refused(chat.Conflict, "the same token", func() error {
			_, err := p.store.Update(p.Context(), func(tx chat.Tx) error { return tx.AddSession(p.Context(), s) })
			return err
		})
	}},
}

func (p *practice) newSession(u chat.User) chat.Session {
	p.Helper()
	s := chat.Session{
		Office: u.Office, ID: newID(), User: u.ID, TokenHash: newHash(), Agent: "browser", CreatedAt: p.now(), SeenAt: p.now(),
		ExpiresAt: p.now(),
	}
	p.update(func(tx chat.Tx) error { return tx.AddSession(p.Context(), s) })
	return s
}

func (p *practice) session(token [32]byte) chat.Session {
	p.Helper()
	return *read(p, func(ctx context.Context, r chat.Reader) (*chat.Session, error) { return r.Session(ctx, token) })
}

func (p *practice) running(u chat.User) []chat.Session {
	p.Helper()
	return read(p, func(ctx context.Context, r chat.Reader) ([]chat.Session, error) {
		return r.Sessions(ctx, u.Office, u.ID)
	})
}

var links = []test{
	{"a link is used once, by one of fifty at once", func(p *practice) {
		l := chat.Link{
			Office: p.office.ID, ID: newID(), User: p.anna.ID, Kind: chat.InviteLink, TokenHash: newHash(), CreatedAt: p.now(), ExpiresAt: p.now(),
		}
		p.update(func(tx chat.Tx) error { return tx.AddLink(p.Context(), l) })
		get := func() chat.Link {
			return *read(p, func(ctx context.Context, r chat.Reader) (*chat.Link, error) { return r.Link(ctx, l.TokenHash) })
		}
		p.same("link", get(), l)
		used := p.now()
		var won atomic.Int32
		for _, err := range each(50, func(int) error {
			mine := false
			_, err := p.store.Update(p.Context(), func(tx chat.Tx) (err error) {
				mine, err = tx.UseLink(p.Context(), l.ID, used)
				return err
			})
			if mine {
				won.Add(1)
			}
			return err
		}) {
			if err != nil {
				p.Error(err)
			}
		}
		p.same("winners", won.Load(), int32(1))
		l.UsedAt = used
		p.same("link", get(), l)
	}},
}
