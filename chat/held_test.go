package chat

import (
	"context"
	"strings"
	"testing"
	"time"
)

// quarantine is a letter that waits: a conversation of sam and tess with anna and bert, to whose reply address it came.
type quarantine struct {
	*practice
	sam, tess, anna, bert *User
	conversation, line    ID
	letter                Letter
}

// held takes a letter from an address into quarantine, to anna's reply address.
func held(t *testing.T, from string, signers ...string) quarantine {
	t.Helper()
	p := newPractice(t, NewOffice{Mode: Convenience})
	w := quarantine{practice: p, sam: p.user(t, "sam", Owner), tess: p.user(t, "tess", Staff), anna: p.user(t, "anna", Client), bert: p.user(t, "bert", Client)}
	w.conversation = p.started(t, w.sam, w.tess, w.anna, w.bert)
	w.hold(t, w.anna, from, signers...)
	return w
}

func (w *quarantine) hold(t *testing.T, to *User, from string, signers ...string) {
	t.Helper()
	w.next()
	addressee, err := w.Addressee(t.Context(), w.replyAddress(t, to, w.conversation), w.office.MailDomain, false)
	if err != nil {
		t.Fatal(err)
	}
	in := LetterIn{HTML: "Pay me"}
	in.Fate, in.Reason, in.From, in.Signers, in.Once = LetterQuarantined, "From is not theirs", from, signers, [32]byte{byte(w.turn)}
	if in.RawLetter, err = w.KeepRaw(t.Context(), w.office.ID, []byte("Pay me")); err != nil {
		t.Fatal(err)
	}
	in.Size = int64(len("Pay me"))
	if w.letter, err = w.TakeLetter(t.Context(), addressee, in); err != nil {
		t.Fatal(err)
	}
	w.line = w.letter.Entry
}

func (w *quarantine) decide(t *testing.T, by *User, how LetterDecision, domain string) (Held, error) {
	t.Helper()
	w.next()
	h, _, err := w.Decide(t.Context(), actor(by), DecideRequest{Conversation: w.conversation, Message: w.line, Decision: how, Domain: domain})
	return h, err
}

func (w *quarantine) seen(t *testing.T, by *User) []Message {
	t.Helper()
	page, err := w.Messages(t.Context(), actor(by), PageRequest{Conversation: w.conversation})
	if err != nil {
		t.Fatal(err)
	}
	return page.Messages
}

func (w *quarantine) trusted(t *testing.T, u *User) Addressee {
	t.Helper()
	to, err := w.Addressee(t.Context(), w.replyAddress(t, u, w.conversation), w.office.MailDomain, false)
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// TestAcceptedLetters: each way to accept makes it anna's message, in its place now, and remembers what it says.
func TestAcceptedLetters(t *testing.T) {
	t.Parallel()
	for how, c := range map[LetterDecision]struct{ domain, aliases, signers string }{
		AcceptOnce:  {},
		AcceptAlias: {aliases: "[anna@home.example]"},
		AcceptTrust: {domain: "esp.example", signers: "[esp.example]"},
	} {
		w := held(t, "Anna@Home.example", "esp.example")
		later := w.sent(t, w.sam, w.conversation, "meanwhile")
		audits := len(w.model.kept.audit)
		h, err := w.decide(t, w.tess, how, c.domain)
		if err != nil || h.Decision != how || h.Decider.ID != w.tess.ID || h.Of.ID != w.anna.ID {
			t.Fatalf("%s: %+v, %v", how, h, err)
		}
		for _, u := range []*User{w.sam, w.anna, w.bert} {
			all := w.seen(t, u)
			m := all[len(all)-1]
			if m.Author.ID != w.anna.ID || m.Text != "Pay me" || m.Via != ViaLetter || !m.At.After(w.letter.ReceivedAt) || m.Position <= later.Position {
				t.Errorf("%s, as %s sees it: %+v", how, u.Name, m)
			}
			if u == w.sam && !m.ReceivedAt.Equal(w.letter.ReceivedAt) || u != w.sam && !m.ReceivedAt.IsZero() {
				t.Errorf("%s: %s is shown that it was received %v", how, u.Name, m.ReceivedAt)
			}
		}
		to := w.trusted(t, w.anna)
		if got := strings.Join(to.Aliases, " "); "["+got+"]" != c.aliases && got != "" || got == "" && c.aliases != "" {
			t.Errorf("%s: aliases %q", how, got)
		}
		if got := strings.Join(to.Signers, " "); "["+got+"]" != c.signers && got != "" || got == "" && c.signers != "" {
			t.Errorf("%s: signers %q", how, got)
		}
		if other := w.trusted(t, w.bert); len(other.Aliases)+len(other.Signers) != 0 {
			t.Errorf("%s: bert is trusted too: %+v", how, other)
		}
		entries := w.model.kept.audit[audits:]
		if len(entries) != 1 || entries[0].Act != ActLetterDecided || entries[0].Actor != w.tess.ID || entries[0].Object != w.letter.ID ||
			entries[0].Detail != strings.TrimSpace(string(how)+" "+c.domain) {
			t.Errorf("%s: audit %+v", how, entries)
		}
	}
}

// TestDecidedOnce: the same again changes nothing, another decision is refused, and the same letter again changes nothing either.
func TestDecidedOnce(t *testing.T) {
	t.Parallel()
	for _, how := range []LetterDecision{AcceptOnce, RejectHeld} {
		w := held(t, "anna@home.example")
		if _, err := w.decide(t, w.sam, how, ""); err != nil {
			t.Fatal(err)
		}
		all, rows := len(w.seen(t, w.sam)), len(w.model.kept.audit)
		if h, err := w.decide(t, w.tess, how, ""); err != nil || h.Decider.ID != w.sam.ID {
			t.Errorf("%s again: %+v, %v", how, h, err)
		}
		for _, other := range []LetterDecision{AcceptAlias, RejectHeld, AcceptOnce} {
			if other == how {
				continue
			}
			if _, err := w.decide(t, w.tess, other, ""); KindOf(err) != Conflict {
				t.Errorf("%s after %s: %v", other, how, err)
			}
		}
		again := LetterIn{HTML: "Pay me"}
		again.Fate, again.Once = LetterQuarantined, w.letter.Once
		if l, err := w.TakeLetter(t.Context(), w.trusted(t, w.anna), again); err != nil || l.ID != w.letter.ID {
			t.Errorf("the same letter after %s: %+v, %v", how, l, err)
		}
		if len(w.seen(t, w.sam)) != all || len(w.model.kept.audit) != rows {
			t.Errorf("%s: something changed", how)
		}
	}
}

// TestRejectedLetters leave nothing to contacts.
func TestRejectedLetters(t *testing.T) {
	t.Parallel()
	w := held(t, "anna@home.example")
	annas, head := len(w.seen(t, w.anna)), w.model.kept.streams[w.anna.ID].Number
	if _, err := w.decide(t, w.sam, RejectHeld, ""); err != nil {
		t.Fatal(err)
	}
	all := w.seen(t, w.tess)
	if m := all[len(all)-1]; m.Happening != LetterGone || m.Letter != w.letter.ID || m.Author.ID != w.sam.ID || m.Subjects[0].ID != w.anna.ID {
		t.Errorf("line %+v", m)
	}
	if len(w.seen(t, w.anna)) != annas || w.model.kept.streams[w.anna.ID].Number != head {
		t.Error("anna was told")
	}
}

// TestWhoDecides: staff of the conversation, but on nothing that is their own.
func TestWhoDecides(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from string
		to   func(*quarantine) *User
		by   func(*quarantine) *User
		want Kind
	}{
		"staff":                           {"x@home.example", nil, func(w *quarantine) *User { return w.tess }, 0},
		"a contact":                       {"x@home.example", nil, func(w *quarantine) *User { return w.bert }, NotFound},
		"whose answer it would be":        {"x@home.example", func(w *quarantine) *User { return w.tess }, func(w *quarantine) *User { return w.tess }, Forbidden},
		"another, on a colleague's":       {"x@home.example", func(w *quarantine) *User { return w.tess }, func(w *quarantine) *User { return w.sam }, 0},
		"who wrote it, for somebody else": {"Tess@example.org", nil, func(w *quarantine) *User { return w.tess }, Forbidden},
	} {
		w := held(t, c.from)
		if c.to != nil {
			w.hold(t, c.to(&w), c.from)
		}
		if _, err := w.decide(t, c.by(&w), AcceptOnce, ""); KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	w := held(t, "x@home.example")
	stranger := w.user(t, "stranger", Staff)
	if _, err := w.decide(t, stranger, RejectHeld, ""); KindOf(err) != NotFound {
		t.Errorf("staff elsewhere: %v", err)
	}
	if err := w.Remove(t.Context(), actor(w.sam), w.conversation, w.tess.ID, ID{}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.decide(t, w.tess, RejectHeld, ""); KindOf(err) != Forbidden {
		t.Errorf("staff who left: %v", err)
	}
}

func TestDecisionsThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from   string
		how    LetterDecision
		domain string
		before func(*testing.T, *quarantine)
		want   Kind
	}{
		"no such decision":           {"x@home.example", "maybe", "", nil, Invalid},
		"a domain that did not sign": {"x@home.example", AcceptTrust, "evil.example", nil, Invalid},
		"somebody else's address":    {"Bert@example.org", AcceptAlias, "", nil, Conflict},
		"staff's address":            {"sam@example.org", AcceptAlias, "", nil, Conflict},
		"no address":                 {"", AcceptAlias, "", nil, Invalid},
		"who has left": {"x@home.example", AcceptOnce, "", func(t *testing.T, w *quarantine) {
			if err := w.Remove(t.Context(), actor(w.sam), w.conversation, w.anna.ID, ID{}); err != nil {
				t.Fatal(err)
			}
		}, Conflict},
		"somebody else's alias": {"x@home.example", AcceptAlias, "", func(t *testing.T, w *quarantine) {
			_, err := w.model.Update(t.Context(), func(tx Tx) error {
				return tx.AddAlias(t.Context(), Alias{Office: w.office.ID, Address: "x@home.example", User: w.bert.ID})
			})
			if err != nil {
				t.Fatal(err)
			}
		}, Conflict},
	} {
		w := held(t, c.from, "esp.example")
		if c.before != nil {
			w.next()
			c.before(t, &w)
		}
		all := len(w.seen(t, w.sam))
		by := w.tess
		if _, err := w.decide(t, by, c.how, c.domain); KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
		if now := len(w.seen(t, w.sam)); now != all {
			t.Errorf("%s: %d lines more", name, now-all)
		}
	}
	w := held(t, "x@home.example")
	message := w.sent(t, w.sam, w.conversation, "no letter")
	if _, err := w.Held(context.Background(), actor(w.sam), w.conversation, message.ID); KindOf(err) != NotFound {
		t.Errorf("of a message: %v", err)
	}
}

// TestHeldShows what staff decide by; the decider's own is said to be barred.
func TestHeldShows(t *testing.T) {
	t.Parallel()
	w := held(t, "tess@example.org", "esp.example")
	h, err := w.Held(t.Context(), actor(w.sam), w.conversation, w.line)
	if err != nil || h.Text != "Pay me" || h.Reason != "From is not theirs" || h.Signers[0] != "esp.example" || h.Barred != "" || h.Decision != "" || h.ReceivedAt.Before(firstDay.Add(time.Second)) {
		t.Errorf("%+v, %v", h, err)
	}
	if h, err = w.Held(t.Context(), actor(w.tess), w.conversation, w.line); err != nil || h.Barred == "" {
		t.Errorf("its author: %+v, %v", h, err)
	}
	for from, theirs := range map[string]bool{"Anna@example.org": true, "anna@home.example": false, "": false} {
		w.hold(t, w.anna, from)
		if h, err := w.Held(t.Context(), actor(w.sam), w.conversation, w.line); err != nil || h.Theirs != theirs {
			t.Errorf("from %q, theirs: %t, %v", from, h.Theirs, err)
		}
	}
}
