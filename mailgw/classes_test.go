package mailgw

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"postern/chat"
)

var errBroken = errors.New("broken on purpose")

// TestQuarantine: a letter from somebody else is a grey line for staff, and nothing at all for contacts.
func TestQuarantine(t *testing.T) {
	t.Parallel()
	for name, from := range map[string]string{
		"another address":       "Anna <anna@attacker.example>",
		"the address as a name": `"anna@client.example" <anna@attacker.example>`,
		"another participant's": "bert@client.example",
		"staff's":               "sam@client.example",
		"a lookalike":           "Anna <аnna@client.example>",
		"several authors":       "anna@client.example, bert@client.example",
		"a subdomain":           "anna@client.example.attacker.example",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			before := w.everything(w.anna)
			d := w.serve().talk(t)
			same(t, "reply", d.post("anna@client.example", written(from, "Message-ID: <q@client.example>", "", "Pay to this account."), w.reply(w.anna, w.conversation))[:3], "250")
			same(t, "lines", w.lines(), []chat.Happening{chat.LetterHeld})
			same(t, "ledger", w.ledger(chat.MailIn), []string{"250 quarantined"})
			same(t, "what anna sees", w.everything(w.anna), before)
			same(t, "messages", len(w.letters()), 0)
			lines := w.thread(w.sam)
			l := w.letter(lines[len(lines)-1].Letter)
			if !strings.Contains(w.raw(l), "Pay to this account") {
				t.Error("the letter was not kept")
			}
		})
	}
}

// everything is what a user's API shows of the conversation, and of their list and stream.
func (w *world) everything(u chat.User) string {
	w.Helper()
	page, err := w.Messages(w.Context(), actor(u), chat.PageRequest{Conversation: w.conversation, Limit: 100})
	if err != nil {
		w.Fatal(err)
	}
	shown, err := w.Conversation(w.Context(), actor(u), w.conversation)
	if err != nil {
		w.Fatal(err)
	}
	rows, err := w.Rows(w.Context(), actor(u), chat.RowsRequest{List: chat.Inbox})
	if err != nil {
		w.Fatal(err)
	}
	all, err := json.Marshal([]any{page, shown, rows})
	if err != nil {
		w.Fatal(err)
	}
	return string(all)
}

// TestTwoFroms: nobody can say whose it is.
func TestTwoFroms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.serve().talk(t)
	to := w.reply(w.anna, w.conversation)
	same(t, "two", d.post("anna@client.example", "From: bert@client.example\r\n"+plainLetter("two", "Hello."), to), "550 5.6.0 the message has several From fields")
	same(t, "none", d.post("anna@client.example", "Subject: x\r\n\r\nHello.\r\n", to), "550 5.6.0 the message has no From field")
	same(t, "ledger", w.ledger(chat.MailIn), []string{"550 refused", "550 refused"})
	same(t, "messages", len(w.thread(w.sam)), 1)
}

// TestPrograms: what a program sent is a grey line for staff or nothing, never a message, and no mail goes because of it.
func TestPrograms(t *testing.T) {
	t.Parallel()
	auto := written("anna@client.example", "Auto-Submitted: auto-replied", "Message-ID: <auto@client.example>", "", "I am away.")
	dsn := strings.ReplaceAll(report("5.1.1", "failed", "550 5.1.1 no such user"), "\n", "\r\n")
	for name, c := range map[string]struct {
		sender, letter string
		lines          []chat.Happening
		fate           string
	}{
		"a robot's answer":          {"anna@client.example", auto, []chat.Happening{chat.AutoReplied}, "auto_reply"},
		"from the null sender":      {"", plainLetter("null", "I am away too."), []chat.Happening{chat.AutoReplied}, "auto_reply"},
		"a delivery report":         {"", dsn, []chat.Happening{chat.MailBounced}, "bounced"},
		"a delay":                   {"", strings.ReplaceAll(report("4.4.1", "delayed", "no answer"), "\n", "\r\n"), nil, "report"},
		"our own mail":              {"anna@client.example", written("x@"+domain, "X-Postern-Office: "+domain, "Auto-Submitted: auto-generated", "", "A message waits."), nil, "dropped"},
		"another office's own mail": {"anna@client.example", written("x@other.example", "X-Postern-Office: other.example", "Auto-Submitted: auto-generated", "", "A message waits."), []chat.Happening{chat.AutoReplied}, "auto_reply"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.settleAll()
			before := w.everything(w.anna)
			d := w.serve().talk(t)
			to := w.reply(w.anna, w.conversation)
			for range 3 {
				same(t, "reply", d.post(c.sender, c.letter, to)[:3], "250")
			}
			same(t, "lines", w.lines(), c.lines)
			same(t, "ledger", w.ledger(chat.MailIn), []string{"250 " + c.fate, "250 again", "250 again"})
			same(t, "messages", len(w.letters()), 0)
			same(t, "what anna sees", w.everything(w.anna), before)
			same(t, "mails because of it", w.settleAll(), 0)
		})
	}
}

// settleAll sends what is due, nowhere, and says how many mails that was.
func (w *world) settleAll() (n int) {
	w.Helper()
	claims, err := w.ClaimNotices(w.Context(), 1000)
	if err != nil {
		w.Fatal(err)
	}
	for _, c := range claims {
		m, err := w.PrepareMail(w.Context(), c)
		if err != nil {
			w.Fatal(err)
		}
		if m == nil {
			continue
		}
		n++
		if err := w.FinishMail(w.Context(), *m, chat.MailResult{State: chat.MailAccepted, Code: 250}); err != nil {
			w.Fatal(err)
		}
	}
	return n
}

// report is a delivery report (RFC 3464).
func report(status, action, said string) string {
	return `From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: someone@mail.example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <` + status + `@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Your mail did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; anna@client.example
Action: ` + action + `
Status: ` + status + `
Diagnostic-Code: smtp; ` + said + `
--b--
`
}

// TestReturnPath: what comes back for a mail is in the ledger beside it, and staff see a failure or a robot's answer once.
func TestReturnPath(t *testing.T) {
	t.Parallel()
	w := newWorld(t, inPrivacy)
	mail := w.mailTo(w.anna)
	failed := strings.ReplaceAll(report("5.1.1", "failed", "550 5.1.1 no such user"), "\n", "\r\n")
	d := w.serve().talk(t)
	for range 2 {
		same(t, "report", d.post("", failed, mail.From)[:3], "250")
	}
	same(t, "delay", d.post("", strings.ReplaceAll(report("4.4.1", "delayed", "no answer"), "\n", "\r\n"), mail.From)[:3], "250")
	same(t, "robot", d.post("", written("anna@client.example", "Auto-Submitted: auto-replied", "", "I am away."), mail.From)[:3], "250")
	same(t, "a person", d.post("anna@client.example", plainLetter("person", "My answer."), mail.From),
		"550 5.7.1 This address only takes delivery reports. Answer to the address in Reply-To")
	same(t, "lines", w.lines(), []chat.Happening{chat.MailBounced, chat.AutoReplied})
	same(t, "ledger", w.ledger(chat.MailIn), []string{"250 bounced", "250 again", "250 report", "250 auto_reply", "550 refused"})
	rows := w.ledgerRows(chat.MailIn)
	same(t, "of the mail", []any{rows[0].Mail, rows[0].Office, rows[0].Reason}, []any{mail.ID, w.office.ID, "5.1.1 550 5.1.1 no such user"})
	same(t, "reports in anna's thread", strings.Contains(w.everything(w.anna), "mail_bounced"), false)
	same(t, "nobody is owed a mail", w.settleAll(), 0)
}

// TestReturnPathOfAnInvitation: there is no conversation to tell; the ledger has it.
func TestReturnPathOfAnInvitation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.Invite(t.Context(), actor(w.olga), chat.Invitation{Name: "New", Email: "new@client.example", Role: chat.Client}); err != nil {
		t.Fatal(err)
	}
	mails, err := w.ClaimMails(t.Context(), 9)
	if err != nil || len(mails) != 1 {
		t.Fatalf("%d mails, %v", len(mails), err)
	}
	d := w.serve().talk(t)
	for range 2 {
		same(t, "report", d.post("", strings.ReplaceAll(report("5.1.1", "failed", "no"), "\n", "\r\n"), mails[0].From)[:3], "250")
	}
	same(t, "ledger", w.ledger(chat.MailIn), []string{"250 bounced", "250 again"})
}

// mailTo is the mail that the user is owed.
func (w *world) mailTo(u chat.User) (found chat.Mail) {
	w.Helper()
	w.settleAll()
	w.view(func(r chat.Reader) error {
		mails, err := r.Mails(w.Context(), w.office.ID, u.ID, w.conversation, 1)
		if err == nil {
			found = mails[0]
		}
		return err
	})
	return found
}
