package chat

import (
	"context"
	"slices"
	"testing"
	"time"
)

// switched deactivates somebody, or reactivates them.
func (p *practice) switched(t *testing.T, by, u *User, active bool) {
	t.Helper()
	p.next()
	p.told = nil
	do := func(ctx context.Context, a Actor, user ID) (User, error) { return p.Deactivate(ctx, a, user, ID{}) }
	if active {
		do = p.Reactivate
	}
	got, err := do(t.Context(), actor(by), u.ID)
	if err != nil || got.ID != u.ID || got.Active != active || got.Password != "" {
		t.Fatalf("active %t: %+v, %v", active, got, err)
	}
}

// TestDeactivatedIsOut: sessions, links, sign-in, reset, the picker, letters, events, notices; everything at once.
func TestDeactivatedIsOut(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	bert, one := p.invited(t, "bert", Client)
	conv := p.started(t, sam, anna, &bert)
	p.next()
	two, err := p.SignIn(t.Context(), p.office.ID, bert.Email, password, "")
	if err != nil {
		t.Fatal(err)
	}
	link, err := p.CreateLink(t.Context(), p.office.ID, bert.Email, SignInLink, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	local := p.replyAddress(t, &bert, conv)
	p.switched(t, sam, &bert, false)

	var ended []ID
	for _, told := range p.told {
		if told.Type != SessionEnded || len(told.Staff) > 0 || len(told.Contacts) != 1 || told.Contacts[0].User != bert.ID {
			t.Fatalf("told %+v", told)
		}
		ended = append(ended, told.Subject)
	}
	if len(ended) != 2 || !slices.Contains(ended, one.Session.ID) || !slices.Contains(ended, two.Session.ID) {
		t.Errorf("ended %v", ended)
	}
	for name, c := range map[string]struct {
		try  func(context.Context) error
		want Kind
	}{
		"a session": {func(ctx context.Context) error { _, _, err := p.Authenticate(ctx, p.office.ID, two.Token); return err }, Unsigned},
		"a password": {func(ctx context.Context) error {
			_, err := p.SignIn(ctx, p.office.ID, bert.Email, password, "")
			return err
		}, Unsigned},
		"a link": {func(ctx context.Context) error { _, err := p.UseLink(ctx, p.office.ID, link, "", ""); return err }, Expired},
		"a letter": {func(ctx context.Context) error {
			_, err := p.Addressee(ctx, local, p.office.MailDomain, false)
			return err
		}, Forbidden},
		"a report": {func(ctx context.Context) error {
			_, err := p.Addressee(ctx, local, p.office.MailDomain, true)
			return err
		}, Forbidden},
		"resuming": {func(ctx context.Context) error { _, err := p.Greet(ctx, actor(&bert), nil); return err }, Forbidden},
		"reading":  {func(ctx context.Context) error { _, err := p.Conversation(ctx, actor(&bert), conv); return err }, Forbidden},
		"being added": {func(ctx context.Context) error {
			_, err := p.Start(ctx, actor(sam), StartRequest{To: []ID{bert.ID}, Title: "T", Key: "k", HTML: "x"})
			return err
		}, Conflict},
	} {
		p.next()
		if err := c.try(t.Context()); KindOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	people, err := p.Directory(t.Context(), actor(sam), "", 9)
	if err != nil || len(people) != 1 || people[0].ID != anna.ID {
		t.Errorf("the picker shows %+v, %v", people, err)
	}
	p.told = nil
	p.sent(t, sam, conv, "without him")
	for _, told := range p.told {
		if slices.ContainsFunc(told.Contacts, func(h Heard) bool { return h.User == bert.ID }) {
			t.Errorf("told of %s", told.Type)
		}
	}
	if got := recipients(p.mailed(t)); !slices.Equal(got, []string{"anna"}) {
		t.Errorf("mails to %v", got)
	}
	for _, n := range p.model.kept.notices {
		if n.state == NoticeDue {
			t.Error("a notice is still due")
		}
	}
	at := slices.IndexFunc(p.model.kept.audit, func(e AuditEntry) bool { return e.Act == ActDeactivated })
	if at < 0 || p.model.kept.audit[at].Actor != sam.ID || p.model.kept.audit[at].Object != bert.ID {
		t.Errorf("audit %+v", p.model.kept.audit)
	}
}

// TestReactivated: back in by the old password alone; what was said meanwhile is there and unread, and nothing that a client kept goes on.
func TestReactivated(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam := p.user(t, "sam", Owner)
	bert, in := p.invited(t, "bert", Client)
	conv := p.started(t, sam, &bert)
	p.next()
	if _, err := p.MarkRead(t.Context(), actor(&bert), conv, 9<<20, true); err != nil {
		t.Fatal(err)
	}
	before, err := p.Greet(t.Context(), actor(&bert), nil)
	if err != nil || before.Stream.Badge != 0 {
		t.Fatalf("%+v, %v", before, err)
	}
	p.switched(t, sam, &bert, false)
	quick, err := p.CreateLink(t.Context(), p.office.ID, bert.Email, SignInLink, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	missed := p.sent(t, sam, conv, "while he was out")
	p.switched(t, sam, &bert, true)

	if _, _, err := p.Authenticate(t.Context(), p.office.ID, in.Token); KindOf(err) != Unsigned {
		t.Errorf("a session of before: %v", err)
	}
	if _, err := p.UseLink(t.Context(), p.office.ID, quick, "", ""); KindOf(err) != Expired {
		t.Errorf("a link of meanwhile: %v", err)
	}
	p.next()
	if _, err := p.SignIn(t.Context(), p.office.ID, bert.Email, password, ""); err != nil {
		t.Fatal(err)
	}
	now, err := p.Greet(t.Context(), actor(&bert), &before.Stream.Place)
	if err != nil || now.Resumes || now.Stream.Epoch == before.Stream.Epoch || now.Stream.Badge != 1 {
		t.Errorf("%+v, %v", now, err)
	}
	page, err := p.Conversation(t.Context(), actor(&bert), conv)
	if err != nil || page.Row.Newest.ID != missed.ID || !page.Row.Standing.Unread() {
		t.Errorf("%+v, %v", page, err)
	}
	p.told = nil
	p.sent(t, sam, conv, "for him again")
	if len(p.told) != 1 || len(p.told[0].Contacts) != 1 {
		t.Errorf("told %+v", p.told)
	}
}

func TestSwitchingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam := p.user(t, "sam", Owner)
	bert, _ := p.invited(t, "bert", Client)
	for _, active := range []bool{true, false, false, true, true} {
		p.switched(t, sam, &bert, active)
	}
	acts := slices.DeleteFunc(p.acts(), func(a Act) bool { return a != ActDeactivated && a != ActReactivated })
	if !slices.Equal(acts, []Act{ActDeactivated, ActReactivated}) {
		t.Errorf("acts %v", acts)
	}
}

func TestWhoMayDeactivateWhom(t *testing.T) {
	t.Parallel()
	for _, by := range allRoles {
		for _, whom := range allRoles {
			for _, active := range []bool{true, false} {
				a, b := &User{ID: ID{1}, Role: by, Active: active}, &User{ID: ID{2}, Role: whom, Active: true}
				want := active && (by == Owner || by == Admin && whom != Owner)
				if err := mayDeactivate(a, b); (err == nil) != want {
					t.Errorf("%s, active %t, %s: %v", by, active, whom, err)
				}
			}
		}
		want := Forbidden
		if by == Owner || by == Admin {
			want = NotFound
		}
		if err := mayDeactivate(&User{ID: ID{1}, Role: by, Active: true}, nil); KindOf(err) != want {
			t.Errorf("%s, nobody: %v", by, err)
		}
		self := &User{ID: ID{1}, Role: by, Active: true}
		if mayDeactivate(self, self) == nil {
			t.Errorf("%s may deactivate themselves", by)
		}
	}
}

func TestTheLastOwnerStays(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, tess := p.user(t, "sam", Owner), p.user(t, "tess", Owner)
	p.next()
	if _, err := p.Deactivate(t.Context(), actor(sam), ID{9}, ID{}); KindOf(err) != NotFound {
		t.Errorf("nobody: %v", err)
	}
	if _, err := p.SetActive(t.Context(), p.office.ID, "TESS@example.org", false); err != nil {
		t.Fatal(err)
	}
	if _, err := p.SetActive(t.Context(), p.office.ID, sam.Email, false); KindOf(err) != Conflict {
		t.Errorf("the last owner: %v", err)
	}
	if _, err := p.Deactivate(t.Context(), actor(tess), sam.ID, ID{}); KindOf(err) != Forbidden {
		t.Errorf("by who is deactivated: %v", err)
	}
	if u, err := p.SetActive(t.Context(), p.office.ID, tess.Email, true); err != nil || !u.Active {
		t.Errorf("%+v, %v", u, err)
	}
}
