package storetest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"postern/chat"
)

// practice is a test's own office, with two members of staff and three contacts.
type practice struct {
	testing.TB
	store            chat.Store
	office           chat.Office
	owner, staff     chat.User
	anna, bert, carl chat.User
	from             time.Time // before everything that happens
	ticks            time.Duration
}

func newPractice(t testing.TB, store chat.Store) *practice {
	t.Helper()
	p := &practice{TB: t, store: store, from: time.Now().UTC().Truncate(time.Microsecond).Add(-time.Hour)}
	p.office = p.newOffice("Practice")
	p.owner = p.newUser(chat.Owner, "Olga Owner")
	p.staff = p.newUser(chat.Staff, "Stan Staff")
	p.anna = p.newUser(chat.Client, "Anna Client")
	p.bert = p.newUser(chat.Client, "Bert Client")
	p.carl = p.newUser(chat.ClientStaff, "Carl Client")
	return p
}

// now is a time later than any it gave before; for one goroutine.
func (p *practice) now() time.Time {
	p.ticks += time.Millisecond
	return p.from.Add(p.ticks)
}

func (p *practice) newOffice(name string) chat.Office {
	p.Helper()
	id := newID()
	o := chat.Office{
		ID: id, Name: name, URL: "https://" + id.String() + ".example", MailDomain: id.String() + ".example",
		Mode: chat.Convenience, Grace: 30 * time.Second, Inbound: true, CreatedAt: p.now(),
	}
	p.update(func(tx chat.Tx) error { return tx.PutOffice(p.Context(), o) })
	return o
}

func (p *practice) newUser(role chat.Role, name string) chat.User {
	p.Helper()
	return p.newUserOf(p.office, role, name)
}

func (p *practice) newUserOf(o chat.Office, role chat.Role, name string) chat.User {
	p.Helper()
	id := newID()
	u := chat.User{
		Office: o.ID, ID: id, Role: role, Name: name, Email: id.String() + "@Example.com", Active: true, MayMessage: true,
		CreatedAt: p.now(),
	}
	p.update(func(tx chat.Tx) error { return tx.PutUser(p.Context(), u) })
	return u
}

// update runs an update that must succeed.
func (p *practice) update(do func(chat.Tx) error) []chat.Told {
	p.Helper()
	told, err := p.store.Update(p.Context(), do)
	if err != nil {
		p.Fatalf("update: %v", err)
	}
	return told
}

// view reads in one snapshot, which must succeed.
func (p *practice) view(do func(chat.Reader) error) {
	p.Helper()
	if err := p.store.View(p.Context(), do); err != nil {
		p.Fatalf("view: %v", err)
	}
}

// decide runs a decision that must succeed.
func (p *practice) decide(d chat.Decision) []chat.Told {
	p.Helper()
	told, err := p.store.Decide(p.Context(), d)
	if err != nil {
		p.Fatalf("decide: %v", err)
	}
	return told
}

// newID is a version 7 UUID.
func newID() (id chat.ID) {
	rand.Read(id[:]) // never fails
	ms := time.Now().UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	return id
}

func newHash() (h [32]byte) {
	rand.Read(h[:]) // never fails
	return h
}

// read is a view of one thing.
func read[T any](p *practice, ask func(context.Context, chat.Reader) (T, error)) (got T) {
	p.Helper()
	p.view(func(r chat.Reader) (err error) {
		got, err = ask(p.Context(), r)
		return err
	})
	return got
}

// refused says that asking gives a refusal of the kind.
func (p *practice) refused(kind chat.Kind, what string, do func() error) {
	p.Helper()
	if err := do(); chat.KindOf(err) != kind {
		p.Errorf("%s: got %v (%v), want %v", what, err, chat.KindOf(err), kind)
	}
}

// same compares values: an absent slice, and nil for want, is like an empty one.
func (p *practice) same(what string, got, want any) {
	p.Helper()
	if v := reflect.ValueOf(got); want == nil && v.Kind() == reflect.Slice && v.Len() == 0 {
		return
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		p.Errorf("%s differs (-want +got):\n%s", what, diff)
	}
}

func ids[T any](values []T, id func(T) chat.ID) []chat.ID {
	all := make([]chat.ID, len(values))
	for i, v := range values {
		all[i] = id(v)
	}
	return all
}

var errStop = errors.New("stop here")

// each runs f n times at once and gives the errors, in the order of n.
func each(n int, f func(i int) error) []error {
	type outcome struct {
		i   int
		err error
	}
	outcomes := make(chan outcome)
	for i := range n {
		go func() { outcomes <- outcome{i, f(i)} }()
	}
	errs := make([]error, n)
	for range n {
		o := <-outcomes
		errs[o.i] = o.err
	}
	return errs
}

func numbered(prefix string, i int) string { return fmt.Sprintf("%s-%d", prefix, i) }
