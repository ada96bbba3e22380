package chat

import (
	"slices"
	"testing"
	"time"
)

const password = "long enough a password"

// invited brings somebody in by a link that sets their password.
func (p *practice) invited(t *testing.T, name string, r Role) (User, SignedIn) {
	t.Helper()
	p.next()
	u, token, err := p.CreateUser(t.Context(), p.office.ID, Invitation{Name: name, Email: name + "@example.org", Role: r}, InviteLink, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	p.next()
	in, err := p.UseLink(t.Context(), p.office.ID, token, password, "browser")
	if err != nil {
		t.Fatal(err)
	}
	return u, in
}

func (p *practice) later(d time.Duration) { p.steps.begin("later "+d.String(), p.steps.at.Add(d)) }

func (p *practice) acts() (acts []Act) {
	for _, e := range p.model.kept.audit {
		acts = append(acts, e.Act)
	}
	return acts
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	u, _ := p.invited(t, "sam", Owner)
	p.next()
	in, err := p.SignIn(t.Context(), p.office.ID, "SAM@example.org", password, "browser")
	if err != nil {
		t.Fatal(err)
	}
	a, who, err := p.Authenticate(t.Context(), p.office.ID, in.Token)
	if err != nil || who.ID != u.ID || a != (Actor{Office: p.office.ID, User: u.ID, Session: in.Session.ID, View: StaffView}) {
		t.Fatalf("%+v, %v", a, err)
	}
	gone, _ := p.invited(t, "gone", Staff)
	gone = p.model.kept.users[gone.ID]
	gone.Active = false
	p.put(t, gone)
	without := *p.user(t, "without", Staff) // has no password yet
	_, wrong := p.SignIn(t.Context(), p.office.ID, "sam@example.org", "wrong", "")
	if KindOf(wrong) != Unsigned {
		t.Fatal(wrong)
	}
	for name, c := range map[string]struct {
		office          ID
		email, password string
	}{
		"unknown address": {p.office.ID, "nobody@example.org", password},
		"deactivated":     {p.office.ID, gone.Email, password},
		"no password set": {p.office.ID, without.Email, ""},
		"another office":  {ID{1}, "sam@example.org", password},
		"no password":     {p.office.ID, "sam@example.org", ""},
	} {
		p.next()
		if in, err := p.SignIn(t.Context(), c.office, c.email, c.password, ""); err == nil || err.Error() != wrong.Error() || in.Token != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(slices.DeleteFunc(p.acts(), func(a Act) bool { return a != ActSignInFailed })); n != 6 {
		t.Errorf("%d failed sign-ins in the audit log", n)
	}
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	u, in := p.invited(t, "sam", Owner)
	good := func() bool {
		_, _, err := p.Authenticate(t.Context(), p.office.ID, in.Token)
		if err != nil && KindOf(err) != Unsigned {
			t.Fatal(err)
		}
		return err == nil
	}
	for range 4 { // used every week but one
		if p.later(SessionIdle); !good() {
			t.Fatal("a session that is used ends too early")
		}
	}
	if list, err := p.Sessions(t.Context(), actor(&u)); err != nil || len(list) != 1 || !list[0].SeenAt.Equal(p.steps.at) {
		t.Errorf("sessions %+v, %v", list, err)
	}
	p.later(2*24*time.Hour + time.Second)
	if good() {
		t.Error("a session lasts longer than 30 days")
	}
	p.later(time.Second)
	in, err := p.SignIn(t.Context(), p.office.ID, u.Email, password, "")
	if err != nil || !good() {
		t.Fatal(err)
	}
	if p.later(SessionIdle + time.Second); good() {
		t.Error("an idle session lasts")
	}
	if list, _ := p.Sessions(t.Context(), actor(&u)); len(list) != 0 {
		t.Errorf("sessions that ended are listed: %+v", list)
	}
	for _, token := range []string{"", "x", in.Token + "x"} {
		if _, _, err := p.Authenticate(t.Context(), p.office.ID, token); KindOf(err) != Unsigned {
			t.Errorf("token %q: %v", token, err)
		}
	}
}

func TestEndSession(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	u, one := p.invited(t, "sam", Owner)
	other, others := p.invited(t, "tess", Staff)
	p.next()
	two, err := p.SignIn(t.Context(), p.office.ID, u.Email, password, "")
	if err != nil {
		t.Fatal(err)
	}
	p.next()
	if err := p.EndSession(t.Context(), actor(&u), others.Session.ID); KindOf(err) != NotFound {
		t.Errorf("another's session: %v", err)
	}
	p.told = nil
	if err := p.EndSession(t.Context(), actor(&u), one.Session.ID); err != nil {
		t.Fatal(err)
	}
	if len(p.told) != 1 || p.told[0].Type != SessionEnded || p.told[0].Subject != one.Session.ID || p.told[0].Staff[0].User != u.ID || len(p.told[0].Staff) != 1 {
		t.Errorf("told %+v", p.told)
	}
	for name, c := range map[string]struct {
		in   SignedIn
		runs bool
	}{"ended": {one, false}, "the other": {two, true}, other.Name: {others, true}} {
		if _, _, err := p.Authenticate(t.Context(), p.office.ID, c.in.Token); (err == nil) != c.runs {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := p.Authenticate(t.Context(), ID{1}, two.Token); KindOf(err) != Unsigned {
		t.Errorf("at another office: %v", err)
	}
	if err := p.EndSession(t.Context(), actor(&u), one.Session.ID); KindOf(err) != NotFound {
		t.Errorf("twice: %v", err)
	}
}
