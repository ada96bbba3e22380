package postgres_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"postern/chat"
	"postern/store/postgres/postgrestest"
)

// Members of staff who go at once, and one who leaves meanwhile, must not each count on the other: no conversation is left without staff.
func TestNoConversationIsLeftWithoutStaff(t *testing.T) {
	t.Parallel()
	store := openAt(t, postgrestest.Database(t))
	for round := range 12 {
		p := newPractice(t, store, 4, 1)
		owner := p.person(chat.Owner, 0)
		if _, err := store.Update(t.Context(), func(tx chat.Tx) error { return tx.PutUser(t.Context(), owner) }); err != nil {
			t.Fatal(err)
		}
		conversation := p.conversations[0]
		if _, err := p.service.Add(t.Context(), p.actor(p.staff[0]), conversation, []chat.ID{p.staff[1].ID, p.staff[2].ID, p.staff[3].ID}, nil); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for i, u := range p.staff {
			all.Go(func() {
				var err error
				if i == round%4 {
					err = p.service.Remove(t.Context(), p.actor(u), conversation, u.ID, chat.ID{})
				} else {
					_, err = p.service.Deactivate(t.Context(), p.actor(owner), u.ID, chat.ID{})
				}
				if err != nil && chat.KindOf(err) != chat.Conflict { // the last may not leave
					t.Errorf("round %d, member %d: %v", round, i, err)
				}
			})
		}
		all.Wait()
		if staff := p.activeStaff(t, store, conversation); staff == 0 {
			t.Errorf("round %d: nobody of staff is left", round)
		}
	}
}

// activeStaff counts who of staff is in the conversation and active.
func (p *practice) activeStaff(t *testing.T, store chat.Store, conversation chat.ID) (n int) {
	t.Helper()
	err := store.View(t.Context(), func(rd chat.Reader) error {
		present, err := rd.Present(t.Context(), p.office.ID, conversation, []chat.View{chat.StaffView})
		if err != nil {
			return err
		}
		users, err := rd.Users(t.Context(), p.office.ID, present)
		for _, u := range users {
			if u.Active {
				n++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// While somebody is written to from all sides, deactivating them, again and again, neither waits for ever nor lets anything be told to them.
func TestDeactivatedWhileOthersWrite(t *testing.T) {
	t.Parallel()
	store := openAt(t, postgrestest.Database(t))
	p := newPractice(t, store, 2, 4)
	owner, contact := p.person(chat.Owner, 0), p.contacts[0]
	if _, err := store.Update(t.Context(), func(tx chat.Tx) error { return tx.PutUser(t.Context(), owner) }); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				if _, err := p.send(context.WithoutCancel(ctx), w%4, 0, fmt.Sprintf("w%d-%d", w, i), "<p>x</p>"); err != nil {
					t.Errorf("send: %v", err)
					return
				}
			}
		})
	}
	for range 10 {
		if _, err := p.service.Deactivate(t.Context(), p.actor(owner), contact.ID, chat.ID{}); err != nil {
			t.Fatal(err)
		}
		was := p.place(t, store, contact)
		if _, err := p.send(t.Context(), 0, 0, newID().String(), "<p>x</p>"); err != nil {
			t.Fatal(err)
		}
		if now := p.place(t, store, contact); now != was {
			t.Errorf("a deactivated user's stream moved from %v to %v", was, now)
		}
		if _, err := p.service.Reactivate(t.Context(), p.actor(owner), contact.ID); err != nil {
			t.Fatal(err)
		}
		if now := p.place(t, store, contact); now.Epoch != was.Epoch+1 {
			t.Errorf("back at %v, from %v", now, was)
		}
	}
	stop()
	all.Wait()
}

func (p *practice) place(t *testing.T, store chat.Store, u chat.User) (place chat.Place) {
	t.Helper()
	heads, err := store.Heads(t.Context(), []chat.ID{u.ID})
	if err != nil {
		t.Fatal(err)
	}
	return heads[u.ID]
}
