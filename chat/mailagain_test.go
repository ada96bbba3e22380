package chat

import (
	"bytes"
	"testing"
	"time"
)

// TestAnotherAttempt: a mail that has waited goes as things stand then.
func TestAnotherAttempt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do             func(*testing.T, *practice, ID, *User, *User)
		again, content bool
	}{
		"as it was": {func(*testing.T, *practice, ID, *User, *User) {}, true, true},
		"read meanwhile": {func(t *testing.T, p *practice, conv ID, _, anna *User) {
			if _, err := p.MarkRead(t.Context(), actor(anna), conv, 9<<20, true); err != nil {
				t.Fatal(err)
			}
		}, false, false},
		"left meanwhile": {func(t *testing.T, p *practice, conv ID, sam, anna *User) {
			if err := p.Remove(t.Context(), actor(sam), conv, anna.ID, ID{}); err != nil {
				t.Fatal(err)
			}
		}, false, false},
		"retracted meanwhile": {func(t *testing.T, p *practice, conv ID, sam, _ *User) {
			if _, err := p.Retract(t.Context(), actor(sam), conv, p.model.kept.messages[conv][0].ID); err != nil {
				t.Fatal(err)
			}
		}, false, false},
		"retracted by a node whose clock is behind": {func(t *testing.T, p *practice, conv ID, sam, _ *User) {
			p.steps.at = p.steps.at.Add(-5 * time.Second)
			if _, err := p.Retract(t.Context(), actor(sam), conv, p.model.kept.messages[conv][0].ID); err != nil {
				t.Fatal(err)
			}
		}, false, false},
		"undone by a node whose clock is behind": {func(t *testing.T, p *practice, conv ID, sam, _ *User) {
			p.steps.at = p.steps.at.Add(-5 * time.Second)
			if _, err := p.Undo(t.Context(), actor(sam), conv, p.model.kept.messages[conv][0].ID); err != nil {
				t.Fatal(err)
			}
		}, false, false},
		"privacy meanwhile": {func(t *testing.T, p *practice, _ ID, sam, _ *User) {
			if _, err := p.SetMode(t.Context(), actor(sam), Privacy, true); err != nil {
				t.Fatal(err)
			}
		}, true, false},
	} {
		p := newPractice(t, NewOffice{Mode: Convenience})
		sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
		conv := p.started(t, sam, anna)
		p.later(undoFor)
		claims, err := p.ClaimNotices(t.Context(), 10)
		if err != nil || len(claims) != 1 {
			t.Fatal(claims, err)
		}
		first, err := p.PrepareMail(t.Context(), claims[0])
		if err != nil || first == nil {
			t.Fatal(err)
		}
		waits := MailResult{State: MailWaiting, Code: 451, Wait: time.Minute}
		if err := p.FinishMail(t.Context(), *first, waits); err != nil {
			t.Fatal(err)
		}
		p.later(time.Second)
		c.do(t, p, conv, sam, anna)
		if mails, err := p.ClaimMails(t.Context(), 10); len(mails) != 0 || err != nil {
			t.Errorf("%s: claimed before its time: %v", name, err)
		}
		p.later(time.Hour)
		mails, err := p.ClaimMails(t.Context(), 10)
		if err != nil || len(mails) > 1 || (len(mails) == 1) != c.again {
			t.Fatalf("%s: %d mails, %v", name, len(mails), err)
		}
		if c.again {
			facts := p.mails[len(p.mails)-1]
			if (facts.Content != nil) != c.content || (mails[0].ID == first.ID) != c.content || string(mails[0].Raw) == string(first.Raw) != c.content {
				t.Errorf("%s: the mail says %+v", name, facts)
			}
			if err := p.FinishMail(t.Context(), mails[0], MailResult{State: MailAccepted, Code: 250}); err != nil {
				t.Fatal(err)
			}
		}
		p.later(time.Hour)
		if mails, err := p.ClaimMails(t.Context(), 10); len(mails) != 0 || err != nil {
			t.Errorf("%s: claimed once more: %d, %v", name, len(mails), err)
		}
		for _, m := range p.model.kept.mails {
			if m.State != MailAccepted && m.State != MailDropped {
				t.Errorf("%s: a mail is still %s", name, m.State)
			}
		}
	}
}

// TestRetractedLongBefore: a mail that tells of very many messages says less once the first of them was retracted.
func TestRetractedLongBefore(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	for range maxPage + 10 {
		p.sent(t, sam, conv, "and another")
	}
	mail := p.mailTo(t, anna, MailResult{State: MailWaiting, Code: 451, Wait: time.Minute})
	if facts := p.mails[len(p.mails)-1]; facts.Content == nil || facts.Count != maxPage+11 {
		t.Fatalf("the premise: a mail of %d", facts.Count)
	}
	if _, err := p.Retract(t.Context(), actor(sam), conv, p.model.kept.messages[conv][0].ID); err != nil {
		t.Fatal(err)
	}
	p.later(time.Hour)
	mails, err := p.ClaimMails(t.Context(), 10)
	if err != nil || len(mails) != 1 || mails[0].ID == mail.ID {
		t.Fatalf("%d mails, %v", len(mails), err)
	}
	if facts := p.mails[len(p.mails)-1]; facts.Content != nil {
		t.Errorf("the mail says %+v", facts.Content)
	}
}

// TestLedgerOfWhatWasNotTaken has an id and a time.
func TestLedgerOfWhatWasNotTaken(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	p.next()
	if err := p.LogMail(t.Context(), LedgerRow{Direction: MailIn, Code: 550, Fate: "refused"}); err != nil {
		t.Fatal(err)
	}
	if row := p.model.kept.ledger[0]; row.ID.IsZero() || !row.At.Equal(p.steps.at) || row.Code != 550 {
		t.Errorf("%+v", row)
	}
}

// TestOnlyLongLettersAreFiles: a short one goes with its row.
func TestOnlyLongLettersAreFiles(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	for _, size := range []int{1, keptInRow, keptInRow + 1} {
		raw := bytes.Repeat([]byte("x"), size)
		kept, err := p.KeepRaw(t.Context(), p.office.ID, raw)
		if err != nil {
			t.Fatal(err)
		}
		file, isFile := p.Blobs.(blobs)[kept.Raw]
		if kept.Size != int64(size) || isFile != (size > keptInRow) || !bytes.Equal(append(kept.Content, file...), raw) {
			t.Errorf("%d bytes: %d kept, of them %d in the row and %d in a file", size, kept.Size, len(kept.Content), len(file))
		}
	}
}
