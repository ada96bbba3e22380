package chat

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// mailed lets a mail worker take everything that is due, a minute later, and gives what was composed.
func (p *practice) mailed(t *testing.T) []NoticeFacts {
	t.Helper()
	before := len(p.mails)
	p.turn += 60
	p.next()
	claims, err := p.ClaimNotices(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range claims {
		mail, err := p.PrepareMail(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if mail == nil {
			continue
		}
		if err := p.FinishMail(t.Context(), *mail, MailResult{State: MailAccepted, Code: 250}); err != nil {
			t.Fatal(err)
		}
	}
	return p.mails[before:]
}

func recipients(mails []NoticeFacts) (names []string) {
	for _, m := range mails {
		names = append(names, m.To.Name)
	}
	slices.Sort(names)
	return names
}

func TestMailInPrivacyMode(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Privacy, Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	p.sent(t, sam, conv, "canary")
	mails := p.mailed(t)
	if len(mails) != 1 || mails[0].To.ID != anna.ID || mails[0].Content != nil || mails[0].Count != 0 || mails[0].Mode != Privacy || mails[0].ReplyLocal == "" {
		t.Fatalf("%+v", mails)
	}
}

func TestMailInConvenienceMode(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience, Grace: 30 * time.Second})
	sam, tess, anna := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client)
	secret := *anna
	secret.Password = "hash"
	p.put(t, secret)
	conv := p.started(t, sam, tess, anna)
	p.wrote(t, sam, SendRequest{Conversation: conv, HTML: "between us", Note: true})
	p.sent(t, sam, conv, "second")
	mails := p.mailed(t)
	if !slices.Equal(recipients(mails), []string{"anna", "tess"}) {
		t.Fatalf("mails to %v", recipients(mails))
	}
	for _, m := range mails {
		want := "first second "
		if m.To.ID == tess.ID {
			want = "first between us second "
		}
		var texts string
		for _, one := range m.Content.Messages {
			texts += one.Text + " "
			if m.To.ID == anna.ID && one.Hash != [32]byte{} {
				t.Error("a contact's mail is handed the record's hash")
			}
		}
		if texts != want || m.Count != len(m.Content.Messages) || m.Content.Title != "Title" || m.To.Password != "" || len(m.PreviousIDs) != 0 {
			t.Errorf("to %s: %q, %+v", m.To.Name, texts, m)
		}
	}
	if again := p.mailed(t); len(again) != 0 {
		t.Errorf("mailed twice: %v", recipients(again))
	}
	p.sent(t, sam, conv, "third")
	mails = p.mailed(t)
	for _, m := range mails {
		if len(m.PreviousIDs) != 1 || !strings.HasSuffix(m.PreviousIDs[0], "@mail.example.org") || m.PreviousIDs[0] == m.MessageID {
			t.Errorf("to %s: previous %v", m.To.Name, m.PreviousIDs)
		}
	}
	if mails[0].PreviousIDs[0] == mails[1].PreviousIDs[0] || mails[0].MessageID == mails[1].MessageID {
		t.Error("two recipients share a Message-ID")
	}
}

// TestModeIsTheStrictestAtSending (F25): of office, any contact's account, and conversation, as of the moment of composing.
func TestModeIsTheStrictestAtSending(t *testing.T) {
	t.Parallel()
	for name, stricter := range map[string]func(*testing.T, *practice, ID, *User){
		"office": func(t *testing.T, p *practice, _ ID, _ *User) {
			o := p.model.kept.offices[p.office.ID]
			o.Mode = Privacy
			p.model.kept.offices[o.ID] = o
		},
		"account": func(t *testing.T, p *practice, _ ID, anna *User) {
			p.strictAccount(t, anna)
		},
		"conversation": func(_ *testing.T, p *practice, conv ID, _ *User) {
			p.model.kept.threads[conv].Conversation.Strict = true
		},
	} {
		p := newPractice(t, NewOffice{Mode: Convenience})
		sam, tess, anna := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client)
		conv := p.started(t, sam, tess, anna)
		stricter(t, p, conv, anna)
		for _, m := range p.mailed(t) {
			if m.Mode != Privacy || m.Content != nil {
				t.Errorf("%s is strict: the mail to %s has %+v", name, m.To.Name, m.Content)
			}
		}
		if len(p.mails) != 2 {
			t.Errorf("%s: %d mails", name, len(p.mails))
		}
	}
}

// TestNoMailForWhat was read, left, muted or is no longer allowed within the grace time.
func TestNoMailForWhatWasDoneInTime(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(*testing.T, *practice, ID, *User) error{
		"nothing": nil,
		"read": func(t *testing.T, p *practice, conv ID, anna *User) error {
			_, err := p.MarkRead(t.Context(), actor(anna), conv, 9<<20, true)
			return err
		},
		"left": func(t *testing.T, p *practice, conv ID, anna *User) error {
			return p.Remove(t.Context(), actor(anna), conv, anna.ID, ID{})
		},
		"muted": func(t *testing.T, p *practice, conv ID, anna *User) error {
			_, err := p.Mute(t.Context(), actor(anna), conv, true)
			return err
		},
		"deactivated": func(t *testing.T, p *practice, _ ID, anna *User) error {
			gone := *anna
			gone.Active = false
			p.put(t, gone)
			return nil
		},
		"without the permission": func(t *testing.T, p *practice, _ ID, anna *User) error {
			without := *anna
			without.MayMessage = false
			p.put(t, without)
			return nil
		},
	} {
		p := newPractice(t, NewOffice{Grace: 30 * time.Second})
		sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
		conv := p.started(t, sam, anna)
		if do != nil {
			p.next()
			if err := do(t, p, conv, anna); err != nil {
				t.Fatal(name, err)
			}
		}
		want := []string(nil)
		if do == nil {
			want = []string{"anna"}
		}
		if got := recipients(p.mailed(t)); !slices.Equal(got, want) {
			t.Errorf("%s: mails to %v", name, got)
		}
		for _, n := range p.model.kept.notices {
			if n.state == NoticeDue {
				t.Errorf("%s: a notice is still due", name)
			}
		}
	}
}

func TestMailWaitsForTheGraceTime(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Grace: time.Hour})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	p.started(t, sam, anna)
	if mails := p.mailed(t); len(mails) != 0 {
		t.Errorf("mailed after a minute: %v", recipients(mails))
	}
	p.turn += 3600
	if mails := p.mailed(t); len(mails) != 1 {
		t.Errorf("not mailed after an hour: %v", recipients(mails))
	}
}

// TestALostLease: who comes too late neither composes nor settles.
func TestALostLease(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	p.started(t, sam, anna)
	claim := func() Claim {
		t.Helper()
		p.turn += 60
		p.next()
		claims, err := p.ClaimNotices(t.Context(), 100)
		if err != nil || len(claims) != 1 {
			t.Fatal(claims, err)
		}
		return claims[0]
	}
	late, held := claim(), claim()
	if mail, err := p.PrepareMail(t.Context(), late); mail != nil || err != nil {
		t.Errorf("a lapsed claim was served: %v, %v", mail, err)
	}
	mail, err := p.PrepareMail(t.Context(), held)
	if mail == nil || err != nil {
		t.Fatal(mail, err)
	}
	p.turn += 3600
	p.next()
	mails, err := p.ClaimMails(t.Context(), 10)
	if err != nil || len(mails) != 1 || mails[0].Doubled != 1 || string(mails[0].Raw) != string(mail.Raw) {
		t.Fatalf("a lapsed attempt: %+v, %v", mails, err)
	}
	if err := p.FinishMail(t.Context(), *mail, MailResult{State: MailAccepted, Code: 250}); err != nil {
		t.Fatal(err)
	}
	ledger := p.model.kept.ledger
	if ledger[len(ledger)-1].Fate != "lease_lost" || p.model.kept.mails[mail.ID].State != MailSending {
		t.Errorf("the attempt that lost its lease settled the mail: %+v", ledger)
	}
	if err := p.FinishMail(t.Context(), mails[0], MailResult{State: MailAccepted, Code: 250, QueueID: "q"}); err != nil {
		t.Fatal(err)
	}
	if m := p.model.kept.mails[mail.ID]; m.State != MailAccepted || m.QueueID != "q" {
		t.Errorf("the mail is %s", m.State)
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	last := time.Duration(0)
	for attempt := range 30 {
		wait, again := Backoff(attempt, firstDay, firstDay.Add(time.Hour))
		if !again || wait < last || wait > 4*time.Hour {
			t.Errorf("attempt %d: %s, %t", attempt, wait, again)
		}
		last = wait
	}
	if _, again := Backoff(1, firstDay, firstDay.Add(5*24*time.Hour+1)); again {
		t.Error("tried after five days")
	}
}

// A mail of very many messages shows some of them and says that more wait; all of them have been told of. Who answers it has read what it shows.
func TestMailOfVeryMany(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		texts       []string
		shown, more int
	}{
		"many":      {slices.Repeat([]string{"x"}, mostCarried+9), mostCarried, 9 + 1},
		"large":     {slices.Repeat([]string{strings.Repeat("x", mostCarriedBytes/7)}, 5), 4, 2}, // as HTML and as text
		"two large": {slices.Repeat([]string{strings.Repeat("x", MaxBody)}, 2), 1, 2},
	} {
		p := newPractice(t, NewOffice{Mode: Convenience, Grace: 30 * time.Second})
		sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
		conv := p.started(t, sam, anna)
		for _, text := range c.texts {
			p.sent(t, sam, conv, text)
		}
		mails := p.mailed(t)
		if len(mails) != 1 || len(mails[0].Content.Messages) != c.shown || mails[0].Content.More != c.more || mails[0].Count != c.shown+c.more {
			t.Errorf("%s: %d mails, shown %d, more %d of %d", name, len(mails), len(mails[0].Content.Messages), mails[0].Content.More, mails[0].Count)
			continue
		}
		last := mails[0].Content.Messages[c.shown-1]
		for _, m := range p.model.kept.mails {
			if m.Newest != last.Position {
				t.Errorf("%s: the mail goes to %s, shown is to %s", name, m.Newest, last.Position)
			}
		}
		if again := p.mailed(t); len(again) != 0 {
			t.Errorf("%s: told again", name)
		}
	}
}

// TestOneMailWaitsForTheLastUndo: a message within the grace time that may still be undone as the mail is due goes with it, a little later; one that came
// after the grace time is not waited for, and nothing that was undone is told of.
func TestOneMailWaitsForTheLastUndo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		second int // seconds after the first
		undo   bool
		mails  []string // by when the mail worker has looked at 31, 46 and 90 s
	}{
		"within":           {25, false, []string{"", "first second ", ""}},
		"within, undone":   {25, true, []string{"first ", "", ""}},
		"early":            {2, false, []string{"first second ", "", ""}},
		"after":            {31, false, []string{"first ", "", "second "}},
		"as the mail goes": {28, false, []string{"", "first second ", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPractice(t, NewOffice{Mode: Convenience, Grace: 30 * time.Second})
			sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
			conv := p.started(t, sam, anna)
			begun := p.turn
			p.turn = begun + c.second
			m := p.sent(t, sam, conv, "second")
			if c.undo {
				if _, err := p.Undo(t.Context(), actor(sam), conv, m.ID); err != nil {
					t.Fatal(err)
				}
			}
			for i, at := range []int{32, 47, 90} {
				p.turn = begun + at - 60 // mailed goes on a minute
				var texts string
				for _, mail := range p.mailed(t) {
					for _, one := range mail.Content.Messages {
						texts += one.Text + " "
					}
				}
				if texts != c.mails[i] {
					t.Errorf("after %d s: mailed %q, want %q", at, texts, c.mails[i])
				}
			}
		})
	}
}
