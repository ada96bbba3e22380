package chat

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestInvite(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	owner, staff := p.user(t, "olga", Owner), p.user(t, "sam", Staff)
	p.next()
	account, err := p.CreateAccount(t.Context(), p.office.ID, "Firm", false)
	if err != nil {
		t.Fatal(err)
	}
	good := Invitation{Name: "Anna", Email: "anna@example.org", Role: Client, Account: account.ID}
	for name, c := range map[string]struct {
		by     *User
		change func(*Invitation)
		want   Kind
	}{
		"an owner by staff":        {staff, func(in *Invitation) { in.Role, in.Account = Owner, ID{} }, Forbidden},
		"no role":                  {owner, func(in *Invitation) { in.Role = "" }, Invalid},
		"no name":                  {owner, func(in *Invitation) { in.Name = "\n" }, Invalid},
		"no address":               {owner, func(in *Invitation) { in.Email = "anna" }, Invalid},
		"an address that is taken": {owner, func(in *Invitation) { in.Email = "SAM@example.org" }, Conflict},
		"staff with an account":    {owner, func(in *Invitation) { in.Role = Staff }, Invalid},
		"an account that is none":  {owner, func(in *Invitation) { in.Account = ID{1} }, NotFound},
	} {
		in := good
		c.change(&in)
		p.next()
		if _, err := p.Invite(t.Context(), actor(c.by), in); KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(p.links)+len(p.model.kept.mails) != 0 || len(p.model.kept.users) != 2 {
		t.Fatal("a refused invitation left something")
	}
	u, err := p.Invite(t.Context(), actor(staff), good)
	if err != nil || u.Role != Client || u.Account != account.ID || !u.Active || !u.MayMessage {
		t.Fatalf("%+v, %v", u, err)
	}
	if l := p.links[0]; l.Kind != InviteLink || l.To.ID != u.ID || l.Token == "" {
		t.Errorf("link %+v", l)
	}
	for _, m := range p.model.kept.mails {
		if m.Kind != LinkMail || m.State != MailWaiting || m.To != u.Email || !m.Conversation.IsZero() {
			t.Errorf("mail %+v", m)
		}
		p.later(time.Minute)
		claimed, err := p.ClaimMails(t.Context(), 10)
		if err != nil || len(claimed) != 1 {
			t.Fatal(claimed, err)
		}
		if err := p.FinishMail(t.Context(), claimed[0], MailResult{State: MailAccepted, Code: 250}); err != nil || len(p.model.kept.mails[m.ID].Raw) != 0 {
			t.Errorf("the secret is kept: %v", err)
		}
	}
}

func TestLinksAreUsedOnce(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	p.next()
	u, token, err := p.CreateUser(t.Context(), p.office.ID, Invitation{Name: "Sam", Email: "sam@example.org", Role: Owner}, InviteLink, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // mail scanners open links
		if shown, err := p.LookLink(t.Context(), p.office.ID, token); err != nil || shown != (LinkShown{InviteLink, "Sam", "sam@example.org", "Office"}) {
			t.Fatalf("%+v, %v", shown, err)
		}
	}
	for name, c := range map[string]struct {
		password string
		want     Kind
	}{"short": {"123456789", Invalid}, "long": {strings.Repeat("x", 1001), TooLarge}} {
		if _, err := p.UseLink(t.Context(), p.office.ID, token, c.password, ""); KindOf(err) != c.want {
			t.Errorf("%s password: %v", name, err)
		}
	}
	if _, err := p.UseLink(t.Context(), ID{1}, token, password, ""); KindOf(err) != Expired {
		t.Errorf("at another office: %v", err)
	}
	p.Service.NewID = safeIDs()
	var won, lost atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			switch in, err := p.UseLink(t.Context(), p.office.ID, token, password, ""); {
			case err == nil && in.Session.User == u.ID:
				won.Add(1)
			case KindOf(err) == Expired:
				lost.Add(1)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 || lost.Load() != 49 {
		t.Errorf("%d won, %d lost", won.Load(), lost.Load())
	}
	if _, err := p.LookLink(t.Context(), p.office.ID, token); KindOf(err) != Expired {
		t.Errorf("a used link: %v", err)
	}
}

// safeIDs gives ids to many at once.
func safeIDs() func() ID {
	var n atomic.Uint32
	return func() ID { i := n.Add(1); return ID{0xff, byte(i >> 8), byte(i)} }
}

func TestLinksExpire(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	u := p.user(t, "sam", Owner)
	for name, spoil := range map[string]func(){
		"too old":     func() { p.later(time.Hour + time.Second) },
		"deactivated": func() { gone := *u; gone.Active = false; p.put(t, gone) },
	} {
		p.next()
		token, err := p.CreateLink(t.Context(), p.office.ID, u.Email, SignInLink, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		spoil()
		if _, err := p.UseLink(t.Context(), p.office.ID, token, "", ""); KindOf(err) != Expired {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := p.UseLink(t.Context(), p.office.ID, "x", "", ""); KindOf(err) != Expired {
		t.Errorf("no link: %v", err)
	}
}

// TestForgotten: a reset link sets the password and ends every session; who asks for others learns nothing.
func TestForgotten(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	u, in := p.invited(t, "sam", Owner)
	gone := *p.user(t, "gone", Staff)
	gone.Active = false
	p.put(t, gone)
	for _, email := range []string{"nobody@example.org", "gone@example.org", ""} {
		p.next()
		if err := p.Forgotten(t.Context(), p.office.ID, email); err != nil || len(p.links) != 0 {
			t.Errorf("%q: %v, %d links", email, err, len(p.links))
		}
	}
	if err := p.Forgotten(t.Context(), p.office.ID, "Sam@example.org"); err != nil || len(p.links) != 1 || p.links[0].Kind != ResetLink || p.links[0].To.Password != "" {
		t.Fatalf("%v, %+v", err, p.links)
	}
	p.next()
	again, err := p.UseLink(t.Context(), p.office.ID, p.links[0].Token, "another long password", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Authenticate(t.Context(), p.office.ID, in.Token); KindOf(err) != Unsigned {
		t.Errorf("the old session: %v", err)
	}
	if len(p.told) != 1 || p.told[0].Type != SessionEnded || p.told[0].Subject != in.Session.ID {
		t.Errorf("told %+v", p.told)
	}
	if _, _, err := p.Authenticate(t.Context(), p.office.ID, again.Token); err != nil {
		t.Errorf("the new session: %v", err)
	}
	p.next()
	if _, err := p.SignIn(t.Context(), p.office.ID, u.Email, password, ""); KindOf(err) != Unsigned {
		t.Errorf("the old password: %v", err)
	}
	if _, err := p.SignIn(t.Context(), p.office.ID, u.Email, "another long password", ""); err != nil {
		t.Errorf("the new password: %v", err)
	}
}
