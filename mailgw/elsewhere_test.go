package mailgw

import (
	"strings"
	"testing"

	"postern/chat"
)

// returning puts lines into a report: fields of the delivery status, and the header of the mail that it returns.
func returning(report, status, header string) string {
	report = strings.Replace(report, "Reporting-MTA: dns; mx.example\n", "Reporting-MTA: dns; mx.example\n"+status, 1)
	return strings.ReplaceAll(strings.TrimSuffix(report, "--b--\n")+"--b\nContent-Type: text/rfc822-headers\n\n"+header+"Subject: Word\n\n--b--\n", "\n", "\r\n")
}

// complaint is a report of a feedback loop (RFC 5965).
func complaint(from, header string) string {
	return strings.ReplaceAll(`From: Feedback Loop <fbl@provider.example>
To: abuse@mail.example.org
Subject: Abuse report
Message-ID: <fbl@provider.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

Somebody called this mail unwanted.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Loop/1.0
Version: 1
Original-Mail-From: <`+from+`>

--b
Content-Type: text/rfc822-headers

`+header+`Subject: Word

--b--
`, "\n", "\r\n")
}

// TestReportsElsewhere: what comes to a reply address or a desk counts for the mail that it proves to be about, and for no other.
func TestReportsElsewhere(t *testing.T) {
	t.Parallel()
	failed := report("5.1.1", "failed", "550 5.1.1 no such user")
	bounced, held := []chat.Happening{chat.MailBounced}, []chat.Happening(nil)
	for name, c := range map[string]struct {
		letter     func(w *world, annas, berts chat.Mail) string
		desk       bool
		report     chat.MailReport
		suppressed int
		lines      []chat.Happening
		forwarded  bool
	}{
		"by its Message-ID, which others may know": {func(_ *world, annas, _ chat.Mail) string {
			return returning(failed, "", "Message-ID: <"+annas.MessageID+">\n")
		}, false, chat.ReportFailed, 0, bounced, false},
		"by its return path": {func(_ *world, annas, _ chat.Mail) string {
			return returning(failed, "X-Postfix-Sender: rfc822; "+annas.From+"\n", "")
		}, false, chat.ReportFailed, 1, bounced, false},
		"by the Return-Path that it arrived with": {func(_ *world, annas, _ chat.Mail) string {
			return returning(failed, "", "Return-Path: <"+strings.ToUpper(annas.From)+">\n")
		}, false, chat.ReportFailed, 1, bounced, false},
		"of no mail of ours": {func(*world, chat.Mail, chat.Mail) string {
			return returning(failed, "", "Message-ID: <made-up@mail.example.org>\nReturn-Path: <b-made-up@mail.example.org>\n")
		}, false, "", 0, bounced, false},
		"of another's mail": {func(_ *world, _, berts chat.Mail) string {
			return returning(failed, "", "Message-ID: <"+berts.MessageID+">\n")
		}, false, "", 0, bounced, false},
		"of another recipient": {func(_ *world, annas, _ chat.Mail) string {
			return returning(strings.ReplaceAll(failed, "anna@client.example", "zoe@elsewhere.example"), "", "Message-ID: <"+annas.MessageID+">\n")
		}, false, "", 0, bounced, false},
		"a complaint at the desk": {func(_ *world, annas, _ chat.Mail) string {
			return complaint(annas.From, "")
		}, true, chat.ReportComplained, 1, held, false},
		"a complaint by Message-ID at the desk": {func(_ *world, annas, _ chat.Mail) string {
			return complaint("fbl@provider.example", "Message-ID: <"+annas.MessageID+">\n")
		}, true, "", 0, held, true},
		"a complaint with a return path made up": {func(_ *world, annas, _ chat.Mail) string {
			return complaint("b-"+strings.Repeat("a", 44)+"@"+domain, "")
		}, true, "", 0, held, true},
		"a complaint of another office's mail": {func(w *world, annas, _ chat.Mail) string {
			return complaint(strings.Replace(annas.From, domain, w.newOffice("other.example.org").MailDomain, 1), "")
		}, true, "", 0, held, true},
		"a complaint at the reply address, by Message-ID": {func(_ *world, annas, _ chat.Mail) string {
			return complaint("fbl@provider.example", "Message-ID: <"+annas.MessageID+">\n")
		}, false, chat.ReportComplained, 0, held, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			annas := w.mailTo(w.anna)
			berts := w.mailTo(w.bert)
			to := w.reply(w.anna, w.conversation)
			if c.desk {
				to = "abuse@" + domain
			}
			d := w.serve().talk(t)
			raw := c.letter(w, annas, berts)
			for range 2 {
				same(t, "reply", d.post("", raw, to)[:3], "250")
			}
			same(t, "of anna's", w.mailTo(w.anna).Report, c.report)
			same(t, "of bert's", w.mailTo(w.bert).Report, chat.MailReport(""))
			suppressed, err := w.Suppressions(t.Context(), actor(w.sam))
			if err != nil {
				t.Fatal(err)
			}
			same(t, "suppressed", len(suppressed), c.suppressed)
			same(t, "lines", w.lines(), c.lines)
			forwarded := false
			for _, row := range w.ledgerRows(chat.MailIn) {
				forwarded = forwarded || strings.HasPrefix(row.Reason, "for abuse")
			}
			same(t, "forwarded", forwarded, c.forwarded)
		})
	}
}
