package letter

import (
	"strings"
	"testing"
)

func TestClasses(t *testing.T) {
	t.Parallel()
	null := Envelope{NullSender: true}
	own := Envelope{Own: func(l *Letter) bool { return l.Header.Has("X-Ours") }}
	for _, c := range []struct {
		name   string
		header string
		body   string
		env    Envelope
		class  Class
		fate   Fate
	}{
		{"a person", "Subject: Hello", "hi", Envelope{}, ClassHuman, AcceptReply},
		{"ours", "X-Ours: yes\nAuto-Submitted: auto-generated", "hi", own, ClassOwn, DropAuto},
		{"not ours", "Subject: Hello", "hi", own, ClassHuman, AcceptReply},

		{"auto-replied", "Auto-Submitted: auto-replied", "away", Envelope{}, ClassAutoReply, DropAuto},
		{"auto-generated with a comment", "Auto-Submitted: Auto-Generated (by rule)", "away", Envelope{}, ClassAutoReply, DropAuto},
		{"auto-notified with parameters", "Auto-Submitted: auto-notified; owner-email=x@example.com", "away", Envelope{}, ClassAutoReply, DropAuto},
		{"says no", "Auto-Submitted: no\nSubject: Automatic reply: x", "hi", Envelope{}, ClassHuman, AcceptReply},
		{"X-Autoreply", "X-Autoreply: yes", "away", Envelope{}, ClassAutoReply, DropAuto},
		{"X-Autoreply no", "X-Autoreply: no", "hi", Envelope{}, ClassHuman, AcceptReply},
		{"X-Autorespond with a subject", "X-Autorespond: Re: your mail", "away", Envelope{}, ClassAutoReply, DropAuto},
		{"Precedence auto_reply", "Precedence: auto_reply", "away", Envelope{}, ClassAutoReply, DropAuto},
		{"Apple", "X-Apple-Action: VACATION", "away", Envelope{}, ClassAutoReply, DropAuto},
		{"null sender", "Subject: Away", "away", null, ClassAutoReply, DropAuto},
		{"Exchange", "Subject: Automatic reply: x\nX-Auto-Response-Suppress: All", "away", Envelope{}, ClassAutoReply, DropAuto},
		{"Exchange in German", "Subject: Automatische Antwort: x\nX-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply", "weg", Envelope{}, ClassAutoReply, DropAuto},
		{"older Exchange", "Subject: Out of Office: x\nX-Auto-Response-Suppress: All", "away", Envelope{}, ClassAutoReply, DropAuto},
		{"inside return path", "Return-Path: <>\nSubject: Risposta automatica: x", "via", Envelope{}, ClassAutoReply, DropAuto},
		{"subject alone", "Subject: Automatic reply: x", "away", Envelope{}, ClassHuman, Quarantine},
		{"subject alone in Japanese", "Subject: 自動応答: x", "外出中です", Envelope{}, ClassHuman, Quarantine},
		{"person's Exchange", "Subject: Documents\nX-Auto-Response-Suppress: DR, OOF, AutoReply", "hi", Envelope{}, ClassHuman, AcceptReply},
		{"answer to an auto-reply", "Subject: Re: Automatic reply: x", "hi", Envelope{}, ClassHuman, AcceptReply},
		{"answer in German", "Subject: AW: Automatische Antwort: x", "hallo", Envelope{}, ClassHuman, AcceptReply},
		{"person about being away", "Subject: Out of office: 5 to 9 May", "I shall be out of the office", Envelope{}, ClassHuman, AcceptReply},
		{"person about being away in German", "Subject: Abwesenheit", "Ich bin nicht im Büro", Envelope{}, ClassHuman, AcceptReply},
		{"person about automatic replies", "Subject: Automatic replies are broken", "please look", Envelope{}, ClassHuman, AcceptReply},
		{"person about a car", "Subject: Auto: Versicherung", "bitte", Envelope{}, ClassHuman, AcceptReply},

		{"list", "List-Id: <x.example.com>", "hi", Envelope{}, ClassList, DropAuto},
		{"newsletter", "List-Unsubscribe: <mailto:x@example.com>", "buy", Envelope{}, ClassList, DropAuto},
		{"bulk", "Precedence: bulk", "buy", Envelope{}, ClassList, DropAuto},
		{"empty List-Id", "List-Id:", "hi", Envelope{}, ClassHuman, AcceptReply},
		{"first-class", "Precedence: first-class", "hi", Envelope{}, ClassHuman, AcceptReply},
		{"vacation through a list", "List-Id: <x.example.com>\nAuto-Submitted: auto-replied", "away", Envelope{}, ClassAutoReply, DropAuto},

		{"DMARC report", "Subject: Report Domain: example.com Submitter: x Report-ID: 1", "see attached", Envelope{}, ClassReport, ReportIgnore},
		{"person about a report", "Subject: Report for our domain", "see attached", Envelope{}, ClassHuman, AcceptReply},
		{"receipt", "Content-Type: multipart/report; report-type=disposition-notification; boundary=b", "--b\n\nread\n--b--", Envelope{}, ClassMDN, DropAuto},
		{"TLS report", "Content-Type: multipart/report; report-type=tlsrpt; boundary=b", "--b\n\nsee\n--b--", Envelope{}, ClassReport, ReportIgnore},

		{"person about undelivered mail", "Subject: Undeliverable: is this from you?", "I got: delivery to the following recipient failed", Envelope{}, ClassHuman, AcceptReply},
		{"person forwards a report", "Subject: Fwd: failure\nContent-Type: multipart/mixed; boundary=b",
			"--b\n\nwhat is this?\n--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b\nAction: failed\n--b--", Envelope{}, ClassHuman, AcceptWithAttachments},
		{"postmaster who is a person", "From: postmaster@example.com\nSubject: Your account", "please call me", Envelope{}, ClassHuman, AcceptReply},
		{"null author", "From: <>\nSubject: Mail delivery failed", "sorry", Envelope{}, ClassDSN, Bounce},
		{"author without a domain", "From: Mail Delivery Subsystem <MAILER-DAEMON>", "sorry", Envelope{}, ClassDSN, Bounce},
		{"null sender that says no", "Auto-Submitted: no", "hi", null, ClassAutoReply, DropAuto},
		{"Outlook.com's complaint", "Subject: complaint about message from 192.0.2.1\nContent-Type: message/rfc822", "X-HmXmrOriginalRecipient: a@example.com\nMessage-ID: <x@y>\n\nhi", Envelope{}, ClassARF, ComplaintFate},
		{"postmaster who is not", "From: postmaster@example.com\nSubject: Undeliverable: x", "sorry", Envelope{}, ClassDSN, Bounce},
		{"mailer daemon without known words", "From: MAILER-DAEMON@example.com\nSubject: xyzzy", "plugh", Envelope{}, ClassDSN, Bounce},

		{"two ids in one", "Message-ID: <a@b@c>", "hi", Envelope{}, ClassHuman, Quarantine},
		{"only a subject", "Subject: Yes, agreed", "", Envelope{}, ClassHuman, AcceptReply},
		{"nothing", "Subject:", " \n", Envelope{}, ClassHuman, Quarantine},
		{"only a picture", "Content-Type: text/html", `<p><img src="https://example.com/x.png"></p>`, Envelope{}, ClassHuman, AcceptReply},
		{"empty HTML", "Content-Type: text/html", "<p><br></p>", Envelope{}, ClassHuman, Quarantine},
	} {
		if !strings.HasPrefix(c.header, "From:") {
			c.header = "From: anna@example.com\n" + c.header
		}
		v := Judge(read(c.header+"\n\n"+c.body), c.env)
		if v.Class != c.class || v.Fate != c.fate {
			t.Errorf("%s: %s, %s (%s), want %s, %s", c.name, v.Class, v.Fate, v.Reason, c.class, c.fate)
		}
		if v.Reason == "" || strings.ContainsAny(v.Reason, "\r\n") {
			t.Errorf("%s: reason %q", c.name, v.Reason)
		}
	}
}

// TestEveryLanguageOfAutomaticReplies: each phrase is met as programs write it and
// not where people do.
func TestEveryLanguageOfAutomaticReplies(t *testing.T) {
	t.Parallel()
	for _, phrase := range replyPhrases {
		for subject, want := range map[string]bool{
			phrase + ": Re: x": true, strings.ToUpper(phrase) + ": x": true, "[" + phrase + "] : x": true, phrase: true,
			"Re: " + phrase + ": x": false, "about " + phrase: false, phrase + " is broken": false,
		} {
			l := &Letter{Subject: subject}
			if strings.ToLower(strings.ToUpper(phrase)) != phrase && strings.HasPrefix(subject, strings.ToUpper(phrase)) {
				continue // its capitals are not its own (Turkish dotless i, sharp s)
			}
			if l.autoSubject() != want {
				t.Errorf("%q is not %v", subject, want)
			}
		}
	}
}

func TestDeliveryReports(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, letter string
		env          Envelope
		want         DSN
		fate         Fate
	}{
		{"RFC 3464", `From: MAILER-DAEMON@mx.example.com
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

I'm sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
Original-Envelope-Id: env-7

Final-Recipient: rfc822; b@example.com
Original-Recipient: rfc822;a@example.com
Action: failed
Status: 5.1.1 (no such user)
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; 550 5.1.1
 no such user

Final-Recipient: rfc822;<c@example.com>
Action: delayed
Status: 4.4.1
--b
Content-Type: message/rfc822

Message-ID: <orig@example.net>
Subject: Hello

hi
--b--`, Envelope{NullSender: true}, DSN{EnvelopeID: "env-7", OriginalMessageID: "<orig@example.net>", Deliveries: []Delivery{
			{Recipient: "b@example.com", OriginalRecipient: "a@example.com", Action: "failed", Status: "5.1.1", Diagnostic: "550 5.1.1 no such user", RemoteMTA: "mx.example.org"},
			{Recipient: "c@example.com", Action: "delayed", Status: "4.4.1"},
		}}, Bounce},
		{"one group, folded names, headers only", `From: postmaster@example.com
Content-Type: multipart/report; boundary=b; report-type=delivery-status

--b
Content-Type: message/delivery-status
Content-Transfer-Encoding: base64

UmVwb3J0aW5nLU1UQTogZG5zOyB4CkZpbmFsLVJlY2lwaWVudDogcmZjODIyOyBhQGV4YW1wbGUuY29tCkRpYWdub3N0aWMtQ29kZTogc210cDsgNTUyIGZ1bGwK
--b
Content-Type: text/rfc822-headers

Message-ID: <orig@example.net>
--b--`, Envelope{}, DSN{OriginalMessageID: "<orig@example.net>", Deliveries: []Delivery{
			{Recipient: "a@example.com", Action: "failed", Status: "5.0.0", Diagnostic: "552 full"},
		}}, Bounce},
		{"success", report("Final-Recipient: rfc822; a@example.com\r\nAction: delivered\r\nStatus: 2.0.0\r\n"), Envelope{},
			DSN{Deliveries: []Delivery{{Recipient: "a@example.com", Action: "delivered", Status: "2.0.0"}}}, ReportIgnore},
		{"qmail", `From: MAILER-DAEMON@mx.example.com
Subject: failure notice

Hi. This is the qmail-send program at mx.example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<a@example.com>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 User unknown

--- Below this line is a copy of the message.

Message-ID: <orig@example.net>
To: <not-this@example.com>

hi
`, Envelope{NullSender: true}, DSN{OriginalMessageID: "<orig@example.net>", Deliveries: []Delivery{
			{Recipient: "a@example.com", Action: "failed", Status: "5.1.1", Diagnostic: "Remote host said: 550 5.1.1 User unknown"},
		}}, Bounce},
		{"Exim", `From: Mail Delivery System <Mailer-Daemon@mx.example.com>
X-Failed-Recipients: a@example.com, b@example.com
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

  a@example.com
    SMTP error from remote mail server after RCPT TO:<a@example.com>:
    550 no such user

------ This is a copy of the message, including all the headers. ------

Message-Id: <orig@example.net>
`, Envelope{}, DSN{OriginalMessageID: "<orig@example.net>", Deliveries: []Delivery{
			{Recipient: "a@example.com", Action: "failed", Status: "5.0.0", Diagnostic: "550 no such user"},
			{Recipient: "b@example.com", Action: "failed", Status: "5.0.0", Diagnostic: "550 no such user"},
		}}, Bounce},
		{"words and a null sender", `From: Post <post@example.com>
Subject: Nicht zustellbar: Unterlagen

Ihre Nachricht konnte nicht zugestellt werden:

   a@example.com
`, Envelope{NullSender: true}, DSN{Deliveries: []Delivery{{Recipient: "a@example.com", Action: "failed"}}}, Bounce},
		{"warning", `From: Mail Delivery System <Mailer-Daemon@mx.example.com>
Subject: Warning: message delayed 24 hours

The message to the following address has not yet been delivered:

  a@example.com

No action is required on your part. Delivery attempts will continue.
`, Envelope{}, DSN{Deliveries: []Delivery{{Recipient: "a@example.com", Action: "delayed"}}}, Bounce},
	} {
		raw := c.letter
		if !strings.Contains(raw, "\r\n") {
			raw = string(crlf(raw))
		}
		v := Judge(Read([]byte(raw), DefaultLimits()), c.env)
		if v.Class != ClassDSN || v.Fate != c.fate {
			t.Errorf("%s: %s, %s (%s)", c.name, v.Class, v.Fate, v.Reason)
			continue
		}
		if v.DSN.EnvelopeID != c.want.EnvelopeID || v.DSN.OriginalMessageID != c.want.OriginalMessageID || len(v.DSN.Deliveries) != len(c.want.Deliveries) {
			t.Errorf("%s: %+v", c.name, *v.DSN)
			continue
		}
		for i, d := range c.want.Deliveries {
			if v.DSN.Deliveries[i] != d {
				t.Errorf("%s: %+v, want %+v", c.name, v.DSN.Deliveries[i], d)
			}
		}
	}
}

func TestComplaints(t *testing.T) {
	t.Parallel()
	letter := `From: fbl@example.com
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b

A complaint.
--b
Content-Type: message/feedback-report

Feedback-Type: TYPE
Version: 1
Original-Rcpt-To: <a@example.com>
--b
Content-Type: message/rfc822

Message-ID: <orig@example.net>
Subject: Hello

hi
--b--`
	for kind, fate := range map[string]Fate{"abuse": ComplaintFate, "opt-out": ComplaintFate, "not-spam": ReportIgnore, "auth-failure": ReportIgnore} {
		v := Judge(read(strings.Replace(letter, "TYPE", kind, 1)), Envelope{})
		if v.Class != ClassARF || v.Fate != fate {
			t.Fatalf("%s: %s, %s", kind, v.Class, v.Fate)
		}
		c := v.Complaint
		if c.Type != kind || c.OriginalMessageID != "<orig@example.net>" || len(c.Recipients) != 1 || c.Recipients[0] != "a@example.com" {
			t.Errorf("%s: %+v", kind, *c)
		}
	}
}
