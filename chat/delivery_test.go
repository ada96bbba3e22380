package chat

import (
	"slices"
	"testing"
	"time"
)

// fates are how the deliveries of a message stand, by name.
func (p *practice) fates(t *testing.T, by *User, m Message) map[string]Delivery {
	t.Helper()
	list, err := p.Deliveries(t.Context(), actor(by), m.Conversation, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]Delivery{}
	for _, d := range list {
		found[d.Recipient.Name] = d
	}
	return found
}

// mail takes what is due to the user, and settles its one mail.
func (p *practice) mailTo(t *testing.T, u *User, r MailResult) *Mail {
	t.Helper()
	p.later(time.Minute)
	claims, err := p.ClaimNotices(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	var made *Mail
	for _, c := range claims {
		m, err := p.PrepareMail(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case m == nil:
			continue
		case m.Recipient != u.ID:
			err = p.FinishMail(t.Context(), *m, MailResult{State: MailAccepted, QueueID: "Q1"})
		default:
			made = m
			err = p.FinishMail(t.Context(), *m, r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return made
}

// cameBack takes a report for a mail.
func (p *practice) cameBack(t *testing.T, m *Mail, r Returned) {
	t.Helper()
	p.next()
	to, err := p.Addressee(t.Context(), p.Addresses.Return(p.office.ID, m.ID), p.office.MailDomain, true)
	if err != nil {
		t.Fatal(err)
	}
	r.Once = [32]byte{byte(p.turn), byte(p.turn >> 8), 7}
	if err := p.TakeReturn(t.Context(), to, r); err != nil {
		t.Fatal(err)
	}
}

// heardOf counts the events of a type in somebody's stream.
func (p *practice) heardOf(u *User, typ EventType) (n int) {
	for _, e := range p.model.kept.events[u.ID] {
		if e.Type == typ {
			n++
		}
	}
	return n
}

// TestAReportIsShownOnItsMessage: what came back stands on the message that the mail told of, staff hear of it, and contacts of nothing.
func TestAReportIsShownOnItsMessage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reports    []Returned
		state      DeliveryState
		reason     string
		news       int
		suppressed SuppressionCause
	}{
		"nothing":           {nil, DeliveryAccepted, "", 0, ""},
		"delayed":           {[]Returned{{Report: ReportDelayed, Reason: "4.4.1"}}, DeliveryDelayed, "4.4.1", 1, ""},
		"delivered later":   {[]Returned{{Report: ReportDelayed}, {Report: ReportDelivered, Reason: "2.0.0"}}, DeliveryDelivered, "2.0.0", 2, ""},
		"full":              {[]Returned{{Report: ReportFailed, Reason: "5.2.2 full"}}, DeliveryBounced, "5.2.2 full", 1, ""},
		"gone":              {[]Returned{{Report: ReportFailed, Gone: true, Reason: "5.1.1"}}, DeliveryBounced, "5.1.1", 1, SuppressedByBounce},
		"failed, and late":  {[]Returned{{Report: ReportFailed, Reason: "5.2.2"}, {Report: ReportDelayed, Reason: "4.4.1"}}, DeliveryBounced, "5.2.2", 1, ""},
		"a complaint":       {[]Returned{{Report: ReportComplained, Reason: "feedback report"}}, DeliveryComplained, "feedback report", 1, SuppressedByComplaint},
		"an answer of none": {[]Returned{{Automatic: true, Reason: "away"}}, DeliveryAccepted, "", 0, ""},
	} {
		p := newPractice(t, NewOffice{})
		sam, tess, anna := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client)
		m := p.sent(t, sam, p.started(t, sam, tess, anna), "word")
		mail := p.mailTo(t, anna, MailResult{State: MailAccepted, QueueID: "4F2"})
		head := p.model.kept.streams[anna.ID].Number
		for _, r := range c.reports {
			p.cameBack(t, mail, r)
		}
		d := p.fates(t, sam, m)
		got := d["anna"]
		if got.State != c.state || len(got.Mails) != 1 || got.Mails[0].QueueID != "4F2" || got.Mails[0].Reason != c.reason || d["tess"].State != DeliveryAccepted {
			t.Errorf("%s: %+v", name, d)
		}
		if _, own := d["sam"]; own {
			t.Errorf("%s: the author is owed word", name)
		}
		if p.heardOf(sam, MailChanged) != c.news || p.heardOf(tess, MailChanged) != c.news || p.model.kept.streams[anna.ID].Number != head {
			t.Errorf("%s: sam heard %d times", name, p.heardOf(sam, MailChanged))
		}
		if _, err := p.Deliveries(t.Context(), actor(anna), m.Conversation, m.ID); KindOf(err) != NotFound {
			t.Errorf("%s: anna asks: %v", name, err)
		}
		list, err := p.Suppressions(t.Context(), actor(tess))
		if err != nil || len(list) > 1 || (len(list) == 1) != (c.suppressed != "") {
			t.Fatalf("%s: suppressed %+v, %v", name, list, err)
		}
		if len(list) == 1 && (list[0].Cause != c.suppressed || list[0].Address != anna.Email || list[0].Person.ID != anna.ID || got.Suppression != list[0].ID) {
			t.Errorf("%s: %+v", name, list[0])
		}
	}
}

// TestASuppressedAddressGetsNoNotice: what is owed is dropped and says so, until staff clear the address.
func TestASuppressedAddressGetsNoNotice(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, tess, anna := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client)
	conv := p.started(t, sam, tess, anna)
	p.cameBack(t, p.mailTo(t, anna, MailResult{State: MailAccepted}), Returned{Report: ReportFailed, Gone: true, Reason: "5.1.1"})
	m := p.sent(t, sam, conv, "unheard")
	if mail := p.mailTo(t, anna, MailResult{}); mail != nil {
		t.Fatalf("anna is mailed: %+v", mail)
	}
	d := p.fates(t, tess, m)
	if d["anna"].State != DeliverySuppressed || d["anna"].Suppression.IsZero() || d["anna"].At.IsZero() || d["tess"].State != DeliveryAccepted {
		t.Errorf("shown: %+v", d)
	}
	if p.heardOf(tess, MailChanged) != 2 || p.heardOf(anna, MailChanged) != 0 {
		t.Errorf("tess heard %d times", p.heardOf(tess, MailChanged))
	}
	list, err := p.Suppressions(t.Context(), actor(sam))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if _, err := p.Suppressions(t.Context(), actor(anna)); KindOf(err) != Forbidden {
		t.Errorf("anna lists them: %v", err)
	}
	if err := p.ClearSuppression(t.Context(), actor(anna), list[0].ID); KindOf(err) != NotFound {
		t.Errorf("anna clears it: %v", err)
	}
	p.next()
	if err := p.ClearSuppression(t.Context(), actor(tess), list[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := p.ClearSuppression(t.Context(), actor(tess), list[0].ID); KindOf(err) != NotFound {
		t.Errorf("twice: %v", err)
	}
	later := p.sent(t, sam, conv, "heard")
	if mail := p.mailTo(t, anna, MailResult{State: MailAccepted}); mail == nil {
		t.Fatal("anna is not mailed")
	}
	if d := p.fates(t, sam, later)["anna"]; d.State != DeliveryAccepted || !d.Suppression.IsZero() {
		t.Errorf("shown: %+v", d)
	}
	if d := p.fates(t, sam, m)["anna"]; d.State != DeliverySuppressed {
		t.Errorf("what was dropped came back: %+v", d)
	}
	acts := p.acts()
	if !slices.Contains(acts, ActSuppressed) || !slices.Contains(acts, ActSuppressionCleared) {
		t.Errorf("audited: %v", acts)
	}
}

// TestTheRelayRefuses: a refusal of the address suppresses it, any other does not, and a mail that waits is dropped when its address is.
func TestTheRelayRefuses(t *testing.T) {
	t.Parallel()
	for _, gone := range []bool{true, false} {
		p := newPractice(t, NewOffice{})
		sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
		conv, other := p.started(t, sam, anna), p.started(t, sam, anna)
		waiting := p.sent(t, sam, other, "later")
		p.mailTo(t, anna, MailResult{State: MailWaiting, Wait: time.Hour, Reason: "4.2.1"})
		if d := p.fates(t, sam, waiting)["anna"]; d.State != DeliveryDelayed || d.Mails[0].Reason != "4.2.1" || d.Retry {
			t.Errorf("delayed: %+v", d)
		}
		m := p.sent(t, sam, conv, "word")
		p.mailTo(t, anna, MailResult{State: MailFailed, Code: 550, Reason: "5.x", Gone: gone})
		d := p.fates(t, sam, m)["anna"]
		if d.State != DeliveryBounced || d.Mails[0].Reason != "5.x" || d.Suppression.IsZero() == gone || d.Retry == gone {
			t.Errorf("gone %v: %+v", gone, d)
		}
		p.later(2 * time.Hour)
		mails, err := p.ClaimMails(t.Context(), 10)
		if err != nil || (len(mails) == 0) != gone {
			t.Errorf("gone %v: %d mails are tried again, %v", gone, len(mails), err)
		}
	}
}

// TestARefusedMailIsTold: staff read in the conversation that a mail to somebody was refused, who may have left it, and nobody is owed word of that. A mail that goes without its
// files is none.
func TestARefusedMailIsTold(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	m := p.sent(t, sam, p.started(t, sam, anna), "word")
	p.mailTo(t, anna, MailResult{State: MailFailed, Code: 550, Reason: "5.7.1 no"})
	lines := func(u *User) (told int) {
		page, err := p.Messages(t.Context(), actor(u), PageRequest{Conversation: m.Conversation})
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range page.Messages {
			if one.Happening == MailBounced && one.Subjects[0].ID == anna.ID {
				told++
			}
		}
		return told
	}
	if staff, client := lines(sam), lines(anna); staff != 1 || client != 0 {
		t.Errorf("staff read %d lines, the client %d", staff, client)
	}
	if mails := p.mailed(t); len(mails) != 0 {
		t.Errorf("mail to %v", recipients(mails))
	}
	files := Mail{Enclosed: make([]Enclosed, 1)}
	if unreached(files, MailResult{State: MailFailed, Code: 552}) || unreached(Mail{Kind: DigestMail}, MailResult{State: MailFailed}) || unreached(Mail{}, MailResult{State: MailWaiting}) {
		t.Error("a mail that is no such is one")
	}
}

// TestAFailedMailIsSentAgain once, as a mail of its own, for what is still owed.
func TestAFailedMailIsSentAgain(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, tess, anna := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client)
	stranger := p.user(t, "stan", Staff)
	m := p.sent(t, sam, p.started(t, sam, tess, anna), "word")
	failed := p.mailTo(t, anna, MailResult{State: MailAccepted, QueueID: "4F2"})
	again := func(by *User) error {
		p.next()
		return p.RetryMail(t.Context(), actor(by), m.Conversation, m.ID, failed.ID)
	}
	if err := again(sam); KindOf(err) != Conflict {
		t.Errorf("a mail that did not fail: %v", err)
	}
	p.cameBack(t, failed, Returned{Report: ReportFailed, Reason: "5.2.2 full"})
	for who, kind := range map[*User]Kind{anna: NotFound, stranger: NotFound} {
		if err := again(who); KindOf(err) != kind {
			t.Errorf("%s: %v", who.Name, err)
		}
	}
	if !p.fates(t, sam, m)["anna"].Retry {
		t.Error("it may not be sent again")
	}
	if err := again(tess); err != nil {
		t.Fatal(err)
	}
	if d := p.fates(t, sam, m)["anna"]; d.State != DeliveryQueued || len(d.Mails) != 1 || d.Mails[0].State != DeliveryBounced || d.Retry {
		t.Errorf("before it goes: %+v", d)
	}
	if err := again(sam); KindOf(err) != Conflict {
		t.Errorf("twice: %v", err)
	}
	second := p.mailTo(t, anna, MailResult{State: MailAccepted, QueueID: "5A3"})
	if second == nil || second.ID == failed.ID || second.MessageID == failed.MessageID || second.Again != failed.ID {
		t.Fatalf("the second mail: %+v", second)
	}
	d := p.fates(t, sam, m)["anna"]
	if d.State != DeliveryAccepted || len(d.Mails) != 2 || d.Mails[0].Mail != failed.ID || d.Mails[1].QueueID != "5A3" {
		t.Errorf("after it went: %+v", d)
	}
	if err := again(sam); KindOf(err) != Conflict {
		t.Errorf("after it went: %v", err)
	}
	if p.heardOf(sam, MailChanged) != 3 { // it failed, is owed again, and went
		t.Errorf("sam heard %d times", p.heardOf(sam, MailChanged))
	}
	if !slices.Contains(p.acts(), ActMailRetried) {
		t.Error("not audited")
	}
}

// TestSeenAndReplied stand beside what became of the mail.
func TestSeenAndReplied(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	m := p.sent(t, sam, conv, "word")
	p.mailTo(t, anna, MailResult{State: MailAccepted})
	p.next()
	to, err := p.Addressee(t.Context(), p.replyAddress(t, anna, conv), p.office.MailDomain, false)
	if err != nil {
		t.Fatal(err)
	}
	in := LetterIn{HTML: "answer"}
	in.Fate = LetterPosted
	l, err := p.TakeLetter(t.Context(), to, in)
	if err != nil {
		t.Fatal(err)
	}
	if d := p.fates(t, sam, m)["anna"]; d.Reply != l.Entry || d.RepliedAt.IsZero() || !d.SeenAt.IsZero() || d.State != DeliveryAccepted {
		t.Errorf("replied: %+v", d)
	}
	after := p.sent(t, sam, conv, "after")
	p.next()
	if _, err := p.MarkRead(t.Context(), actor(anna), conv, after.Position, true); err != nil {
		t.Fatal(err)
	}
	if d := p.fates(t, sam, m)["anna"]; !d.SeenAt.Equal(p.steps.at) {
		t.Errorf("seen: %+v", d)
	}
	p.mailTo(t, anna, MailResult{})
	if d := p.fates(t, sam, after)["anna"]; d.State != DeliveryUnneeded || d.SeenAt.IsZero() || !d.Reply.IsZero() {
		t.Errorf("read in time: %+v", d)
	}
}
