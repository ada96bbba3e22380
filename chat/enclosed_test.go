package chat

import (
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

// enclosing is a practice that lets files into mails, and asks a scanner.
func enclosing(t *testing.T, room int64) (p *practice, clam *scanner, sam, anna *User, conv ID) {
	t.Helper()
	p, clam = newPractice(t, NewOffice{Mode: Convenience}), &scanner{signatures: "1"}
	p.Scanner, p.MaxMailed = clam, room
	sam, anna = p.user(t, "sam", Owner), p.user(t, "anna", Client)
	return p, clam, sam, anna, p.started(t, sam, anna)
}

// filed sends a message with a file of each content, named after its content.
func (p *practice) filed(t *testing.T, by *User, r SendRequest, contents ...string) Message {
	t.Helper()
	for _, content := range contents {
		file, err := upload(t, p, by, content[:min(len(content), 4)], "", content)
		if err != nil {
			t.Fatal(err)
		}
		r.Attachments = append(r.Attachments, file.ID)
	}
	return p.wrote(t, by, r)
}

func enclosedIn(f NoticeFacts) (names string) {
	if f.Content == nil {
		return "nothing is told"
	}
	for _, a := range f.Content.Enclosed {
		names += a.Name + " "
	}
	return names
}

// TestWhatTravelsInAMail (F11): what was sent unticked, in convenience mode, while there is room, and the scanner finds nothing in it.
func TestWhatTravelsInAMail(t *testing.T) {
	t.Parallel()
	large, small := strings.Repeat("l", 900), strings.Repeat("s", 300)
	for name, c := range map[string]struct {
		files []string
		do    func(*testing.T, *practice, *scanner, ID, *User, *User)
		want  string
	}{
		"unticked":           {[]string{"a", "b"}, nil, "a b "},
		"with an evil one":   {[]string{"a", "evil", "b"}, nil, "a b "},
		"more than fits":     {[]string{large, small, "a"}, nil, "llll a "},
		"larger than a mail": {[]string{strings.Repeat("x", 1000), "a"}, nil, "a "},
		"ticked beside it": {[]string{"a"}, func(t *testing.T, p *practice, _ *scanner, conv ID, sam, _ *User) {
			p.filed(t, sam, SendRequest{Conversation: conv, Secure: true}, "b")
		}, "a "},
		"a note's, which goes to staff": {[]string{"a"}, func(t *testing.T, p *practice, _ *scanner, conv ID, sam, _ *User) {
			p.filed(t, sam, SendRequest{Conversation: conv, Note: true}, "b")
		}, "a "},
		"by letter": {[]string{"a"}, func(_ *testing.T, p *practice, _ *scanner, conv ID, _, _ *User) {
			for i := range p.model.kept.messages[conv] {
				p.model.kept.messages[conv][i].Via = ViaLetter
			}
		}, ""},
		"in a letter's text": {[]string{"a", "b"}, func(_ *testing.T, p *practice, _ *scanner, _ ID, _, _ *User) {
			for id, a := range p.model.kept.attachments {
				if a.Name == "b" {
					a.Inline = "cid"
					p.model.kept.attachments[id] = a
				}
			}
		}, "a "},
		"retracted": {[]string{"a"}, func(t *testing.T, p *practice, _ *scanner, conv ID, sam, _ *User) {
			all := p.model.kept.messages[conv]
			p.next()
			if _, err := p.Retract(t.Context(), actor(sam), conv, all[len(all)-1].ID); err != nil {
				t.Fatal(err)
			}
		}, ""},
		"the scanner is down": {[]string{"a"}, func(_ *testing.T, _ *practice, clam *scanner, _ ID, _, _ *User) { clam.down = io.ErrClosedPipe }, ""},
		"no scanner":          {[]string{"a", "evil"}, func(_ *testing.T, p *practice, _ *scanner, _ ID, _, _ *User) { p.Scanner = nil }, "a evil "},
		"not at all":          {[]string{"a"}, func(_ *testing.T, p *practice, _ *scanner, _ ID, _, _ *User) { p.MaxMailed = 0 }, ""},
		"privacy by now": {[]string{"a"}, func(t *testing.T, p *practice, _ *scanner, _ ID, sam, _ *User) {
			if _, err := p.SetMode(t.Context(), actor(sam), Privacy, true); err != nil {
				t.Fatal(err)
			}
		}, "nothing is told"},
		"a strict conversation": {[]string{"a"}, func(_ *testing.T, p *practice, _ *scanner, conv ID, _, _ *User) {
			p.model.kept.threads[conv].Conversation.Strict = true
		}, "nothing is told"},
		"a strict account": {[]string{"a"}, func(t *testing.T, p *practice, _ *scanner, _ ID, _, anna *User) {
			p.strictAccount(t, anna)
		}, "nothing is told"},
	} {
		p, clam, sam, anna, conv := enclosing(t, 1300)
		p.filed(t, sam, SendRequest{Conversation: conv, HTML: "files"}, c.files...)
		if c.do != nil {
			c.do(t, p, clam, conv, sam, anna)
		}
		mails := p.mailed(t)
		if len(mails) != 1 || mails[0].To.ID != anna.ID {
			t.Fatalf("%s: mails to %v", name, recipients(mails))
		}
		if got := enclosedIn(mails[0]); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		for _, m := range p.model.kept.mails {
			if m.Mode == Privacy && len(m.Enclosed) > 0 {
				t.Errorf("%s: a mail in privacy mode has files", name)
			}
		}
	}
}

// TestAMailWithFilesIsLookedAtAgain before another attempt: what the scanner has found since is not sent, nor is what was retracted.
func TestAMailWithFilesIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do   func(*testing.T, *practice, *scanner, ID, *User, Message)
		want int
	}{
		"as it was": {func(*testing.T, *practice, *scanner, ID, *User, Message) {}, 1},
		"found since": {func(_ *testing.T, p *practice, _ *scanner, _ ID, _ *User, m Message) {
			a := p.model.kept.attachments[m.Attachments[0].ID]
			a.Scan.Found = "Test.Evil"
			p.model.kept.attachments[a.ID] = a
		}, 0},
		"retracted": {func(t *testing.T, p *practice, _ *scanner, conv ID, sam *User, m Message) {
			if _, err := p.Retract(t.Context(), actor(sam), conv, m.ID); err != nil {
				t.Fatal(err)
			}
		}, 0},
		"privacy by now": {func(t *testing.T, p *practice, _ *scanner, _ ID, sam *User, _ Message) {
			if _, err := p.SetMode(t.Context(), actor(sam), Privacy, true); err != nil {
				t.Fatal(err)
			}
		}, 0},
	} {
		p, clam, sam, _, conv := enclosing(t, 1000)
		m := p.filed(t, sam, SendRequest{Conversation: conv}, "a")
		first := p.prepared(t)
		if len(first.Enclosed) != 1 || first.Enclosed[0].File != m.Attachments[0].ID || first.Size() != int64(len(first.Raw))+4 {
			t.Fatalf("%s: %+v of %d bytes", name, first.Enclosed, first.Size())
		}
		if err := p.FinishMail(t.Context(), first, MailResult{State: MailWaiting, Code: 451, Wait: time.Minute}); err != nil {
			t.Fatal(err)
		}
		p.later(time.Second)
		c.do(t, p, clam, conv, sam, m)
		p.later(time.Hour)
		mails, err := p.ClaimMails(t.Context(), 10)
		if err != nil || len(mails) != 1 || len(mails[0].Enclosed) != c.want {
			t.Errorf("%s: %+v, %v", name, mails, err)
		}
	}
}

// prepared makes the mail that is owed.
func (p *practice) prepared(t *testing.T) Mail {
	t.Helper()
	p.later(undoFor)
	claims, err := p.ClaimNotices(t.Context(), 10)
	if err != nil || len(claims) != 1 {
		t.Fatal(claims, err)
	}
	mail, err := p.PrepareMail(t.Context(), claims[0])
	if err != nil || mail == nil {
		t.Fatal(mail, err)
	}
	return *mail
}

// TestARelayThatTakesNoFiles: a mail that is refused for its files is followed by one that says that something waits; once.
func TestARelayThatTakesNoFiles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		result  MailResult
		files   []string
		read    bool
		follows bool
	}{
		"too large":          {MailResult{State: MailFailed, Code: 552}, []string{"a"}, false, true},
		"of a kind":          {MailResult{State: MailFailed, Code: 554}, []string{"a"}, false, true},
		"no such user":       {MailResult{State: MailFailed, Code: 550}, []string{"a"}, false, false},
		"for now":            {MailResult{State: MailWaiting, Code: 452, Wait: 24 * time.Hour}, []string{"a"}, false, false},
		"without files":      {MailResult{State: MailFailed, Code: 552}, nil, false, false},
		"and read meanwhile": {MailResult{State: MailFailed, Code: 552}, []string{"a"}, true, false},
	} {
		p, _, sam, anna, conv := enclosing(t, 1000)
		p.filed(t, sam, SendRequest{Conversation: conv, HTML: "files"}, c.files...)
		mail := p.prepared(t)
		if c.read {
			if _, err := p.MarkRead(t.Context(), actor(anna), conv, 9<<20, true); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.FinishMail(t.Context(), mail, c.result); err != nil {
			t.Fatal(err)
		}
		p.later(time.Second)
		mails, err := p.ClaimMails(t.Context(), 10)
		if err != nil || (len(mails) == 1) != c.follows {
			t.Fatalf("%s: %d mails follow, %v", name, len(mails), err)
		}
		if !c.follows {
			continue
		}
		if m := mails[0]; m.Mode != Privacy || len(m.Enclosed) != 0 || p.mails[len(p.mails)-1].Content != nil {
			t.Errorf("%s: the mail that follows: %+v", name, m)
		}
		if err := p.FinishMail(t.Context(), mails[0], c.result); err != nil {
			t.Fatal(err)
		}
		p.later(time.Second)
		if mails, err := p.ClaimMails(t.Context(), 10); len(mails) != 0 || err != nil {
			t.Errorf("%s: %d follow that one, %v", name, len(mails), err)
		}
	}
}

// TestEncoded: as long as what base64 makes of it.
func TestEncoded(t *testing.T) {
	t.Parallel()
	got := []int64{}
	for _, size := range []int64{0, 1, 3, 4, 57, 58, 114, 115} {
		got = append(got, Encoded(size))
	}
	if want := []int64{0, 4, 4, 8, 76, 82, 154, 160}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
