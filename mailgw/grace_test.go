package mailgw

import (
	"strings"
	"testing"
	"time"

	"postern/chat"
)

// TestGrace: who reads in time gets no mail; several messages make one; who left gets none; the mode is that of the moment of sending.
func TestGrace(t *testing.T) {
	t.Parallel()
	const grace = time.Hour
	withGrace := func(n *chat.NewOffice) { n.Grace = grace }
	for name, c := range map[string]struct {
		office func(*chat.NewOffice)
		before func(*world) // within the grace time
		want   []string
		text   string // of Anna's mail
		not    string
	}{
		"three messages, one mail": {want: []string{"anna", "bert", "olga"}, text: "The first of VAT return|second|third"},
		"read": {before: func(w *world) {
			if _, err := w.MarkRead(w.Context(), actor(w.anna), w.conversation, 3<<20, true); err != nil {
				w.Fatal(err)
			}
		}, want: []string{"bert", "olga"}},
		"read in part": {before: func(w *world) {
			if _, err := w.MarkRead(w.Context(), actor(w.anna), w.conversation, 2<<20, true); err != nil {
				w.Fatal(err)
			}
		}, want: []string{"anna", "bert", "olga"}, text: "third", not: "second"},
		"removed":             {before: func(w *world) { w.remove(w.anna) }, want: []string{"bert", "olga"}},
		"muted":               {before: func(w *world) { _, _ = w.Mute(w.Context(), actor(w.anna), w.conversation, true) }, want: []string{"bert", "olga"}},
		"switched to privacy": {before: func(w *world) { w.mode(chat.Privacy) }, want: []string{"anna", "bert", "olga"}, text: "A message waits", not: "second"},
		"switched to convenience": {
			office: func(n *chat.NewOffice) { n.Mode = chat.Privacy }, before: func(w *world) { w.mode(chat.Convenience) },
			want: []string{"anna", "bert", "olga"}, text: "second",
		},
		"a careful account": {before: (*world).strictAccount, want: []string{"anna", "bert", "olga"}, text: "A message waits", not: "second"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			office := c.office
			if office == nil {
				office = func(*chat.NewOffice) {}
			}
			w := newWorld(t, office, withGrace)
			w.sends(w.sam, chat.SendRequest{HTML: "<p>second</p>"})
			w.sends(w.sam, chat.SendRequest{HTML: "<p>third</p>"})
			if c.before != nil {
				c.before(w)
			}
			box := &postbox{}
			stop := w.sender(box)
			waitFor(t, func() bool { return len(box.taken()) >= len(c.want) && w.owed() == 0 })
			stop()
			same(t, "to", box.to(), c.want)
			for _, m := range box.taken() {
				if m.to != w.anna.Email {
					continue
				}
				for _, want := range strings.Split(c.text, "|") {
					if !strings.Contains(m.l.Text, want) {
						t.Errorf("%q is not in %q", want, m.l.Text)
					}
				}
				told, _, _ := strings.Cut(m.l.Text, before)
				if c.not != "" && strings.Contains(told+m.l.Subject, c.not) {
					t.Errorf("%q is in %q", c.not, m.l.Text)
				}
			}
		})
	}
}

// owed is how many notices are due or will be.
func (w *world) owed() (n int) {
	w.Helper()
	w.view(func(r chat.Reader) error {
		for _, u := range []chat.User{w.sam, w.olga, w.anna, w.bert} {
			due, err := r.Notices(w.Context(), w.office.ID, u.ID, w.conversation)
			if err != nil {
				return err
			}
			n += len(due)
		}
		return nil
	})
	return n
}

// TestNotDue: nothing goes before its time.
func TestNotDue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	same(t, "mails of the first", w.settleAll(), 3)
	w.store.wait(time.Hour)
	w.sends(w.sam, chat.SendRequest{HTML: "<p>later</p>"})
	same(t, "owed, mails", []int{w.owed(), w.settleAll()}, []int{3, 0})
}

// TestNotes: an internal note is mailed to staff alone, and says what it is.
func TestNotes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.settleAll()
	w.sends(w.sam, chat.SendRequest{HTML: "<p>Among us.</p>", Note: true})
	box := &postbox{}
	stop := w.sender(box)
	waitFor(t, func() bool { return len(box.taken()) == 1 && w.owed() == 0 })
	stop()
	same(t, "to", box.to(), []string{"olga"})
	if text := box.taken()[0].l.Text; !strings.Contains(text, "Sam (internal note):") || !strings.Contains(text, noteWarning) {
		t.Errorf("mail %q", text)
	}
}
