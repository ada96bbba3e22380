package chat

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCreateOffice(t *testing.T) {
	t.Parallel()
	good := NewOffice{
		Name: "Other", URL: "https://Other.example.org/", Hosts: []string{"www.other.example.org", "OTHER.example.org"},
		MailDomain: "Mail.other.example.org", Mode: Privacy, Grace: time.Hour,
	}
	p := newPractice(t, NewOffice{})
	p.next()
	o, err := p.CreateOffice(t.Context(), good)
	if err != nil || o.URL != "https://Other.example.org" || o.MailDomain != "mail.other.example.org" {
		t.Fatalf("%+v, %v", o, err)
	}
	for _, host := range []string{"other.example.org", "Other.Example.org", "www.other.example.org"} {
		if at, err := p.OfficeAt(t.Context(), host); err != nil || at.ID != o.ID {
			t.Errorf("%s: %v, %v", host, at, err)
		}
	}
	if _, err := p.OfficeAt(t.Context(), "stranger.example.org"); KindOf(err) != NotFound {
		t.Errorf("a stranger's host: %v", err)
	}
	for name, change := range map[string]func(*NewOffice){
		"no name":            func(n *NewOffice) { n.Name = " \n" },
		"no URL":             func(n *NewOffice) { n.URL = "" },
		"a path":             func(n *NewOffice) { n.URL = "https://example.org/post" },
		"a script":           func(n *NewOffice) { n.URL = "javascript:alert(1)" },
		"long grace":         func(n *NewOffice) { n.Grace = time.Hour + 1 },
		"negative grace":     func(n *NewOffice) { n.Grace = -1 },
		"no mode":            func(n *NewOffice) { n.Mode = 0 },
		"another mode":       func(n *NewOffice) { n.Mode = 3 },
		"no mail domain":     func(n *NewOffice) { n.MailDomain = "" },
		"a broken domain":    func(n *NewOffice) { n.MailDomain = "mail..example.org" },
		"an injected header": func(n *NewOffice) { n.MailDomain = "example.org\r\nBcc: x@example.org" },
	} {
		bad := good
		change(&bad)
		if _, err := p.CreateOffice(t.Context(), bad); KindOf(err) != Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	good.MailDomain = "new.example.org"
	if _, err := p.CreateOffice(t.Context(), good); KindOf(err) != Conflict {
		t.Errorf("hosts that are taken: %v", err)
	}
	if len(p.model.kept.offices) != 2 {
		t.Error("a refused office was kept")
	}
}

func TestRenameOffice(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	p.next()
	was := p.office
	o, err := p.RenameOffice(t.Context(), was.ID, OfficeNames{URL: "https://new.example.org"})
	if err != nil || o.URL != "https://new.example.org" || o.Name != was.Name || o.MailDomain != was.MailDomain || o.Mode != was.Mode {
		t.Fatalf("%+v, %v; was %+v", o, err, was)
	}
	for _, host := range []string{"new.example.org", strings.TrimPrefix(was.URL, "https://")} {
		if at, err := p.OfficeAt(t.Context(), host); err != nil || at.ID != was.ID || at.URL != o.URL {
			t.Errorf("%s: %v, %v", host, at, err)
		}
	}
	if _, err := p.RenameOffice(t.Context(), p.NewID(), OfficeNames{Name: "Other"}); KindOf(err) != NotFound {
		t.Errorf("nobody's office: %v", err)
	}
	if audit := p.model.kept.audit; audit[len(audit)-1].Act != ActOfficeRenamed {
		t.Errorf("last in the audit log: %+v", audit[len(audit)-1])
	}
}

func TestSetMode(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Privacy})
	owner, admin, staff, client := p.user(t, "olga", Owner), p.user(t, "ada", Admin), p.user(t, "sam", Staff), p.user(t, "anna", Client)
	set := func(u *User, m Mode, confirmed bool) error {
		p.next()
		_, err := p.SetMode(t.Context(), actor(u), m, confirmed)
		return err
	}
	for _, u := range []*User{admin, staff, client} {
		if err := set(u, Convenience, true); KindOf(err) != Forbidden {
			t.Errorf("%s: %v", u.Role, err)
		}
	}
	for _, m := range []Mode{0, 3, -1} {
		if err := set(owner, m, true); KindOf(err) != Invalid {
			t.Errorf("mode %d: %v", m, err)
		}
	}
	if err := set(owner, Convenience, false); KindOf(err) != Invalid {
		t.Errorf("not confirmed: %v", err)
	}
	if o := p.model.kept.offices[p.office.ID]; o.Mode != Privacy {
		t.Fatal("a refused change was kept")
	}
	if err := set(owner, Convenience, true); err != nil {
		t.Fatal(err)
	}
	audit := p.model.kept.audit
	last := audit[len(audit)-1]
	if last.Act != ActModeChanged || last.Actor != owner.ID || last.Detail != "convenience" || p.model.kept.offices[p.office.ID].Mode != Convenience {
		t.Errorf("audit %+v", last)
	}
	if err := set(owner, Privacy, false); err != nil {
		t.Errorf("back to privacy needs no confirmation: %v", err)
	}
}

func TestDirectory(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, tess, anna, bert := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client), p.user(t, "bert", Prospect)
	gone := *p.user(t, "gone", Staff)
	gone.Active = false
	p.put(t, gone)
	secret := *tess
	secret.Password = "hash"
	p.put(t, secret)
	names := func(u *User, prefix string, limit int) (names []string) {
		t.Helper()
		list, err := p.Directory(t.Context(), actor(u), prefix, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list {
			names = append(names, l.Name)
			if l.Password != "" || u.View() == ContactView && (l.Email != "" || !l.CreatedAt.IsZero()) {
				t.Errorf("%s is told %+v", u.Name, l)
			}
		}
		return names
	}
	for _, c := range []struct {
		who    *User
		prefix string
		want   []string
	}{
		{sam, "", []string{"anna", "bert", "tess"}},
		{sam, " AN ", []string{"anna"}},
		{anna, "", []string{"sam", "tess"}},
		{anna, "b", nil},
		{anna, "sam@", nil},
		{tess, "sam@", []string{"sam"}},
		{bert, "s", []string{"sam"}},
	} {
		if got := names(c.who, c.prefix, 10); !slices.Equal(got, c.want) {
			t.Errorf("%s asks for %q: %v, want %v", c.who.Name, c.prefix, got, c.want)
		}
	}
	if got := names(sam, "", 1); len(got) != 1 {
		t.Errorf("a page of one: %v", got)
	}
	if _, err := p.Directory(t.Context(), actor(sam), string(make([]byte, 201)), 1); KindOf(err) != TooLarge {
		t.Errorf("a long search: %v", err)
	}
}

func TestMe(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	p.started(t, sam, anna)
	me, err := p.Me(context.Background(), actor(anna))
	if err != nil || me.User.ID != anna.ID || me.Office.ID != p.office.ID || me.Stream.Badge != 1 || me.Stream.Number != 2 {
		t.Errorf("%+v, %v", me, err)
	}
}
