package chat

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMailsOfALongConversation: of 300 mails each names the first and the last ones, under the subject that the first one had, whatever the title is by now.
func TestMailsOfALongConversation(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	all := p.mailed(t)
	for i := range 299 {
		if i == 150 {
			p.next()
			if _, err := p.Change(t.Context(), actor(sam), conv, Change{Title: new("Another title")}); err != nil {
				t.Fatal(err)
			}
		}
		p.sent(t, sam, conv, fmt.Sprint("message ", i))
		all = append(all, p.mailed(t)...)
	}
	if len(all) != 300 {
		t.Fatalf("%d mails", len(all))
	}
	for i, m := range all {
		want := []string{all[0].MessageID}
		for _, before := range all[max(1, i-maxReferences+1):max(1, i)] {
			want = append(want, before.MessageID)
		}
		if i == 0 {
			want = nil
		}
		if !slices.Equal(m.PreviousIDs, want) || m.Content.Subject != "Title" || !m.Began.Equal(all[0].Began) {
			t.Fatalf("mail %d: subject %q, began %s, after %q, want %q", i, m.Content.Subject, m.Began, m.PreviousIDs, want)
		}
	}
	if title := all[299].Content.Title; title != "Another title" {
		t.Errorf("the last mail has the title %q", title)
	}
}

// TestMailsThatNeverWentAreInNoThread: what was refused, or dropped, is named by no later mail.
func TestMailsThatNeverWentAreInNoThread(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	p.mailTo(t, anna, MailResult{State: MailFailed, Code: 554})
	for i := range maxReferences {
		p.sent(t, sam, conv, fmt.Sprint("message ", i))
		p.mailTo(t, anna, MailResult{State: MailAccepted})
	}
	p.sent(t, sam, conv, "last")
	got := p.mailed(t)[0].PreviousIDs
	if len(got) != maxReferences || got[0] != p.mails[1].MessageID || slices.Contains(got, p.mails[0].MessageID) {
		t.Errorf("after %q, the first was %s", got, p.mails[0].MessageID)
	}
}

// earlier are the texts of the messages that a mail has folded under.
func earlier(f NoticeFacts) string {
	var texts []string
	for _, m := range f.Content.Earlier {
		texts = append(texts, m.Text)
	}
	return strings.Join(texts, " ")
}

// TestTheLastMessagesAreFoldedUnder: as far as the recipient may see them.
func TestTheLastMessagesAreFoldedUnder(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience})
	sam, tess, anna, bert := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client), p.user(t, "bert", Client)
	conv := p.started(t, sam, tess, anna)
	if got := earlier(p.mailed(t)[0]); got != "" {
		t.Errorf("under the first: %q", got)
	}
	p.wrote(t, sam, SendRequest{Conversation: conv, HTML: "note", Note: true})
	taken := p.sent(t, sam, conv, "taken")
	p.sent(t, anna, conv, strings.Repeat("ü", mostEarlierLength+1))
	p.later(time.Hour)
	if _, err := p.Retract(t.Context(), actor(sam), conv, taken.ID); err != nil {
		t.Fatal(err)
	}
	p.mailed(t)
	p.next()
	if _, err := p.Add(t.Context(), actor(sam), conv, []ID{bert.ID}, nil); err != nil {
		t.Fatal(err)
	}
	p.sent(t, sam, conv, "now")
	long := strings.Repeat("ü", mostEarlierLength) + "…"
	want := map[ID]string{anna.ID: "first " + long, tess.ID: "first note " + long, bert.ID: ""}
	for _, m := range p.mailed(t) {
		if got := earlier(m); got != want[m.To.ID] {
			t.Errorf("to %s: %q", m.To.Name, got)
		}
		delete(want, m.To.ID)
	}
	if len(want) != 0 {
		t.Errorf("no mail to %v", want)
	}
	for i := range mostEarlier {
		p.sent(t, sam, conv, fmt.Sprint(i))
		p.mailed(t)
	}
	p.sent(t, sam, conv, "last")
	for _, m := range p.mailed(t) {
		if got := earlier(m); got != "0 1 2" {
			t.Errorf("to %s, later: %q", m.To.Name, got)
		}
	}
}

// TestWhatAMailKeptToItselfIsFoldedUnderNone: it was written while mail was to say nothing.
func TestWhatAMailKeptToItselfIsFoldedUnderNone(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Privacy})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	p.mailed(t)
	p.next()
	if _, err := p.SetMode(t.Context(), actor(sam), Convenience, true); err != nil {
		t.Fatal(err)
	}
	p.sent(t, sam, conv, "second")
	if m := p.mailed(t)[0]; earlier(m) != "" || m.Content.Subject != "Title" || len(m.PreviousIDs) != 1 {
		t.Errorf("under the second: %+v", m.Content)
	}
	p.sent(t, sam, conv, "third")
	if m := p.mailed(t)[0]; earlier(m) != "second" {
		t.Errorf("under the third: %+v", m.Content)
	}
}
