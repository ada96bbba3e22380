package mailgw

import (
	"strings"
	"testing"
	"time"

	"postern/chat"
)

// TestWhatWaitsGoesAsOfNow: a mail that the relay did not take yet is not sent to somebody who has read or left meanwhile, and never says more than
// mails may say by the time it goes.
func TestWhatWaitsGoesAsOfNow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		office  func(*chat.NewOffice)
		happens func(*world)
		states  []string // of Anna's mails, newest first
		ledger  string   // what became of the mail that waited
		private bool
	}{
		"nothing happened":        {happens: func(*world) {}, states: []string{"accepted 2 0"}},
		"switched to privacy":     {happens: func(w *world) { w.mode(chat.Privacy) }, states: []string{"accepted 2 0", "dropped 2 0"}, ledger: "composed anew: mails may say less by now", private: true},
		"a careful account":       {happens: (*world).strictAccount, states: []string{"accepted 2 0", "dropped 2 0"}, ledger: "composed anew: mails may say less by now", private: true},
		"switched to convenience": {office: inPrivacy, happens: func(w *world) { w.mode(chat.Convenience) }, states: []string{"accepted 2 0"}, private: true},
		"removed":                 {happens: func(w *world) { w.remove(w.anna) }, states: []string{"dropped 2 0"}, ledger: "read meanwhile, or no longer allowed"},
		"without the permission":  {happens: func(w *world) { w.change(w.anna, func(u *chat.User) { u.MayMessage = false }) }, states: []string{"dropped 2 0"}, ledger: "read meanwhile, or no longer allowed"},
		"read": {happens: func(w *world) {
			if _, err := w.MarkRead(w.Context(), actor(w.anna), w.conversation, 1<<20, true); err != nil {
				w.Fatal(err)
			}
		}, states: []string{"dropped 2 0"}, ledger: "read meanwhile, or no longer allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			office := c.office
			if office == nil {
				office = func(*chat.NewOffice) {}
			}
			w := newWorld(t, office)
			first := w.waiting()
			c.happens(w)
			box := &postbox{}
			stop := w.sender(box)
			waitFor(t, func() bool {
				s := w.states(w.anna)
				return strings.HasPrefix(s[0], "accepted") || len(box.taken()) >= 2 && s[0] != "waiting 1 0"
			})
			stop()
			same(t, "mails", w.states(w.anna), c.states)
			for _, m := range box.taken() {
				if m.to == w.anna.Email {
					same(t, "private", !strings.Contains(m.l.Subject+m.l.Text+m.l.HTML, "VAT return"), c.private)
					same(t, "the same mail", m.id == first.ID.String(), c.ledger == "")
				}
			}
			said := ""
			for _, row := range w.ledgerRows(chat.MailOut) {
				if row.Mail == first.ID && row.Fate == "dropped" {
					said = row.Reason
				}
			}
			same(t, "ledger", said, c.ledger)
		})
	}
}

// waiting lets one attempt fail for everybody, and gives Anna's mail.
func (w *world) waiting() (annas chat.Mail) {
	w.Helper()
	claims, err := w.ClaimNotices(w.Context(), 100)
	if err != nil {
		w.Fatal(err)
	}
	for _, claim := range claims {
		m, err := w.PrepareMail(w.Context(), claim)
		if err != nil {
			w.Fatal(err)
		}
		if err := w.FinishMail(w.Context(), *m, chat.MailResult{State: chat.MailWaiting, Wait: -time.Minute}); err != nil {
			w.Fatal(err)
		}
		if m.Recipient == w.anna.ID {
			annas = *m
		}
	}
	return annas
}
