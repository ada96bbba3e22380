package chat

import (
	"strings"
	"testing"
)

// replyAddress is where a mail to the user would ask for answers.
func (p *practice) replyAddress(t *testing.T, u *User, conversation ID) (local string) {
	t.Helper()
	_, err := p.model.Update(t.Context(), func(tx Tx) error {
		a, err := tx.AddressFor(t.Context(), p.office.ID, conversation, u.ID, 0)
		if err == nil {
			local = p.Addresses.Reply(*a)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return local
}

// lettered takes a letter from a participant.
func (p *practice) lettered(t *testing.T, u *User, conversation ID, fate LetterFate, folded string) Letter {
	t.Helper()
	p.next()
	to, err := p.Addressee(t.Context(), p.replyAddress(t, u, conversation), p.office.MailDomain, false)
	if err != nil {
		t.Fatal(err)
	}
	in := LetterIn{HTML: "by mail"}
	in.Fate, in.Folded, in.Once = fate, folded, [32]byte{byte(p.turn), byte(p.turn >> 8)}
	l, err := p.TakeLetter(t.Context(), to, in)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestAddressee goes through everything that decides on an answer at RCPT, for people and for robots.
func TestAddressee(t *testing.T) {
	t.Parallel()
	type scene struct {
		p         *practice
		sam, anna *User
		conv      ID
	}
	office := func(change func(*Office)) func(*testing.T, scene) {
		return func(_ *testing.T, s scene) {
			o := s.p.model.kept.offices[s.p.office.ID]
			change(&o)
			s.p.model.kept.offices[o.ID] = o
		}
	}
	remove := func(t *testing.T, s scene) {
		if err := s.p.Remove(t.Context(), actor(s.sam), s.conv, s.anna.ID, ID{}); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		do            func(*testing.T, scene)
		person, robot Kind // the refusal's; 0: taken
	}{
		"as it is":                 {func(*testing.T, scene) {}, 0, 0},
		"in privacy mode":          {office(func(o *Office) { o.Mode = Privacy }), Forbidden, 0},
		"in privacy, taken anyway": {office(func(o *Office) { o.Mode, o.Inbound = Privacy, true }), 0, 0},
		"a strict conversation":    {func(_ *testing.T, s scene) { s.p.model.kept.threads[s.conv].Conversation.Strict = true }, Forbidden, 0},
		"a strict account": {func(t *testing.T, s scene) {
			s.p.strictAccount(t, s.anna)
		}, Forbidden, 0},
		"a strict person": {func(t *testing.T, s scene) {
			if _, err := s.p.SetProfile(t.Context(), actor(s.anna), Profile{Strict: ptr(true)}); err != nil {
				t.Fatal(err)
			}
		}, Forbidden, 0},
		"left": {remove, Forbidden, Forbidden},
		"left and back": {func(t *testing.T, s scene) {
			remove(t, s)
			if _, err := s.p.Add(t.Context(), actor(s.sam), s.conv, []ID{s.anna.ID}, nil); err != nil {
				t.Fatal(err)
			}
		}, Forbidden, Forbidden}, // the old address is no longer valid
		"without the permission": {func(t *testing.T, s scene) { u := *s.anna; u.MayMessage = false; s.p.put(t, u) }, Forbidden, Forbidden},
		"deactivated":            {func(t *testing.T, s scene) { u := *s.anna; u.Active = false; s.p.put(t, u) }, Forbidden, Forbidden},
	} {
		p := newPractice(t, NewOffice{Mode: Convenience})
		s := scene{p: p, sam: p.user(t, "sam", Owner), anna: p.user(t, "anna", Client)}
		s.conv = p.started(t, s.sam, s.anna)
		local := p.replyAddress(t, s.anna, s.conv)
		p.next()
		c.do(t, s)
		for _, robot := range []bool{false, true} {
			want := c.person
			if robot {
				want = c.robot
			}
			to, err := p.Addressee(t.Context(), local, strings.ToUpper(p.office.MailDomain), robot)
			if KindOf(err) != want || err == nil && (to.User.ID != s.anna.ID || to.Address.Conversation != s.conv) {
				t.Errorf("%s, robot %t: %v, want kind %q", name, robot, err, want)
			}
		}
	}
}

func TestUnknownAddresses(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	good := p.replyAddress(t, anna, conv)
	p.next()
	other, err := p.CreateOffice(t.Context(), NewOffice{Name: "Other", URL: "https://other.example.org", MailDomain: "other.example.org", Mode: Convenience})
	if err != nil {
		t.Fatal(err)
	}
	for name, at := range map[string][2]string{
		"another domain":             {good, "example.com"},
		"another office":             {good, other.MailDomain},
		"no address of ours":         {"anna", p.office.MailDomain},
		"never issued":               {"r.1.4711", p.office.MailDomain},
		"a mail that was never sent": {"b.0192d3a4-0000-7000-8000-000000000000", p.office.MailDomain},
	} {
		if _, err := p.Addressee(t.Context(), at[0], at[1], false); KindOf(err) != NotFound || err.Error() != errNoAddress.Error() {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestALetterMayComeTooLate(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	to, err := p.Addressee(t.Context(), p.replyAddress(t, anna, conv), p.office.MailDomain, false)
	if err != nil {
		t.Fatal(err)
	}
	p.next()
	if err := p.Remove(t.Context(), actor(sam), conv, anna.ID, ID{}); err != nil { // between RCPT and DATA
		t.Fatal(err)
	}
	in := LetterIn{HTML: "late"}
	in.Fate = LetterPosted
	if _, err := p.TakeLetter(t.Context(), to, in); KindOf(err) != Forbidden {
		t.Errorf("after leaving: %v", err)
	}
	if len(p.model.kept.letters) != 0 {
		t.Error("a refused letter was kept")
	}
	in.HTML = strings.Repeat("x", MaxBody+1)
	if _, err := p.TakeLetter(t.Context(), to, in); KindOf(err) != TooLarge {
		t.Errorf("too long: %v", err)
	}
}

// TestAMailThatComesBack: a bounce is a grey line for staff; a report that is none, or the same again, the ledger alone has.
func TestAMailThatComesBack(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	p.mailed(t)
	var mail Mail
	for _, mail = range p.model.kept.mails {
	}
	to, err := p.Addressee(t.Context(), p.Addresses.Return(p.office.ID, mail.ID), p.office.MailDomain, true)
	if err != nil || to.Return.ID != mail.ID {
		t.Fatalf("%+v, %v", to, err)
	}
	head := p.model.kept.streams[anna.ID].Number
	for i, c := range []struct {
		r     Returned
		lines int
	}{
		{Returned{Reason: "delivered"}, 0},
		{Returned{Report: ReportFailed, Reason: "no such mailbox"}, 1},
		{Returned{Report: ReportFailed, Reason: "no such mailbox"}, 1},
		{Returned{Automatic: true, Reason: "away"}, 2},
	} {
		p.next()
		c.r.Once = [32]byte{byte(max(i, 1))} // the third is the second again
		if i == 2 {
			c.r.Once = [32]byte{1}
		}
		if i == 0 {
			c.r.Once = [32]byte{9}
		}
		if err := p.TakeReturn(t.Context(), to, c.r); err != nil {
			t.Fatal(err)
		}
		var lines int
		for _, m := range p.model.kept.messages[conv] {
			if m.Kind == Happen {
				lines++
				if m.Audience != ForStaff || m.Subjects[0].ID != anna.ID {
					t.Errorf("line %+v", m)
				}
			}
		}
		if lines != c.lines || len(p.model.kept.ledger) != i+2 { // the first row is the mail's own
			t.Errorf("after %d: %d lines, %d rows in the ledger", i, lines, len(p.model.kept.ledger))
		}
	}
	if p.model.kept.streams[anna.ID].Number != head {
		t.Error("the contact was told of what came back")
	}
}

func TestFilesOfALetter(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	to, err := p.Addressee(t.Context(), p.replyAddress(t, anna, conv), p.office.MailDomain, false)
	if err != nil {
		t.Fatal(err)
	}
	p.next()
	ids, err := p.TakeFiles(t.Context(), to, []FileIn{
		{Name: "a\r\n.txt", Content: strings.NewReader("a")}, {Name: "\x00", Inline: "cid", Content: strings.NewReader("b")},
	})
	if err != nil || len(ids) != 2 {
		t.Fatal(ids, err)
	}
	in := LetterIn{HTML: "files", Attachments: ids}
	in.Fate = LetterPosted
	l, err := p.TakeLetter(t.Context(), to, in)
	if err != nil {
		t.Fatal(err)
	}
	page, err := p.Messages(t.Context(), actor(sam), PageRequest{Conversation: conv})
	last := page.Messages[len(page.Messages)-1]
	if err != nil || last.ID != l.Entry || len(last.Attachments) != 2 || last.Attachments[0].Name != "a.txt" || last.Attachments[1].Name != "attachment" {
		t.Errorf("%+v, %v", last, err)
	}
	p.MaxUpload = 1
	before := len(p.model.kept.attachments)
	_, err = p.TakeFiles(t.Context(), to, []FileIn{{Name: "a", Content: strings.NewReader("a")}, {Name: "b", Content: strings.NewReader("bb")}})
	if KindOf(err) != TooLarge || len(p.model.kept.attachments) != before {
		t.Errorf("one of two is too large: %v, %d files kept", err, len(p.model.kept.attachments)-before)
	}
}
