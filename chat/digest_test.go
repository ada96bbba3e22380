package chat

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// wants sets when mail may go to a user.
func (p *practice) wants(t *testing.T, u *User, times MailTimes) {
	t.Helper()
	if _, err := p.SetProfile(t.Context(), actor(u), Profile{Mail: &times}); err != nil {
		t.Fatal(err)
	}
}

// aheadOfNow are quiet hours of the next two hours, and a digest at the end of the hour after this one.
func aheadOfNow(now time.Time) (quiet, digest MailTimes) {
	minute := now.Hour()*60 + now.Minute()
	return MailTimes{QuietFrom: (minute + minutesOfDay - 60) % minutesOfDay, QuietUntil: (minute + 120) % minutesOfDay}, MailTimes{Digest: AtHours((now.Hour() + 2) % 24)}
}

func (p *practice) wait(d time.Duration) {
	p.turn += int(d / time.Second)
	p.next()
}

func TestQuietHours(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Privacy, Grace: 30 * time.Second})
	sam, anna, bert := p.user(t, "sam", Owner), p.user(t, "anna", Client), p.user(t, "bert", Client)
	conv := p.started(t, sam, anna, bert)
	quiet, _ := aheadOfNow(p.Now().UTC())
	p.wants(t, anna, quiet)
	if mails := p.mailed(t); !slices.Equal(recipients(mails), []string{"bert"}) {
		t.Fatalf("in anna's quiet hours mail went to %v", recipients(mails))
	}
	p.sent(t, sam, conv, "second")
	p.wait(time.Hour)
	if mails := p.mailed(t); !slices.Equal(recipients(mails), []string{"bert"}) {
		t.Fatalf("an hour later mail went to %v", recipients(mails))
	}
	p.wait(time.Hour)
	if mails := p.mailed(t); !slices.Equal(recipients(mails), []string{"anna"}) {
		t.Fatalf("after them mail went to %v", recipients(mails))
	}
}

// TestReadInQuietHours: what was read in them is not mailed after them.
func TestReadInQuietHours(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Privacy, Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	quiet, _ := aheadOfNow(p.Now().UTC())
	p.wants(t, anna, quiet)
	p.mailed(t)
	if _, err := p.MarkRead(t.Context(), actor(anna), conv, 9<<20, true); err != nil {
		t.Fatal(err)
	}
	p.wait(3 * time.Hour)
	if mails := p.mailed(t); len(mails) != 0 {
		t.Errorf("mail went to %v", recipients(mails))
	}
}

// TestReadBeforeTheDigest: where nothing is left to tell there is no digest.
func TestReadBeforeTheDigest(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Privacy, Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	_, digest := aheadOfNow(p.Now().UTC())
	p.wants(t, anna, digest)
	for range 2 {
		m := p.sent(t, sam, p.started(t, sam, anna), "word")
		p.mailed(t)
		if _, err := p.MarkRead(t.Context(), actor(anna), m.Conversation, 9<<20, true); err != nil {
			t.Fatal(err)
		}
		if d := p.fates(t, sam, m)["anna"]; d.State != DeliveryQueued {
			t.Errorf("kept back, it is %s", d.State)
		}
	}
	p.wait(25 * time.Hour)
	if p.mailed(t); len(p.digests)+len(p.mails) != 0 {
		t.Errorf("%d digests, %d mails", len(p.digests), len(p.mails))
	}
}

// TestOtherTimes: who chooses anew gets what was kept back by the new choice, after the grace time.
func TestOtherTimes(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Privacy, Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	p.started(t, sam, anna)
	quiet, digest := aheadOfNow(p.Now().UTC())
	p.wants(t, anna, quiet)
	p.mailed(t)
	p.wants(t, anna, digest)
	if mails := p.mailed(t); len(mails) != 0 || len(p.digests) != 0 {
		t.Fatalf("%d mails and %d digests before the hour", len(mails), len(p.digests))
	}
	p.wants(t, anna, MailTimes{})
	if mails := p.mailed(t); !slices.Equal(recipients(mails), []string{"anna"}) {
		t.Errorf("mail went to %v", recipients(mails))
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience, Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	_, digest := aheadOfNow(p.Now().UTC())
	p.wants(t, anna, digest)
	var convs []ID
	for range 4 {
		convs = append(convs, p.started(t, sam, anna))
	}
	p.mailed(t)
	p.sent(t, sam, convs[0], "second")
	p.model.kept.threads[convs[1]].Conversation.Strict = true
	if _, err := p.MarkRead(t.Context(), actor(anna), convs[2], 9<<20, true); err != nil {
		t.Fatal(err)
	}
	if p.mailed(t); len(p.mails) != 0 || len(p.digests) != 0 {
		t.Fatalf("%d mails, %d digests before the hour", len(p.mails), len(p.digests))
	}
	p.wait(2 * time.Hour)
	p.mailed(t)
	if len(p.mails) != 0 || len(p.digests) != 1 {
		t.Fatalf("%d mails, %d digests", len(p.mails), len(p.digests))
	}
	d := p.digests[0]
	if len(d.Parts) != 2 || !d.More || d.Mode != Convenience || d.To.Password != "" {
		t.Fatalf("%+v", d)
	}
	var told []ID
	for _, part := range d.Parts {
		told = append(told, part.Conversation)
		if part.Conversation == convs[0] && (part.Count != 2 || part.Title != "Title" || part.Messages[1].Text != "second") {
			t.Errorf("%+v", part)
		}
	}
	if !slices.Contains(told, convs[0]) || !slices.Contains(told, convs[3]) {
		t.Errorf("it tells of %v", told)
	}
	p.wait(24 * time.Hour)
	if p.mailed(t); len(p.mails) != 0 || len(p.digests) != 1 {
		t.Errorf("told twice: %d mails, %d digests", len(p.mails), len(p.digests))
	}
}

// TestPrivateDigest says nothing but that messages wait.
func TestPrivateDigest(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Privacy, Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	_, digest := aheadOfNow(p.Now().UTC())
	p.wants(t, anna, digest)
	p.started(t, sam, anna)
	p.started(t, sam, anna)
	p.mailed(t)
	p.wait(3 * time.Hour)
	p.mailed(t)
	if len(p.digests) != 1 || len(p.digests[0].Parts) != 0 || p.digests[0].More || p.digests[0].Mode != Privacy {
		t.Fatalf("%+v", p.digests)
	}
}

// TestDigestThatWaits is looked at again before each attempt.
func TestDigestThatWaits(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience, Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	_, digest := aheadOfNow(p.Now().UTC())
	p.wants(t, anna, digest)
	a, b := p.started(t, sam, anna), p.started(t, sam, anna)
	again := func() *Mail {
		t.Helper()
		p.wait(time.Hour)
		mails, err := p.ClaimMails(t.Context(), 9)
		if err != nil || len(mails) > 1 {
			t.Fatalf("%d mails, %v", len(mails), err)
		}
		if len(mails) == 0 {
			return nil
		}
		return &mails[0]
	}
	later := func(m *Mail) {
		t.Helper()
		if err := p.FinishMail(t.Context(), *m, MailResult{State: MailWaiting, Wait: time.Minute}); err != nil {
			t.Fatal(err)
		}
	}
	p.mailed(t)
	p.wait(3 * time.Hour)
	claims, err := p.ClaimNotices(t.Context(), 9)
	if err != nil || len(claims) != 2 {
		t.Fatalf("%d claims, %v", len(claims), err)
	}
	first, err := p.PrepareMail(t.Context(), claims[0])
	if err != nil || first == nil {
		t.Fatal(err)
	}
	if second, err := p.PrepareMail(t.Context(), claims[1]); err != nil || second != nil {
		t.Fatalf("a second mail of the same: %+v, %v", second, err)
	}
	later(first)
	same := again()
	if same == nil || same.ID != first.ID {
		t.Fatalf("%+v after %+v", same, first)
	}
	later(same)
	if _, err := p.MarkRead(t.Context(), actor(anna), a, 9<<20, true); err != nil {
		t.Fatal(err)
	}
	less := again()
	if less == nil || less.ID == first.ID || len(p.digests[len(p.digests)-1].Parts) != 1 {
		t.Fatalf("%+v", less)
	}
	later(less)
	if _, err := p.MarkRead(t.Context(), actor(anna), b, 9<<20, true); err != nil {
		t.Fatal(err)
	}
	if none := again(); none != nil {
		t.Errorf("all was read, and %s goes", none.ID)
	}
}

// TestUnsubscribe: one click in a digest ends the mail to its address, until its owner chooses anew.
func TestUnsubscribe(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Privacy, Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	first := p.started(t, sam, anna)
	p.mailed(t)
	_, digest := aheadOfNow(p.Now().UTC())
	p.wants(t, anna, digest)
	p.sent(t, sam, first, "more")
	p.mailed(t)
	p.wait(3 * time.Hour)
	p.mailed(t)
	for id, m := range p.model.kept.mails {
		err := p.Unsubscribe(t.Context(), p.office.ID, plain{}.Return(p.office.ID, id))
		if m.Kind == DigestMail && err != nil || m.Kind != DigestMail && KindOf(err) != NotFound {
			t.Errorf("a mail of kind %s: %v", m.Kind, err)
		}
	}
	if len(p.digests) != 1 {
		t.Fatalf("%d digests", len(p.digests))
	}
	if err := p.Unsubscribe(t.Context(), p.office.ID, "nonsense"); KindOf(err) != NotFound {
		t.Errorf("nonsense: %v", err)
	}
	if me, err := p.Me(t.Context(), actor(anna)); err != nil || !me.Unsubscribed {
		t.Fatalf("%+v, %v", me, err)
	}
	p.sent(t, sam, first, "unheard")
	p.wait(24 * time.Hour)
	if p.mailed(t); len(p.digests) != 1 || len(p.mails) != 1 {
		t.Fatalf("%d digests and %d mails to who unsubscribed", len(p.digests), len(p.mails))
	}
	p.wants(t, anna, MailTimes{})
	if me, err := p.Me(t.Context(), actor(anna)); err != nil || me.Unsubscribed {
		t.Fatalf("%+v, %v", me, err)
	}
	p.sent(t, sam, first, "heard")
	if mails := p.mailed(t); len(mails) != 1 {
		t.Errorf("%d mails to who chose anew", len(mails))
	}
}

// TestQuietHoursBeforeAnotherAttempt: a mail that waits for another attempt goes in nobody's quiet hours.
func TestQuietHoursBeforeAnotherAttempt(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Privacy, Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	m := p.sent(t, sam, p.started(t, sam, anna), "word")
	first := p.mailTo(t, anna, MailResult{State: MailWaiting, Wait: time.Minute, Reason: "4.7.1 not yet"})
	quiet, _ := aheadOfNow(p.Now().UTC())
	p.wants(t, anna, quiet)
	for range 3 {
		p.wait(20 * time.Minute)
		if mails, err := p.ClaimMails(t.Context(), 9); err != nil || len(mails) != 0 {
			t.Fatalf("%d mails in anna's quiet hours, %v", len(mails), err)
		}
	}
	if d := p.fates(t, sam, m)["anna"]; d.State != DeliveryDelayed || d.Mails[0].Reason != "4.7.1 not yet" {
		t.Errorf("staff see %+v", d)
	}
	p.wait(2 * time.Hour)
	if mails, err := p.ClaimMails(t.Context(), 9); err != nil || len(mails) != 1 || mails[0].ID != first.ID {
		t.Errorf("%d mails after them, %v", len(mails), err)
	}
}

// digestOf has anna asked for a digest, words written to her in two conversations, and their digest come to what r says.
func digestOf(t *testing.T, mode Mode, r MailResult) (p *practice, sam, anna *User, told [2]Message, digest *Mail) {
	t.Helper()
	p = newPractice(t, NewOffice{Mode: mode, Grace: 30 * time.Second})
	sam, anna = p.user(t, "sam", Owner), p.user(t, "anna", Client)
	_, times := aheadOfNow(p.Now().UTC())
	p.wants(t, anna, times)
	b, a := p.started(t, sam, anna), p.started(t, sam, anna)
	if _, err := p.MarkRead(t.Context(), actor(anna), b, 9<<20, true); err != nil {
		t.Fatal(err)
	}
	told = [2]Message{p.sent(t, sam, a, "one"), p.sent(t, sam, b, "two")}
	p.mailed(t)
	p.wait(3 * time.Hour)
	return p, sam, anna, told, p.mailTo(t, anna, r)
}

// TestDigestsBegin with the conversation in which somebody waits longest.
func TestDigestsBegin(t *testing.T) {
	t.Parallel()
	p, _, _, told, _ := digestOf(t, Convenience, MailResult{State: MailAccepted})
	if parts := p.digests[0].Parts; len(parts) != 2 || parts[0].Conversation != told[0].Conversation || parts[1].Count != 1 {
		t.Errorf("%+v", parts)
	}
}

// TestADigestThatFails: each message that it told of says so, staff of each conversation hear of it, and what it told of in one is sent again as a mail of its own.
func TestADigestThatFails(t *testing.T) {
	t.Parallel()
	p, sam, anna, told, digest := digestOf(t, Privacy, MailResult{State: MailFailed, Code: 550, Reason: "5.7.1 no"})
	if n := p.heardOf(sam, MailChanged); n != 2 {
		t.Errorf("sam heard %d times", n)
	}
	for _, m := range told {
		if d := p.fates(t, sam, m)["anna"]; d.State != DeliveryBounced || d.Mails[0].Reason != "5.7.1 no" || !d.Retry {
			t.Errorf("staff see %+v", d)
		}
	}
	other := p.sent(t, sam, p.started(t, sam, anna), "not in it")
	if err := p.RetryMail(t.Context(), actor(sam), other.Conversation, other.ID, digest.ID); KindOf(err) != NotFound {
		t.Errorf("for a message that it did not tell of: %v", err)
	}
	p.next()
	if err := p.RetryMail(t.Context(), actor(sam), told[0].Conversation, told[0].ID, digest.ID); err != nil {
		t.Fatal(err)
	}
	if err := p.RetryMail(t.Context(), actor(sam), told[0].Conversation, told[0].ID, digest.ID); KindOf(err) != NotFound && KindOf(err) != Conflict {
		t.Errorf("again: %v", err)
	}
	if mails := p.mailed(t); len(mails) != 1 || mails[0].Conversation != told[0].Conversation || len(p.digests) != 1 {
		t.Fatalf("%+v, and %d digests", mails, len(p.digests))
	}
	if d := p.fates(t, sam, told[0])["anna"]; d.State != DeliveryAccepted || len(d.Mails) != 2 || d.Mails[0].Mail != digest.ID {
		t.Errorf("sent again: %+v", d)
	}
	if d := p.fates(t, sam, told[1])["anna"]; d.State != DeliveryBounced || !d.Retry {
		t.Errorf("in the other conversation: %+v", d)
	}
}

// TestADigestThatComesBack says so on each of its messages; the address is suppressed as for any mail.
func TestADigestThatComesBack(t *testing.T) {
	t.Parallel()
	p, sam, _, told, digest := digestOf(t, Privacy, MailResult{State: MailAccepted, QueueID: "Q"})
	p.cameBack(t, digest, Returned{Report: ReportFailed, Gone: true, Reason: "5.1.1 nobody"})
	if n := p.heardOf(sam, MailChanged); n != 2 {
		t.Errorf("sam heard %d times", n)
	}
	for _, m := range told {
		if d := p.fates(t, sam, m)["anna"]; d.State != DeliveryBounced || d.Suppression.IsZero() || d.Retry {
			t.Errorf("staff see %+v", d)
		}
	}
}

// TestStaffOpenADigest: what it tells of other conversations is not for who is in one of them, and never the link that ends its recipient's mail.
func TestStaffOpenADigest(t *testing.T) {
	t.Parallel()
	for mode, withheld := range map[Mode]string{Privacy: "", Convenience: withheldDigest} {
		p, sam, _, told, digest := digestOf(t, mode, MailResult{State: MailAccepted})
		token, _, _ := strings.Cut(digest.From, "@")
		opened, err := p.OpenMail(t.Context(), actor(sam), told[1].Conversation, told[1].ID, digest.ID)
		if err != nil || opened.Withheld != withheld || (withheld == "") == (opened.Content.Text == "") || strings.Contains(opened.Content.Text, token) {
			t.Errorf("%v: %+v, %v", mode, opened, err)
		}
	}
}

// TestCopiesOfDigested: the author's copy goes when the first mail tells of the message, be it a digest.
func TestCopiesOfDigested(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Privacy, Grace: 30 * time.Second})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	_, times := aheadOfNow(p.Now().UTC())
	p.wants(t, anna, times)
	p.wrote(t, sam, SendRequest{Conversation: p.started(t, sam, anna), HTML: "word", BCC: new(true)})
	if mails := p.mailed(t); len(mails) != 0 {
		t.Fatalf("before the digest mail went to %v", recipients(mails))
	}
	p.wait(3 * time.Hour)
	p.mailed(t)
	if mails := p.mailed(t); len(p.digests) != 1 || !slices.Equal(recipients(mails), []string{"sam"}) || !mails[0].Copy {
		t.Errorf("%d digests, then mail to %v", len(p.digests), recipients(mails))
	}
}

// TestStaffSeeWhatAMailWaitsFor: until when, and for what, while it is kept back; nothing of it before, or once it went.
func TestStaffSeeWhatAMailWaitsFor(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Privacy, Grace: 30 * time.Second})
	sam, anna, bert := p.user(t, "sam", Owner), p.user(t, "anna", Client), p.user(t, "bert", Client)
	now := p.Now().UTC()
	quiet, digest := aheadOfNow(now)
	p.wants(t, anna, digest)
	p.wants(t, bert, quiet)
	m := p.sent(t, sam, p.started(t, sam, anna, bert), "word")
	waits := func(when string, m Message, want map[string]Delivery) {
		t.Helper()
		for name, d := range p.fates(t, sam, m) {
			if w := want[name]; d.WaitsFor != w.WaitsFor || !d.WaitsUntil.Equal(w.WaitsUntil) {
				t.Errorf("%s, %s waits for %q until %v; %q, %v is right", when, name, d.WaitsFor, d.WaitsUntil, w.WaitsFor, w.WaitsUntil)
			}
		}
	}
	waits("in the grace time", m, nil)
	p.mailed(t)
	kept := map[string]Delivery{
		"anna": {WaitsFor: WaitsForDigest, WaitsUntil: now.Truncate(time.Hour).Add(2*time.Hour + digestSlack)},
		"bert": {WaitsFor: WaitsForQuietHours, WaitsUntil: now.Truncate(time.Minute).Add(2 * time.Hour)},
	}
	waits("kept back", m, kept)
	behind := p.sent(t, sam, m.Conversation, "behind it")
	waits("behind it", behind, kept)
	p.wait(3 * time.Hour)
	p.mailed(t)
	waits("at last", m, nil)
	waits("at last, behind it", behind, nil)
}
