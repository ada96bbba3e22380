package chat

import (
	"slices"
	"testing"
	"time"
)

// TestACopyBringsNoDigest: a copy of one's own message is due at once, and a digest at its hour, also in one conversation.
func TestACopyBringsNoDigest(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience, Grace: 30 * time.Second})
	sam, anna, bert := p.user(t, "sam", Owner), p.user(t, "anna", Client), p.user(t, "bert", Client)
	_, digest := aheadOfNow(p.Now().UTC())
	p.wants(t, sam, digest)
	conv := p.started(t, sam, anna, bert)
	p.wrote(t, sam, SendRequest{Conversation: conv, HTML: "word", BCC: new(true)})
	p.sent(t, anna, conv, "answer")
	p.mailed(t)
	mails := p.mailed(t)
	if len(p.digests) != 0 || !slices.Equal(recipients(mails), []string{"sam"}) || !mails[0].Copy {
		t.Errorf("hours before: %d digests, mail to %v", len(p.digests), recipients(mails))
	}
	p.wait(3 * time.Hour)
	if mails = p.mailed(t); len(p.digests) != 1 || len(mails) != 0 {
		t.Errorf("at its hour: %d digests, mail to %v", len(p.digests), recipients(mails))
	}
}

// TestKeptBackKeepsNothingBack: what no digest carries goes at its own time, also behind what a digest is to carry, which stays for its hour.
func TestKeptBackKeepsNothingBack(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience, Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	p.toldRead(t, sam, sam)
	_, digest := aheadOfNow(p.Now().UTC())
	p.wants(t, sam, digest)
	conv := p.started(t, sam, anna)
	p.sent(t, anna, conv, "question")
	if mails := p.mailed(t); slices.Contains(recipients(mails), "sam") {
		t.Fatalf("mail to %v", recipients(mails))
	}
	p.opens(t, anna, p.sent(t, sam, conv, "answer"))
	wantMails(t, "opened", p.readMails(t), "sam: first answer by anna")
	p.wrote(t, sam, SendRequest{Conversation: conv, HTML: "word", BCC: new(true)})
	p.sent(t, anna, conv, "thanks")
	var copies []string
	for range 2 { // the mail to anna, then what was released by it
		for _, m := range p.mailed(t) {
			if m.Copy {
				copies = append(copies, m.To.Name)
			}
		}
	}
	if len(p.digests) != 0 || !slices.Equal(copies, []string{"sam"}) {
		t.Errorf("before its hour: %d digests, copies to %v", len(p.digests), copies)
	}
	p.wait(2 * time.Hour)
	if mails := p.mailed(t); len(mails) != 0 || len(p.digests) != 1 || p.digests[0].Parts[0].Count != 2 {
		t.Errorf("at its hour: %v, %+v", recipients(mails), p.digests)
	}
}

// TestKeptBackMayBeUndone: what is kept back with an earlier message is told of when it can no longer be undone.
func TestKeptBackMayBeUndone(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience, Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	p.mailed(t)
	p.wants(t, anna, MailTimes{QuietFrom: 9 * 60, QuietUntil: 11 * 60})
	clock := func(d time.Duration) { p.turn = int((d - 9*time.Hour) / time.Second); p.turn--; p.next() }
	clock(11*time.Hour - 33*time.Second)
	p.sent(t, sam, conv, "early") // due at 10:59:58
	clock(11*time.Hour - 4*time.Second)
	late := p.sent(t, sam, conv, "late") // may be undone until 11:00:07
	settle := func() {
		claims, err := p.ClaimNotices(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range claims {
			if _, err := p.PrepareMail(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
	}
	before := len(p.mails)
	clock(11*time.Hour - 1*time.Second)
	settle()
	if len(p.mails) != before {
		t.Fatal("mail in quiet hours")
	}
	clock(11*time.Hour + 1*time.Second)
	settle()
	for _, m := range p.mails[before:] {
		for _, told := range m.Content.Messages {
			if told.ID == late.ID {
				t.Errorf("told of at %s, %s after it was sent", p.Now().Format("15:04:05"), p.Now().Sub(late.At))
			}
		}
	}
}

// TestAComplaintOutlivesUnsubscribing: who does both at once, as mail programs offer, takes the complaint not back by their form.
func TestAComplaintOutlivesUnsubscribing(t *testing.T) {
	t.Parallel()
	p, _, anna, _, digest := digestOf(t, Privacy, MailResult{State: MailAccepted, QueueID: "Q"})
	if err := p.Unsubscribe(t.Context(), p.office.ID, plain{}.Return(p.office.ID, digest.ID)); err != nil {
		t.Fatal(err)
	}
	p.cameBack(t, digest, Returned{Report: ReportComplained, Reason: "spam"})
	p.wants(t, anna, MailTimes{})
	found := p.model.kept.suppressions
	if len(found) != 1 || found[0].Cause != SuppressedByComplaint {
		t.Errorf("suppressed: %+v", found)
	}
}

// TestACopyTellsOfNothing: who answers the copy of their own message has not read what a digest is yet to tell them of.
func TestACopyTellsOfNothing(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience, Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	_, digest := aheadOfNow(p.Now().UTC())
	p.wants(t, sam, digest)
	conv := p.started(t, sam, anna)
	p.sent(t, anna, conv, "question")
	p.wrote(t, sam, SendRequest{Conversation: conv, HTML: "word", BCC: new(true)})
	p.mailed(t)
	if mails := p.mailed(t); len(mails) != 1 || !mails[0].Copy {
		t.Fatalf("mail to %v", recipients(mails))
	}
	p.lettered(t, sam, conv, LetterPosted, "")
	p.wait(3 * time.Hour)
	if p.mailed(t); len(p.digests) != 1 || p.digests[0].Parts[0].Count != 1 {
		t.Errorf("at its hour: %d digests", len(p.digests))
	}
}

// TestWhatAnAnswerKnows: a letter to a team that answers a mail is of somebody who knows of others' messages only if the mail told of them.
func TestWhatAnAnswerKnows(t *testing.T) {
	t.Parallel()
	for kind, want := range map[MailKind]Position{NoticeMail: 7, CopyMail: 0, ReadMail: 0, "": 0} {
		if n := (Named{Kind: kind, Newest: 7}); n.told() != want {
			t.Errorf("%s: %d, want %d", kind, n.told(), want)
		}
	}
}
