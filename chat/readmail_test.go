package chat

import (
	"slices"
	"testing"
	"time"
)

// readMails lets a mail worker take what is due, and tells of each mail that a message was opened who opened how many.
func (p *practice) readMails(t *testing.T) (told []string) {
	t.Helper()
	for _, m := range p.mailed(t) {
		if !m.Opened {
			continue
		}
		says := m.To.Name + ":"
		if m.Content != nil {
			for _, one := range m.Content.Messages {
				says += " " + one.Text
			}
			says += " by"
			for _, r := range m.Content.Readers {
				says += " " + r.Name
			}
		}
		told = append(told, says)
	}
	return told
}

func (p *practice) opens(t *testing.T, u *User, m Message) {
	t.Helper()
	p.next()
	if _, err := p.MarkRead(t.Context(), actor(u), m.Conversation, m.Position, true); err != nil {
		t.Fatal(err)
	}
}

func (p *practice) toldRead(t *testing.T, by *User, list ...*User) {
	t.Helper()
	p.next()
	if _, err := p.SetToldRead(t.Context(), actor(by), idsOf(list)); err != nil {
		t.Fatal(err)
	}
}

func wantMails(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// TestOneMailForWhatWasOpened (F21): the author who asked for it has one mail of a message, whoever opens it and when; nobody else has one.
func TestOneMailForWhatWasOpened(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience, Grace: 30 * time.Second})
	sam, tess, anna, bert := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client), p.user(t, "bert", Client)
	conv := p.started(t, sam, tess, anna, bert)
	early := p.sent(t, sam, conv, "early")
	p.opens(t, anna, early)
	wantMails(t, "not listed", p.readMails(t))

	p.toldRead(t, sam, sam)
	p.opens(t, bert, early)
	wantMails(t, "opened before he was listed", p.readMails(t))

	one, other := p.sent(t, sam, conv, "one"), p.sent(t, tess, conv, "hers")
	two := p.sent(t, sam, conv, "two")
	p.readMails(t) // of the messages themselves
	p.opens(t, anna, two)
	p.opens(t, bert, one)
	p.opens(t, sam, two)
	wantMails(t, "two readers", p.readMails(t), "sam: one two by anna bert")
	p.opens(t, bert, two)
	p.opens(t, tess, two)
	wantMails(t, "later readers", p.readMails(t))
	wantMails(t, "and nothing is left", p.readMails(t))
	_ = other

	three := p.sent(t, sam, conv, "three")
	p.readMails(t)
	p.opens(t, tess, three)
	wantMails(t, "the next message", p.readMails(t), "sam: three by tess")
}

// TestNoMailThatWasNotAskedFor: notes, what was retracted or muted, what those wrote who left or are off the list, and reading that gives no receipt.
func TestNoMailThatWasNotAskedFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		note bool
		do   func(t *testing.T, p *practice, sam, tess *User, m Message)
	}{
		"a note": {note: true},
		"retracted": {do: func(t *testing.T, p *practice, sam, _ *User, m Message) {
			p.next()
			if _, err := p.Retract(t.Context(), actor(sam), m.Conversation, m.ID); err != nil {
				t.Fatal(err)
			}
		}},
		"muted":        {do: func(t *testing.T, p *practice, sam, _ *User, m Message) { p.mutes(t, sam, m.Conversation) }},
		"off the list": {do: func(t *testing.T, p *practice, _, tess *User, _ Message) { p.toldRead(t, tess) }},
		"the author left": {do: func(t *testing.T, p *practice, sam, tess *User, m Message) {
			p.next()
			if err := p.Remove(t.Context(), actor(tess), m.Conversation, sam.ID, ID{}); err != nil {
				t.Fatal(err)
			}
		}},
		"deactivated": {do: func(t *testing.T, p *practice, sam, tess *User, _ Message) { p.switched(t, tess, sam, false) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPractice(t, NewOffice{Mode: Convenience, Grace: 30 * time.Second})
			sam, tess, anna := p.user(t, "sam", Staff), p.user(t, "tess", Owner), p.user(t, "anna", Client)
			p.toldRead(t, tess, sam)
			conv := p.started(t, sam, tess, anna)
			p.readMails(t)
			p.opens(t, anna, p.sent(t, sam, conv, "premise"))
			wantMails(t, "the premise", p.readMails(t), "sam: first premise by anna")
			m := p.wrote(t, sam, SendRequest{Conversation: conv, HTML: "word", Note: c.note})
			p.readMails(t)
			p.opens(t, tess, m)
			if c.do != nil {
				c.do(t, p, sam, tess, m)
			}
			wantMails(t, name, p.readMails(t))
		})
	}
}

func (p *practice) mutes(t *testing.T, u *User, conversation ID) {
	t.Helper()
	p.next()
	if _, err := p.Mute(t.Context(), actor(u), conversation, true); err != nil {
		t.Fatal(err)
	}
}

// TestReadMailIsPrivate: in privacy mode it says nothing of what and by whom.
func TestReadMailIsPrivate(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Privacy})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	p.toldRead(t, sam, sam)
	conv := p.started(t, sam, anna)
	p.readMails(t)
	p.opens(t, anna, p.sent(t, sam, conv, "canary"))
	wantMails(t, "privacy mode", p.readMails(t), "sam:")
	wantMails(t, "once", p.readMails(t))
}

// TestReadMailHurriesNothing: what the author may still read in time is not mailed with it.
func TestReadMailHurriesNothing(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience, Grace: 30 * time.Minute})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	p.toldRead(t, sam, sam)
	conv := p.started(t, sam, anna)
	m := p.sent(t, sam, conv, "word")
	p.opens(t, anna, m)
	p.wait(29 * time.Minute)
	p.sent(t, anna, conv, "answer")
	for i, want := range []bool{true, false} {
		mails := p.mailed(t)
		if (len(mails) == 1 && mails[0].Opened) != want || len(mails) > 1 {
			t.Errorf("round %d: mails %+v", i, mails)
		}
	}
	p.wait(30 * time.Minute)
	if mails := p.mailed(t); len(mails) != 1 || mails[0].Opened {
		t.Errorf("when it is due: %+v", mails)
	}
}

// TestNobodyIsToldOfThemselves: what lies in a stretch that its author opened is opened by nobody yet.
func TestNobodyIsToldOfThemselves(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience, Grace: 30 * time.Second})
	sam, anna, bert := p.user(t, "sam", Owner), p.user(t, "anna", Client), p.user(t, "bert", Client)
	p.toldRead(t, sam, sam)
	conv := p.started(t, sam, anna, bert)
	early := p.sent(t, sam, conv, "early")
	p.sent(t, anna, conv, "a")
	p.sent(t, sam, conv, "between")
	last := p.sent(t, anna, conv, "b")
	p.readMails(t)
	p.opens(t, sam, last)
	p.opens(t, bert, early)
	wantMails(t, "of bert's alone", p.readMails(t), "sam: first early by bert")
}

// TestWhoIsToldOfReading: owners and admins say who, themselves among them; the same list again changes nothing, and each change is in the audit log.
func TestWhoIsToldOfReading(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Privacy})
	sam, tess := p.user(t, "sam", Owner), p.user(t, "tess", Staff)
	p.next()
	if _, err := p.SetToldRead(t.Context(), actor(tess), []ID{tess.ID}); KindOf(err) != Forbidden {
		t.Errorf("by staff: %v", err)
	}
	if _, err := p.ToldRead(t.Context(), actor(tess)); KindOf(err) != Forbidden {
		t.Errorf("asked by staff: %v", err)
	}
	if _, err := p.SetToldRead(t.Context(), actor(sam), []ID{{9}}); KindOf(err) != NotFound {
		t.Errorf("nobody: %v", err)
	}
	before := len(p.model.kept.audit)
	p.toldRead(t, sam, sam, tess, tess)
	p.toldRead(t, sam, sam, tess)
	p.toldRead(t, sam, tess)
	var details []string
	for _, e := range p.model.kept.audit[before:] {
		details = append(details, string(e.Act)+" "+e.Detail)
	}
	wantMails(t, "the audit log", details, "told_read on", "told_read on", "told_read off")
	list, err := p.ToldRead(t.Context(), actor(sam))
	if err != nil || len(list) != 1 || list[0].ID != tess.ID {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestAMessageBetweenIsToldOfLater: what nobody has opened yet, between messages that somebody has, is not counted as told.
func TestAMessageBetweenIsToldOfLater(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience, Grace: 30 * time.Second})
	sam, anna, bert := p.user(t, "sam", Owner), p.user(t, "anna", Client), p.user(t, "bert", Client)
	p.toldRead(t, sam, sam)
	conv := p.started(t, sam, anna)
	one, two := p.sent(t, sam, conv, "one"), p.sent(t, sam, conv, "two")
	p.next()
	if _, err := p.Add(t.Context(), actor(sam), conv, []ID{bert.ID}, ptr(false)); err != nil {
		t.Fatal(err)
	}
	three := p.sent(t, sam, conv, "three")
	p.readMails(t)
	p.opens(t, anna, one)
	p.opens(t, bert, three)
	wantMails(t, "up to the gap", p.readMails(t), "sam: first one by anna")
	wantMails(t, "after it", p.readMails(t), "sam: three by bert")
	p.opens(t, anna, two)
	wantMails(t, "within", p.readMails(t), "sam: two by anna")
	wantMails(t, "nothing is left", p.readMails(t))
}

// TestWhenReadMailComes: after quiet hours, whatever the digest, and to no address that is suppressed.
func TestWhenReadMailComes(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Privacy, Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	p.toldRead(t, sam, sam)
	conv := p.started(t, sam, anna)
	quiet, digest := aheadOfNow(p.Now().UTC())
	p.wants(t, sam, quiet)
	p.opens(t, anna, p.sent(t, sam, conv, "one"))
	wantMails(t, "in quiet hours", p.readMails(t))
	p.wait(2 * time.Hour)
	wantMails(t, "after them", p.readMails(t), "sam:")
	p.wants(t, sam, digest)
	p.opens(t, anna, p.sent(t, sam, conv, "two"))
	if m := p.mailTo(t, sam, MailResult{State: MailFailed, Code: 550, Gone: true}); m == nil || m.Kind != ReadMail {
		t.Fatalf("with a digest: %+v", m)
	}
	p.opens(t, anna, p.sent(t, sam, conv, "three"))
	wantMails(t, "to a suppressed address", p.readMails(t))
}

// TestAReadMailThatWaits says no more than it may by now, and is still the one mail of its message.
func TestAReadMailThatWaits(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience, Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	p.toldRead(t, sam, sam)
	conv := p.started(t, sam, anna)
	p.opens(t, anna, p.sent(t, sam, conv, "one"))
	waits := func() {
		t.Helper()
		if m := p.mailTo(t, sam, MailResult{State: MailWaiting, Wait: time.Second}); m == nil || m.Kind != ReadMail || m.Mode != Convenience {
			t.Fatalf("%+v", m)
		}
	}
	waits()
	p.next()
	if _, err := p.SetMode(t.Context(), actor(sam), Privacy, false); err != nil {
		t.Fatal(err)
	}
	p.wait(time.Minute)
	mails, err := p.ClaimMails(t.Context(), 9)
	if err != nil || len(mails) != 1 || mails[0].Mode != Privacy || mails[0].Kind != ReadMail {
		t.Fatalf("%+v, %v", mails, err)
	}
	if last := p.mails[len(p.mails)-1]; last.Content != nil || !last.Opened {
		t.Errorf("composed anew of %+v", last)
	}
	p.opens(t, anna, p.sent(t, anna, conv, "hers"))
	wantMails(t, "told once", p.readMails(t))
}
