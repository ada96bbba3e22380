package chat

import (
	"context"
	"strings"
	"testing"
	"time"
)

// doors are all use cases of conversations, by name.
func (p *practice) doors(a Actor, conversation ID, m Message, file ID) map[string]func(context.Context) error {
	drop := func(_ any, err error) error { return err }
	absent := func(_ any, err error) error { // who may look finds nothing
		if KindOf(err) == NotFound {
			return nil
		}
		return err
	}
	return map[string]func(context.Context) error{
		"list": func(ctx context.Context) error { return drop(p.Rows(ctx, a, RowsRequest{List: Inbox})) },
		"open": func(ctx context.Context) error { return drop(p.Conversation(ctx, a, conversation)) },
		"messages": func(ctx context.Context) error {
			return drop(p.Messages(ctx, a, PageRequest{Conversation: conversation}))
		},
		"folded":    func(ctx context.Context) error { return drop(p.Folded(ctx, a, conversation, m.ID)) },
		"templates": func(ctx context.Context) error { return drop(p.Templates(ctx, a)) },
		"add template": func(ctx context.Context) error {
			return drop(p.AddTemplate(ctx, a, TemplateRequest{Group: General, Title: "T", HTML: "x"}))
		},
		"change template": func(ctx context.Context) error {
			return absent(p.ChangeTemplate(ctx, a, file, TemplateRequest{Group: General, Title: "T", HTML: "x"}))
		},
		"drop template": func(ctx context.Context) error { return absent(nil, p.DropTemplate(ctx, a, file)) },
		"fill template": func(ctx context.Context) error { return absent(p.FillTemplate(ctx, a, file, conversation, nil)) },
		"signature":     func(ctx context.Context) error { return drop(p.Signature(ctx, a)) },
		"set signature": func(ctx context.Context) error { return drop(p.SetSignature(ctx, a, "x")) },
		"signature of":  func(ctx context.Context) error { return absent(p.SignatureBelow(ctx, a, conversation, m.ID)) },
		"drafts":        func(ctx context.Context) error { return drop(p.Drafts(ctx, a)) },
		"draft":         func(ctx context.Context) error { return absent(p.Draft(ctx, a, file)) },
		"save draft":    func(ctx context.Context) error { return drop(p.SaveDraft(ctx, a, DraftRequest{ID: file})) },
		"discard draft": func(ctx context.Context) error { return absent(nil, p.DiscardDraft(ctx, a, file, 0)) },
		"download":      func(ctx context.Context) error { _, _, err := p.Download(ctx, a, file); return err },
		"sign":          func(ctx context.Context) error { return drop(p.SignTo(ctx, a, conversation, ForAll)) },
		"greet":         func(ctx context.Context) error { return drop(p.Greet(ctx, a, nil)) },
		"people":        func(ctx context.Context) error { return drop(p.Directory(ctx, a, "", 10)) },
		"send": func(ctx context.Context) error {
			return drop(p.Send(ctx, a, SendRequest{Conversation: conversation, Key: p.steps.scope, HTML: "x"}))
		},
		"start": func(ctx context.Context) error {
			return drop(p.Start(ctx, a, StartRequest{To: []ID{m.Author.ID}, Title: "T", Key: p.steps.scope, HTML: "x"}))
		},
		"read":    func(ctx context.Context) error { return drop(p.MarkRead(ctx, a, conversation, m.Position, true)) },
		"unread":  func(ctx context.Context) error { return drop(p.MarkUnread(ctx, a, conversation)) },
		"archive": func(ctx context.Context) error { return drop(p.Archive(ctx, a, conversation, true)) },
		"delete":  func(ctx context.Context) error { return drop(p.Delete(ctx, a, conversation, true)) },
		"who":     func(ctx context.Context) error { return drop(p.Sittings(ctx, a, conversation)) },
		"mute":    func(ctx context.Context) error { return drop(p.Mute(ctx, a, conversation, true)) },
		"change":  func(ctx context.Context) error { return drop(p.Change(ctx, a, conversation, Change{Title: ptr("U")})) },
		"add":     func(ctx context.Context) error { return drop(p.Add(ctx, a, conversation, []ID{m.Author.ID}, nil)) },
		"remove":  func(ctx context.Context) error { return p.Remove(ctx, a, conversation, a.User, ID{}) },
		"upload": func(ctx context.Context) error {
			return drop(p.Upload(ctx, a, UploadRequest{Name: "x.txt", Content: strings.NewReader("x")}))
		},
	}
}

// TestNoDoorWithoutThePermission (F1): every door refuses the user who lacks it, and lets in the same user who has it.
func TestNoDoorWithoutThePermission(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, tess := p.user(t, "sam", Owner), p.user(t, "tess", Staff)
	conv := p.started(t, sam, tess)
	p.next()
	upload, err := p.Upload(t.Context(), actor(sam), UploadRequest{Name: "file.txt", Content: strings.NewReader("content")})
	if err != nil {
		t.Fatal(err)
	}
	m := p.wrote(t, sam, SendRequest{Conversation: conv, HTML: "see there", Attachments: []ID{upload.ID}})
	for _, without := range []func(*User){func(u *User) { u.MayMessage = false }, func(u *User) { u.Active = false }} {
		refused := *tess
		without(&refused)
		p.put(t, refused)
		head := p.model.kept.streams[tess.ID].Place
		for name, enter := range p.doors(actor(tess), conv, m, upload.ID) {
			p.next()
			if err := enter(t.Context()); KindOf(err) != Forbidden {
				t.Errorf("%s without the permission: %v", name, err)
			}
		}
		p.next()
		f, err := p.Follow(t.Context(), p.office.ID, tess.ID, 0, 100)
		if err != nil || len(f.Events) == 0 {
			t.Fatal(err, len(f.Events))
		}
		for _, ev := range f.Events {
			if !ev.Skipped || ev.Body != (Body{}) {
				t.Errorf("event %d is shown without the permission: %+v", ev.Number, ev.Body)
			}
		}
		if len(p.Blobs.(blobs)) != 1 {
			t.Error("a file was kept without the permission")
		}
		if now := p.model.kept.streams[tess.ID].Place; now != head {
			t.Errorf("a refused act moved the stream from %s to %s", head, now)
		}
	}
	p.put(t, *tess)
	for name, enter := range p.doors(actor(tess), conv, m, upload.ID) {
		if name == "remove" {
			continue // the others would find nobody there
		}
		p.next()
		if err := enter(t.Context()); err != nil {
			t.Errorf("%s with the permission: %v", name, err)
		}
	}
	p.next()
	if err := p.Remove(t.Context(), actor(tess), conv, tess.ID, ID{}); err != nil {
		t.Errorf("remove with the permission: %v", err)
	}
}

// TestOneIsToldOfOnesSessionsWithoutThePermission too.
func TestOneIsToldOfOnesSessionsWithoutThePermission(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	p.next()
	u, token, err := p.CreateUser(t.Context(), p.office.ID, Invitation{Name: "tess", Email: "tess@example.org", Role: Staff}, InviteLink, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	in, err := p.UseLink(t.Context(), p.office.ID, token, "long enough a password", "agent")
	if err != nil {
		t.Fatal(err)
	}
	u.MayMessage = false
	p.put(t, u)
	if err := p.EndSession(t.Context(), actor(&u), in.Session.ID); err != nil {
		t.Fatal(err)
	}
	f, err := p.Follow(t.Context(), p.office.ID, u.ID, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	last := f.Events[len(f.Events)-1]
	if last.Type != SessionEnded || last.Subject != in.Session.ID || last.Skipped {
		t.Errorf("the last event is %+v", last)
	}
}
