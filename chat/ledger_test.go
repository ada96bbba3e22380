package chat

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestWhatOthersQuoteIsConcealed: what a relay or a report says stands in the ledger, at the mail, at the suppression and on the letter, and names no address of
// ours that could be written to.
func TestWhatOthersQuoteIsConcealed(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	p.sent(t, sam, conv, "word")
	reply := p.Addresses.Reply(ReplyAddress{Office: p.office.ID, Reply: 1 << 40}) + "@" + p.office.MailDomain
	said := "5.1.1 <" + reply + ">: no such user"
	mail := p.mailTo(t, anna, MailResult{State: MailFailed, Code: 550, Reason: said, QueueID: reply, Gone: true})
	p.cameBack(t, mail, Returned{Report: ReportFailed, Reason: said})
	p.next()
	to, err := p.Addressee(t.Context(), p.replyAddress(t, anna, conv), p.office.MailDomain, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.TakeLetter(t.Context(), to, LetterIn{Letter: Letter{Fate: LetterBounced, Reason: said, Once: [32]byte{1}}}); err != nil {
		t.Fatal(err)
	}
	page, err := p.Ledger(t.Context(), actor(sam), LedgerRequest{})
	if err != nil || len(page.Rows) != 3 {
		t.Fatalf("%+v, %v", page.Rows, err)
	}
	suppressed, err := p.Suppressions(t.Context(), actor(sam))
	if err != nil || len(suppressed) != 1 {
		t.Fatalf("%+v, %v", suppressed, err)
	}
	now := p.model.kept.mails[mail.ID]
	shown := []string{suppressed[0].Reason, now.Reason, now.QueueID, now.ReportReason}
	for _, row := range page.Rows {
		shown = append(shown, row.Reason)
	}
	for _, text := range shown {
		if strings.Contains(text, reply) || !strings.Contains(text, reply[:8]+"…@") {
			t.Errorf("shown: %s", text)
		}
	}
}

// TestTheLedgerIsForStaffOfItsOffice: they find what came and went, page by page, and no address of ours that could be written to.
func TestTheLedgerIsForStaffOfItsOffice(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	m := p.sent(t, sam, conv, "word")
	mail := p.mailTo(t, anna, MailResult{State: MailFailed, Code: 550, Reason: "5.1.1 no such user"})
	reply := p.Addresses.Reply(ReplyAddress{Office: p.office.ID, Reply: 1 << 40}) + "@" + p.office.MailDomain
	for _, row := range []LedgerRow{
		{Office: p.office.ID, Direction: MailIn, EnvelopeFrom: anna.Email, EnvelopeTo: reply, Fate: "refused"},
		{Direction: MailIn, EnvelopeFrom: anna.Email, EnvelopeTo: "stranger@nowhere.example", Fate: "refused"},
		{Office: ID{9}, Direction: MailIn, EnvelopeFrom: anna.Email, EnvelopeTo: reply, Fate: "refused"},
	} {
		p.next()
		if err := p.LogMail(t.Context(), row); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(u *User, r LedgerRequest) LedgerPage {
		t.Helper()
		page, err := p.Ledger(t.Context(), actor(u), r)
		if err != nil {
			t.Fatalf("%+v: %v", r, err)
		}
		return page
	}
	all := ask(sam, LedgerRequest{}).Rows
	if len(all) != 2 || all[1].Fate != "refused" || all[0].Mail != mail.ID || all[0].Reason != "5.1.1 no such user" {
		t.Fatalf("of message %s: %+v", m.ID, all)
	}
	if got := all[1].EnvelopeTo; got == reply || !strings.HasPrefix(got, reply[:8]+"…@") {
		t.Errorf("the reply address is shown: %s", got)
	}
	if whole, err := p.LedgerOf(t.Context(), ID{}, LedgerRequest{}); err != nil || len(whole.Rows) != 4 || whole.Rows[2].EnvelopeTo != "stranger@nowhere.example" {
		t.Errorf("the operator is shown %+v, %v", whole, err)
	}
	first := ask(sam, LedgerRequest{Limit: 1})
	second := ask(sam, LedgerRequest{Limit: 1, Next: first.Next})
	if got := slices.Concat(first.Rows, second.Rows); len(got) != 2 || got[0].ID != all[0].ID || got[1].ID != all[1].ID {
		t.Errorf("by pages: %+v", got)
	}
	for what, c := range map[string]struct {
		r    LedgerRequest
		want int
	}{
		"her address, as she writes it": {LedgerRequest{Address: " " + strings.ToUpper(anna.Email)}, 2},
		"its beginning":                 {LedgerRequest{Address: anna.Email[:3]}, 2},
		"somebody else's":               {LedgerRequest{Address: "zoe@"}, 0},
		"out":                           {LedgerRequest{Direction: MailOut}, 1},
		"failed":                        {LedgerRequest{Fate: "failed"}, 1},
		"later":                         {LedgerRequest{Since: p.now().Add(time.Hour)}, 0},
		"before":                        {LedgerRequest{Until: all[0].At}, 1},
	} {
		if got := ask(sam, c.r).Rows; len(got) != c.want {
			t.Errorf("%s: %+v", what, got)
		}
	}
	for what, c := range map[string]struct {
		by   *User
		r    LedgerRequest
		kind Kind
	}{
		"a contact":        {anna, LedgerRequest{}, Forbidden},
		"another way":      {sam, LedgerRequest{Direction: "sideways"}, Invalid},
		"no fate":          {sam, LedgerRequest{Fate: "lost"}, Invalid},
		"too long":         {sam, LedgerRequest{Address: strings.Repeat("a", 321)}, TooLarge},
		"no page's `next`": {sam, LedgerRequest{Next: "x"}, Invalid},
	} {
		if _, err := p.Ledger(t.Context(), actor(c.by), c.r); KindOf(err) != c.kind {
			t.Errorf("%s: %v", what, err)
		}
	}
}
