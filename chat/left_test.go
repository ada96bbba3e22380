package chat

import (
	"encoding/json"
	"testing"
)

// asSeen is all of a conversation that a user can ask for, as text.
func (p *practice) asSeen(t *testing.T, u *User, conversation ID) string {
	t.Helper()
	ctx, a := t.Context(), actor(u)
	page, err := p.Conversation(ctx, a, conversation)
	if err != nil {
		t.Fatal(err)
	}
	messages, err := p.Messages(ctx, a, PageRequest{Conversation: conversation})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent([]any{page.Row, messages.Messages, messages.Receipts}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestWhoLeftSeesItAsItWasThen: nothing that happens afterwards changes what they see.
func TestWhoLeftSeesItAsItWasThen(t *testing.T) {
	t.Parallel()
	for _, role := range []Role{Staff, Client} {
		p := newPractice(t, NewOffice{})
		sam, tess, gone := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "gone", Staff)
		anna, bert := p.user(t, "anna", role), p.user(t, "bert", Client)
		ctx := t.Context()
		conv := p.started(t, sam, tess, gone, anna, bert)
		remove := func(by, u *User) {
			t.Helper()
			p.next()
			if err := p.Remove(ctx, actor(by), conv, u.ID, ID{}); err != nil {
				t.Fatal(err)
			}
		}
		add := func(u *User, history bool) {
			t.Helper()
			p.next()
			if _, err := p.Add(ctx, actor(sam), conv, []ID{u.ID}, &history); err != nil {
				t.Fatal(err)
			}
		}
		remove(sam, gone)
		m := p.sent(t, anna, conv, "from anna")
		remove(anna, anna)
		before := p.asSeen(t, anna, conv)
		for name, do := range map[string]func() error{
			"read": func() error {
				_, err := p.MarkRead(ctx, actor(sam), conv, m.Position, true)
				return err
			},
			"title": func() error {
				_, err := p.Change(ctx, actor(sam), conv, Change{Title: ptr("Another"), Important: ptr(true)})
				return err
			},
		} {
			p.next()
			if err := do(); err != nil {
				t.Fatal(name, err)
			}
			if now := p.asSeen(t, anna, conv); now != before {
				t.Fatalf("%s: after %s she sees\n%s\nbefore\n%s", role, name, now, before)
			}
		}
		p.wrote(t, sam, SendRequest{Conversation: conv, HTML: "note", Note: true})
		p.sent(t, sam, conv, "message")
		remove(sam, bert)
		remove(sam, tess)
		add(bert, true)
		add(tess, false)
		add(gone, true)
		add(p.user(t, "new", Client), true)
		if now := p.asSeen(t, anna, conv); now != before {
			t.Fatalf("%s: afterwards she sees\n%s\nbefore\n%s", role, now, before)
		}
		add(anna, false)
		if now := p.asSeen(t, anna, conv); now == before {
			t.Fatal("back again she sees no change: nothing is proved")
		}
	}
}

func TestWhoIsShownToWhom(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, tess := p.user(t, "sam", Owner), p.user(t, "tess", Staff)
	anna, bert := p.user(t, "anna", Client), p.user(t, "bert", Client)
	ctx := t.Context()
	conv := p.started(t, sam, anna, bert)
	shown := func(u *User) (names string) {
		t.Helper()
		page, err := p.Conversation(ctx, actor(u), conv)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Row.Members {
			names += m.Person.Name
			if !m.Active {
				names += "(left)"
			}
			names += " "
		}
		return names
	}
	expect := func(what string, u *User, want string) {
		t.Helper()
		if got := shown(u); got != want {
			t.Errorf("%s: %s is shown %q, want %q", what, u.Name, got, want)
		}
	}
	expect("all here", anna, "sam anna bert ")
	p.next()
	if err := p.Remove(ctx, actor(sam), conv, bert.ID, ID{}); err != nil {
		t.Fatal(err)
	}
	expect("bert has left", sam, "sam anna bert(left) ")
	expect("bert has left", anna, "sam anna ")
	expect("bert himself", bert, "sam anna ")
	p.next()
	if _, err := p.Add(ctx, actor(sam), conv, []ID{tess.ID}, nil); err != nil {
		t.Fatal(err)
	}
	expect("tess came later", bert, "sam anna ")
	expect("tess came later", anna, "sam anna tess ")
	if _, err := p.Conversation(ctx, actor(p.user(t, "carl", Client)), conv); KindOf(err) != NotFound {
		t.Errorf("a stranger: %v", err)
	}
}
