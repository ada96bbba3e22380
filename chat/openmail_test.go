package chat

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"testing"
)

// mailOpening is an office whose mails have content: anna was written to, and her mail failed and was sent again.
type mailOpening struct {
	*practice
	sam, tess, anna *User
	message         Message
	first, second   *Mail
}

func newMailOpening(t *testing.T, mode Mode) *mailOpening {
	t.Helper()
	o := &mailOpening{practice: newPractice(t, NewOffice{Mode: mode})}
	o.sam, o.tess, o.anna = o.user(t, "sam", Owner), o.user(t, "tess", Staff), o.user(t, "anna", Client)
	conv := o.started(t, o.sam, o.anna)
	o.mailTo(t, o.anna, MailResult{State: MailAccepted})
	o.next()
	if _, err := o.Add(t.Context(), actor(o.sam), conv, []ID{o.tess.ID}, new(false)); err != nil {
		t.Fatal(err)
	}
	o.message = o.sent(t, o.sam, conv, "kumquat")
	o.first = o.mailTo(t, o.anna, MailResult{State: MailAccepted})
	o.cameBack(t, o.first, Returned{Report: ReportFailed, Reason: "5.2.2 full"})
	o.next()
	if err := o.RetryMail(t.Context(), actor(o.sam), conv, o.message.ID, o.first.ID); err != nil {
		t.Fatal(err)
	}
	o.second = o.mailTo(t, o.anna, MailResult{State: MailAccepted, QueueID: "5A3"})
	return o
}

func (o *mailOpening) open(t *testing.T, by *User, m *Mail) OpenedMail {
	t.Helper()
	o.next()
	opened, err := o.OpenMail(t.Context(), actor(by), o.message.Conversation, o.message.ID, m.ID)
	if err != nil {
		t.Fatalf("%s opens it: %v", by.Name, err)
	}
	return opened
}

// noted counts how often a mail's content was put on record as shown.
func (o *mailOpening) noted() (n int) {
	for _, act := range o.acts() {
		if act == ActMailOpened {
			n++
		}
	}
	return n
}

// TestStaffOpenTheMailThatARecipientGot (F25): its bytes, on record, with our own addresses concealed.
func TestStaffOpenTheMailThatARecipientGot(t *testing.T) {
	t.Parallel()
	o := newMailOpening(t, Convenience)
	got := o.open(t, o.sam, o.second)
	if got.Content.Text != string(o.second.Raw) || got.To != o.anna.Email || got.Mode != Convenience || got.QueueID != "5A3" || got.Withheld != "" {
		t.Errorf("opened %+v", got)
	}
	if value := got.Content.Header[0].Value; value != "Office <r.0.1099…@mail.example.org>" {
		t.Errorf("the reply address reads %q", value)
	}
	if o.noted() != 1 {
		t.Errorf("on record %d times", o.noted())
	}
	for who, kind := range map[*User]Kind{o.anna: NotFound, o.user(t, "stan", Owner): NotFound} {
		if _, err := o.OpenMail(t.Context(), actor(who), o.message.Conversation, o.message.ID, o.second.ID); KindOf(err) != kind {
			t.Errorf("%s: %v", who.Name, err)
		}
	}
	if _, err := o.OpenMail(t.Context(), actor(o.sam), o.message.Conversation, o.message.ID, ID{7}); KindOf(err) != NotFound {
		t.Errorf("no such mail: %v", err)
	}
	other := o.sent(t, o.sam, o.message.Conversation, "another")
	if _, err := o.OpenMail(t.Context(), actor(o.sam), other.Conversation, other.ID, o.second.ID); KindOf(err) != NotFound {
		t.Errorf("of a message that it does not tell of: %v", err)
	}
	if o.noted() != 1 {
		t.Errorf("what was refused is on record as shown")
	}
}

// TestAMailShowsNoMoreThanItsReaderMaySee: who came later sees what tells of nothing before, and what was retracted is shown to nobody.
func TestAMailShowsNoMoreThanItsReaderMaySee(t *testing.T) {
	t.Parallel()
	o := newMailOpening(t, Convenience)
	if got := o.open(t, o.tess, o.second); got.Withheld != withheldEarlier || got.Content.Text != "" {
		t.Errorf("what was before tess is folded under: %+v", got)
	}
	for range mostEarlier {
		o.sent(t, o.sam, o.message.Conversation, "satsuma")
	}
	o.mailTo(t, o.anna, MailResult{State: MailAccepted})
	later := *o
	later.message = o.sent(t, o.sam, o.message.Conversation, "tangerine")
	if got := later.open(t, o.tess, o.mailTo(t, o.anna, MailResult{State: MailAccepted})); got.Withheld != "" || got.Content.Text == "" {
		t.Errorf("tess was there for all of the last: %+v", got)
	}
	if got := o.open(t, o.tess, o.first); got.Withheld != withheldEarlier || len(got.Content.Header) != 0 || got.Content.Text != "" {
		t.Errorf("what the first told of is not known any more: %+v", got)
	}
	if got := o.open(t, o.sam, o.first); got.Withheld != "" {
		t.Errorf("sam was there from the first: %+v", got)
	}
	before := o.noted()
	o.next()
	if _, err := o.Retract(t.Context(), actor(o.sam), o.message.Conversation, o.message.ID); err != nil {
		t.Fatal(err)
	}
	for _, m := range []*Mail{o.first, o.second} {
		if got := o.open(t, o.sam, m); got.Withheld != withheldRetracted || got.Content.Text != "" || got.Content.HTML != "" {
			t.Errorf("retracted, and shown: %+v", got)
		}
	}
	if o.noted() != before {
		t.Error("what was withheld is on record as shown")
	}
}

// TestAMailWithoutContentIsNoSecret: that a message waits may be looked at without a trace.
func TestAMailWithoutContentIsNoSecret(t *testing.T) {
	t.Parallel()
	o := newMailOpening(t, Privacy)
	if got := o.open(t, o.tess, o.first); got.Content.Text == "" || strings.Contains(got.Content.Text, "kumquat") || o.noted() != 0 {
		t.Errorf("opened %+v, on record %d times", got, o.noted())
	}
}

// twiceRun is a store whose next update runs twice: between the two, something else is committed.
type twiceRun struct {
	*model
	between func()
}

func (s *twiceRun) Update(ctx context.Context, do func(Tx) error) ([]Told, error) {
	if between := s.between; between != nil {
		s.between = nil
		lost := errors.New("it met another")
		if _, err := s.model.Update(ctx, func(tx Tx) error { return cmp.Or(do(tx), lost) }); !errors.Is(err, lost) {
			return nil, err
		}
		between()
	}
	return s.model.Update(ctx, do)
}

// TestAMailIsShownAsOfTheCommit: what a run that came to nothing had read is shown to nobody.
func TestAMailIsShownAsOfTheCommit(t *testing.T) {
	t.Parallel()
	o := newMailOpening(t, Convenience)
	store := &twiceRun{model: o.model}
	o.Store = store
	store.between = func() {
		o.next()
		if _, err := o.Retract(t.Context(), actor(o.sam), o.message.Conversation, o.message.ID); err != nil {
			t.Error(err)
		}
	}
	if got := o.open(t, o.sam, o.second); got.Withheld != withheldRetracted || got.Content.Text != "" || len(got.Content.Header) != 0 {
		t.Errorf("retracted, and shown: %+v", got)
	}
}
