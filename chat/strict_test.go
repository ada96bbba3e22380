package chat

import (
	"slices"
	"testing"
)

// says tells of each mail that is due to whom it goes and whether it has content, sorted.
func (p *practice) says(t *testing.T) (mails []string) {
	t.Helper()
	for _, m := range p.mailed(t) {
		mails = append(mails, m.To.Name+" "+m.Mode.String())
		if (m.Content != nil) != (m.Mode == Convenience) {
			t.Errorf("the mail to %s in %s mode has %+v", m.To.Name, m.Mode, m.Content)
		}
	}
	slices.Sort(mails)
	return mails
}

// TestOnesOwnMailIsPrivate (F25): what a person asks of the mail to them holds for them alone, and until they take it back.
func TestOnesOwnMailIsPrivate(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience})
	sam, tess, anna := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client)
	for _, c := range []struct {
		by     *User
		strict bool
		want   []string
	}{
		{anna, false, []string{"anna convenience", "tess convenience"}},
		{anna, true, []string{"anna privacy", "tess convenience"}},
		{tess, true, []string{"anna privacy", "tess privacy"}},
		{anna, false, []string{"anna convenience", "tess privacy"}},
	} {
		p.next()
		me, err := p.SetProfile(t.Context(), actor(c.by), Profile{Strict: &c.strict})
		if err != nil || me.User.Strict != c.strict || (me.Mode == Privacy) != c.strict {
			t.Fatalf("%s sets %t: %+v %v, %v", c.by.Name, c.strict, me.User, me.Mode, err)
		}
		p.mails = nil
		p.started(t, sam, tess, anna)
		if got := p.says(t); !slices.Equal(got, c.want) {
			t.Errorf("after %s set %t: %q, want %q", c.by.Name, c.strict, got, c.want)
		}
	}
	var details []string
	for _, e := range p.model.kept.audit {
		if e.Act == ActUserStrict {
			details = append(details, e.Detail)
		}
	}
	if want := []string{"on", "on", "off"}; !slices.Equal(details, want) {
		t.Errorf("the audit log says %q, want %q", details, want)
	}
}

// TestAnOwnerMakesAContactsMailPrivate, and staff who do not look after people do not.
func TestAnOwnerMakesAContactsMailPrivate(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience})
	sam, tess, anna := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client)
	strict := Grants{Strict: ptr(true)}
	p.next()
	if _, err := p.Grant(t.Context(), actor(tess), anna.ID, strict, ID{}); KindOf(err) != Forbidden {
		t.Errorf("by staff: %v", err)
	}
	before := len(p.model.kept.audit)
	u, err := p.Grant(t.Context(), actor(sam), anna.ID, strict, ID{})
	if err != nil || !u.Strict || !u.MayMessage {
		t.Fatalf("by the owner: %+v, %v", u, err)
	}
	acts := p.model.kept.audit[before:]
	if len(acts) != 1 || acts[0].Act != ActUserStrict || acts[0].Actor != sam.ID || acts[0].Object != anna.ID || acts[0].Detail != "on" {
		t.Errorf("the audit log has %+v", acts)
	}
	p.started(t, sam, tess, anna)
	if got := p.says(t); !slices.Equal(got, []string{"anna privacy", "tess convenience"}) {
		t.Errorf("mails %q", got)
	}
}

// TestStrictConversation: staff make its mail private, with a line for staff; contacts are told how it is, and not by whom.
func TestStrictConversation(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, tess, anna := sc.user("sam", Staff), sc.user("tess", Staff), sc.user("anna", Client)
	sc.started(anna, sam, tess)
	_, err := sc.change(anna, Change{Strict: ptr(true)})
	sc.refused("by the contact who started it", err, Forbidden)
	for _, c := range []struct {
		strict bool
		line   Happening
		detail string
	}{{true, MadeStrict, "on"}, {false, StrictNoMore, "off"}} {
		e, err := sc.change(sam, Change{Strict: &c.strict})
		sc.must("strict", e, err)
		sc.same("events", sc.told(e), []string{"message.created: sam tess | ", "conversation.changed: sam tess | anna "})
		sc.same("line", e.Messages[0].Happening, c.line)
		sc.same("act", e.Audit[0].Act, ActStrict)
		sc.same("detail", e.Audit[0].Detail, c.detail)
		sc.same("strict", sc.thread().Conversation.Strict, c.strict)
		if e, err := sc.change(tess, Change{Strict: &c.strict}); err != nil || !e.Empty() {
			t.Errorf("again: %+v, %v", e, err)
		}
	}
}

// TestACopyIsAsStrictAsItsOriginal, and is not changed by itself.
func TestACopyIsAsStrictAsItsOriginal(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	of := c.begun().Message.Conversation
	made := c.made(of)[0].Conversation
	for _, strict := range []bool{true, false} {
		c.next()
		if _, err := c.Change(t.Context(), actor(c.sam), of, Change{Strict: &strict}); err != nil {
			t.Fatal(err)
		}
		if got := c.model.kept.threads[made].Conversation.Strict; got != strict {
			t.Errorf("the original is %t, and its copy %t", strict, got)
		}
	}
	if _, err := c.Change(t.Context(), actor(c.sam), made, Change{Strict: ptr(true)}); KindOf(err) != Conflict {
		t.Errorf("the copy by itself: %v", err)
	}
}

// TestModeOfAConversation says what the mail for the asker's words may say, and why not more.
func TestModeOfAConversation(t *testing.T) {
	t.Parallel()
	strictFor := func(u *User) func(*testing.T, *practice, ID) {
		return func(t *testing.T, p *practice, _ ID) {
			if _, err := p.SetProfile(t.Context(), actor(u), Profile{Strict: ptr(true)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	p := newPractice(t, NewOffice{Mode: Convenience})
	sam, tess, anna := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client)
	conv := p.started(t, sam, tess, anna)
	for _, step := range []struct {
		name           string
		do             func(*testing.T, *practice, ID)
		staff, contact Because // empty: convenience
	}{
		{"as it is", func(*testing.T, *practice, ID) {}, "", ""},
		{"the contact asks for it", strictFor(anna), "", ""}, // the mail to tess has content
		{"both others do", strictFor(tess), PeopleStrict, ""},
		{"sam too, of which the contact is not told", strictFor(sam), PeopleStrict, ""},
		{"the account", func(t *testing.T, p *practice, _ ID) {
			p.strictAccount(t, anna)
		}, AccountStrict, AccountStrict},
		{"another's account", func(t *testing.T, p *practice, conv ID) {
			p.put(t, *anna)
			bert := p.user(t, "bert", Client)
			p.strictAccount(t, bert)
			if _, err := p.Add(t.Context(), actor(sam), conv, []ID{bert.ID}, nil); err != nil {
				t.Fatal(err)
			}
		}, AccountStrict, ""},
		{"the conversation", func(t *testing.T, p *practice, conv ID) {
			if _, err := p.Change(t.Context(), actor(sam), conv, Change{Strict: ptr(true)}); err != nil {
				t.Fatal(err)
			}
		}, ConversationStrict, ConversationStrict},
		{"the office", func(t *testing.T, p *practice, _ ID) {
			if _, err := p.SetMode(t.Context(), actor(sam), Privacy, false); err != nil {
				t.Fatal(err)
			}
		}, OfficePrivate, OfficePrivate},
	} {
		p.next()
		step.do(t, p, conv)
		for _, asks := range []struct {
			who  *User
			want Because
		}{{sam, step.staff}, {anna, step.contact}} {
			page, err := p.Conversation(t.Context(), actor(asks.who), conv)
			if err != nil || page.Because != asks.want || (page.Mode == Privacy) != (asks.want != "") {
				t.Errorf("%s: %s is told %s because of %q, want %q: %v", step.name, asks.who.Name, page.Mode, page.Because, asks.want, err)
			}
		}
	}
}

// TestAFirmsMailIsPrivate (F25): all of it that a contact of the firm is in, whoever it goes to, as the operator set it; on record once.
func TestAFirmsMailIsPrivate(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience})
	sam, tess, anna, bert := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client), p.user(t, "bert", Client)
	p.strictAccount(t, anna)
	for _, c := range []struct {
		strict bool
		want   []string
	}{
		{true, []string{"anna privacy", "bert convenience", "tess convenience", "tess privacy"}}, // as it was made
		{false, []string{"anna convenience", "bert convenience", "tess convenience", "tess convenience"}},
		{false, []string{"anna convenience", "bert convenience", "tess convenience", "tess convenience"}},
		{true, []string{"anna privacy", "bert convenience", "tess convenience", "tess privacy"}},
	} {
		p.next()
		account, err := p.StrictAccount(t.Context(), p.office.ID, anna.Email, c.strict)
		if err != nil || account.Strict != c.strict || account.Name != "Firm" {
			t.Fatalf("set %t: %+v, %v", c.strict, account, err)
		}
		p.mails = nil
		p.started(t, sam, tess, anna)
		p.started(t, sam, tess, bert)
		if got := p.says(t); !slices.Equal(got, c.want) {
			t.Errorf("set %t: %q, want %q", c.strict, got, c.want)
		}
	}
	var details []string
	for _, e := range p.model.kept.audit {
		if e.Act == ActAccountStrict {
			details = append(details, e.Detail)
		}
	}
	if want := []string{"off", "on"}; !slices.Equal(details, want) {
		t.Errorf("the audit log says %q, want %q", details, want)
	}
	for email, kind := range map[string]Kind{bert.Email: Invalid, sam.Email: Invalid, "nobody@client.example": NotFound} {
		if _, err := p.StrictAccount(t.Context(), p.office.ID, email, true); KindOf(err) != kind {
			t.Errorf("%s: %v", email, err)
		}
	}
}

// TestOwnersMakeAFirmsMailPrivate, and nobody else; nor do they learn whether there is such a firm.
func TestOwnersMakeAFirmsMailPrivate(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience})
	sam, tess, anna, bert := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client), p.user(t, "bert", Client)
	p.strictAccount(t, anna)
	firm := p.model.kept.users[anna.ID].Account
	before := len(p.model.kept.audit)
	for _, c := range []struct {
		by      *User
		account ID
		strict  bool
		kind    Kind
	}{
		{tess, firm, false, Forbidden}, {anna, firm, false, Forbidden}, {tess, bert.ID, false, Forbidden}, {sam, bert.ID, false, NotFound}, {sam, firm, true, 0}, {sam, firm, false, 0},
	} {
		p.next()
		is, err := p.SetAccountStrict(t.Context(), actor(c.by), c.account, c.strict)
		if KindOf(err) != c.kind || err == nil && (is.ID != firm || is.Strict != c.strict) {
			t.Errorf("%s sets %t: %+v, %v", c.by.Name, c.strict, is, err)
		}
		if _, err = p.Account(t.Context(), actor(c.by), c.account); KindOf(err) != c.kind {
			t.Errorf("%s looks: %v", c.by.Name, err)
		}
	}
	acts := p.model.kept.audit[before:]
	if len(acts) != 1 || acts[0].Act != ActAccountStrict || acts[0].Actor != sam.ID || acts[0].Object != firm || acts[0].Detail != "off" {
		t.Errorf("the audit log has %+v", acts)
	}
	p.started(t, sam, anna)
	if got := p.says(t); !slices.Equal(got, []string{"anna convenience"}) {
		t.Errorf("mails %q", got)
	}
}
