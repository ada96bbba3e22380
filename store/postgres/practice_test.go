package postgres_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"

	"postern/chat"
)

// practice is an office with people and conversations, run by the real rules.
type practice struct {
	service       *chat.Service
	office        chat.Office
	staff         []chat.User
	contacts      []chat.User
	conversations []chat.ID // of one member of staff and two contacts each, by the contacts' order
	reply         int64     // the reply address of the first contact in the first conversation
}

func newID() chat.ID { return chat.ID(uuid.Must(uuid.NewV7())) }

// plain leaves bodies as they are.
type plain struct{}

func (plain) Sanitize(html string) (string, string, error) { return html, html, nil }

// nowhere keeps nothing: these tests send no files.
type nowhere struct{}

func (nowhere) Put(context.Context, chat.ID, io.Reader, int64) ([32]byte, int64, error) {
	panic("no files here")
}

func (nowhere) Open(context.Context, chat.ID, [32]byte) (io.ReadSeekCloser, error) {
	panic("no files here")
}

func newService(store chat.Store) *chat.Service {
	return chat.New(chat.Parts{Store: store, Blobs: nowhere{}, Sanitizer: plain{}, Now: time.Now, NewID: newID})
}

// newPractice makes an office with so many conversations, each of a member of staff and two contacts of its own; members of staff
// are shared.
func newPractice(t testing.TB, store chat.Store, staff, conversations int) *practice {
	t.Helper()
	p := &practice{service: newService(store)}
	id := newID()
	p.office = chat.Office{
		ID: id, Name: "Practice", URL: "https://" + id.String() + ".example", MailDomain: id.String() + ".example",
		Mode: chat.Privacy, Grace: 30 * time.Second, CreatedAt: time.Now(),
	}
	for i := range staff {
		p.staff = append(p.staff, p.person(chat.Staff, i))
	}
	for i := range 2 * conversations {
		p.contacts = append(p.contacts, p.person(chat.Client, i))
	}
	_, err := store.Update(t.Context(), func(tx chat.Tx) error {
		if err := tx.PutOffice(t.Context(), p.office); err != nil {
			return err
		}
		for _, u := range append(p.staff, p.contacts...) {
			if err := tx.PutUser(t.Context(), u); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("make the practice: %v", err)
	}
	for i := range conversations {
		p.conversations = append(p.conversations, p.start(t, i))
	}
	if conversations > 0 {
		p.giveAddress(t, store)
	}
	return p
}

func (p *practice) giveAddress(t testing.TB, store chat.Store) {
	t.Helper()
	p.reply = rand.Int64()
	_, err := store.Update(t.Context(), func(tx chat.Tx) error {
		_, err := tx.AddressFor(t.Context(), p.office.ID, p.conversations[0], p.contacts[0].ID, p.reply)
		return err
	})
	if err != nil {
		t.Fatalf("give an address: %v", err)
	}
}

func (p *practice) person(role chat.Role, i int) chat.User {
	return chat.User{
		Office: p.office.ID, ID: newID(), Role: role, Name: fmt.Sprintf("%s %d", role, i), Email: fmt.Sprintf("%s%d@example.org", role, i),
		Active: true, MayMessage: true, CreatedAt: time.Now(),
	}
}

func (p *practice) start(t testing.TB, i int) chat.ID {
	t.Helper()
	started, err := p.service.Start(t.Context(), p.actor(p.staff[i%len(p.staff)]), chat.StartRequest{
		To: []chat.ID{p.contacts[2*i].ID, p.contacts[2*i+1].ID}, Audience: chat.SharedOne, Title: "Title", Key: fmt.Sprintf("start-%d", i), HTML: "<p>first</p>",
	})
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	return started.Message.Conversation
}

func (p *practice) actor(u chat.User) chat.Actor {
	return chat.Actor{Office: u.Office, User: u.ID, View: u.View()}
}

// author is one of the three in the conversation, in turn.
func (p *practice) author(conversation, turn int) chat.User {
	switch turn % 3 {
	case 0:
		return p.staff[conversation%len(p.staff)]
	case 1:
		return p.contacts[2*conversation]
	}
	return p.contacts[2*conversation+1]
}

func (p *practice) send(ctx context.Context, conversation, turn int, key, html string) (chat.Sent, error) {
	return p.service.Send(ctx, p.actor(p.author(conversation, turn)), chat.SendRequest{
		Conversation: p.conversations[conversation], Key: key, HTML: html,
	})
}
