package letter

import (
	"strings"
	"testing"
)

// bounced are reports of servers unlike one another, as they come to a return path: what they say of anna@client.example.
var bounced = map[string]struct {
	letter string
	action string
	gone   bool
}{
	"Postfix 3, report":        {dsnOf("MAILER-DAEMON@mx.client.example (Mail Delivery System)", "Undelivered Mail Returned to Sender", "Reporting-MTA: dns; mx.client.example\nX-Postfix-Queue-ID: 4Sx\n\nFinal-Recipient: rfc822; anna@client.example\nOriginal-Recipient: rfc822;anna@client.example\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx2.client.example\nDiagnostic-Code: smtp; 550 5.1.1 <anna@client.example>: Recipient address rejected: User\n    unknown in virtual mailbox table"), "failed", true},
	"Postfix, greylisted":      {dsnOf("MAILER-DAEMON@mx.client.example", "Delayed Mail (still being retried)", "Reporting-MTA: dns; mx.client.example\n\nFinal-Recipient: rfc822; anna@client.example\nAction: delayed\nStatus: 4.2.0\nDiagnostic-Code: smtp; 450 4.2.0 <anna@client.example>: Recipient address rejected: Greylisted\nWill-Retry-Until: Sat, 28 Nov 2026 10:00:00 +0000"), "delayed", false},
	"Postfix, delivered":       {dsnOf("MAILER-DAEMON@mx.client.example", "Successful Mail Delivery Report", "Reporting-MTA: dns; mx.client.example\n\nFinal-Recipient: rfc822; anna@client.example\nAction: delivered\nStatus: 2.0.0"), "delivered", false},
	"Postfix, relayed":         {dsnOf("MAILER-DAEMON@mx.client.example", "Mail Delivery Status Report", "Reporting-MTA: dns; mx.client.example\n\nFinal-Recipient: rfc822; anna@client.example\nAction: relayed\nStatus: 2.1.9"), "relayed", false},
	"Postfix, DANE":            {dsnOf("MAILER-DAEMON@mx.client.example", "Undelivered Mail Returned to Sender", "Reporting-MTA: dns; mx.client.example\n\nFinal-Recipient: rfc822; anna@client.example\nAction: failed\nStatus: 4.7.5\nDiagnostic-Code: X-Postfix; Server certificate not trusted"), "failed", false},
	"Exchange Online, English": {dsnOf("<postmaster@client.example>", "Undeliverable: Keys", "Reporting-MTA: dns;AM9PR01MB.eurprd01.prod.exchangelabs.com\nReceived-From-MTA: dns;mx.office.example\nArrival-Date: Mon, 23 Nov 2026 10:00:00 +0000\n\nFinal-Recipient: rfc822;anna@client.example\nAction: failed\nStatus: 5.1.10\nDiagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient anna@client.example not found by SMTP address lookup"), "failed", true},
	"Exchange Online, blocked": {dsnOf("<postmaster@client.example>", "Undeliverable: Keys", "Reporting-MTA: dns;x\n\nFinal-Recipient: rfc822;anna@client.example\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp;550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy"), "failed", false},
	"Exchange Online, full":    {dsnOf("<postmaster@client.example>", "Zustellung nicht möglich: Keys", "Reporting-MTA: dns;x\n\nFinal-Recipient: rfc822;anna@client.example\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp;554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException"), "failed", false},
	"Exchange Online, expired": {dsnOf("<postmaster@client.example>", "Teslim Edilemeyen: Keys", "Reporting-MTA: dns;x\n\nFinal-Recipient: rfc822;anna@client.example\nAction: failed\nStatus: 4.4.7\nDiagnostic-Code: smtp;550 4.4.7 QUEUE.Expired; message expired"), "failed", false},
	"Exchange Online, delayed": {dsnOf("<postmaster@client.example>", "Delivery delayed:Keys", "Reporting-MTA: dns;x\n\nFinal-Recipient: rfc822;anna@client.example\nAction: delayed\nStatus: 4.4.7\nX-Display-Name: Anna"), "delayed", false},
	"Exchange 2003":            {dsnOf("System Administrator <postmaster@client.example>", "Undeliverable:Keys", "Reporting-MTA: dns;x\n\nFinal-Recipient: RFC822;anna@client.example\nAction: failed\nStatus: 5.1.1\nX-Display-Name: anna@client.example"), "failed", true},
	"Gmail, address not found": {dsnOf("Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "Delivery Status Notification (Failure)", "Reporting-MTA: dns; googlemail.com\nReceived-From-MTA: dns; me@office.example\nArrival-Date: Mon, 23 Nov 2026 02:00:00 -0800 (PST)\nX-Original-Message-ID: <k@mail.example.org>\n\nFinal-Recipient: rfc822; anna@client.example\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; gmail-smtp-in.l.google.com. (192.0.2.27, the server for the domain client.example.)\nDiagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist."), "failed", true},
	"Gmail, over quota":        {dsnOf("Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "Delivery Status Notification (Failure)", "Reporting-MTA: dns; googlemail.com\n\nFinal-Recipient: rfc822; anna@client.example\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552-5.2.2 The recipient's inbox is out of storage space."), "failed", false},
	"Gmail, delay":             {dsnOf("Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "Delivery Status Notification (Delay)", "Reporting-MTA: dns; googlemail.com\n\nFinal-Recipient: rfc822; anna@client.example\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; The recipient server did not accept our requests to connect.\nWill-Retry-Until: Wed, 25 Nov 2026 10:00:00 +0000"), "delayed", false},
	"Amazon SES":               {dsnOf("MAILER-DAEMON@eu-west-1.amazonses.com", "Delivery Status Notification (Failure)", "Reporting-MTA: dns; a4-1.smtp-out.eu-west-1.amazonses.com\n\nAction: failed\nFinal-Recipient: rfc822; anna@client.example\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\nStatus: 5.1.1"), "failed", true},
	"Amazon SES, suppressed":   {dsnOf("MAILER-DAEMON@amazonses.com", "Delivery Status Notification (Failure)", "Reporting-MTA: dns; amazonses.com\n\nAction: failed\nFinal-Recipient: rfc822; anna@client.example\nDiagnostic-Code: smtp; Address is on the suppression list\nStatus: 5.1.1"), "failed", true},
	"sendmail, report":         {dsnOf("Mail Delivery Subsystem <MAILER-DAEMON@mx.client.example>", "Returned mail: see transcript for details", "Reporting-MTA: dns; mx.client.example\nReceived-From-MTA: DNS; mx.office.example\nArrival-Date: Mon, 23 Nov 2026 10:00:00 GMT\n\nFinal-Recipient: RFC822; anna@client.example\nX-Actual-Recipient: RFC822; anna@mx.client.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: SMTP; 550 5.1.1 <anna@client.example>... User unknown\nLast-Attempt-Date: Mon, 23 Nov 2026 10:00:01 GMT"), "failed", true},
	"Courier":                  {dsnOf("\"Courier mail server at mx.client.example\" <@>", "NOTICE: mail delivery status.", "Reporting-MTA: dns; mx.client.example\n\nFinal-Recipient: rfc822; anna@client.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 User unknown."), "failed", true},
	"Apache James":             {dsnOf("postmaster@client.example", "Error delivering mail", "Reporting-MTA: dns; james\n\nFinal-Recipient: rfc822; anna@client.example\nAction: failed\nStatus: 550\nDiagnostic-Code: X-James; 550 5.1.1 unknown user"), "failed", true},
	"OpenSMTPD":                {dsnOf("Mailer Daemon <MAILER-DAEMON@mx.client.example>", "Delivery status notification: error", "Reporting-MTA: dns; mx.client.example\n\nFinal-Recipient: rfc822; anna@client.example\nAction: failed\nStatus: 5.1.1"), "failed", true},
	"Oracle":                   {dsnOf("Internet Mail Delivery <postmaster@client.example>", "Delivery Notification: Delivery has failed", "Original-envelope-id: 0Q\nReporting-MTA: dns;mx.client.example (tcp-daemon)\n\nOriginal-recipient: rfc822;anna@client.example\nFinal-recipient: rfc822;anna@client.example\nAction: failed\nStatus: 5.1.1 (unknown or illegal alias)"), "failed", true},
	"Haraka":                   {dsnOf("MAILER-DAEMON@mx.client.example", "failure notice", "Reporting-MTA: dns;mx.client.example\n\nFinal-Recipient: rfc822;<anna@client.example>\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp;550 no such user"), "failed", true},
	"KumoMTA":                  {dsnOf("Mail Delivery Subsystem <mailer-daemon@mx.client.example>", "Returned mail", "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822;anna@client.example\nAction: failed\nStatus: 5.1.1 (bad destination mailbox address)\nDiagnostic-Code: smtp; 550 5.1.1 no"), "failed", true},
	"Mimecast":                 {dsnOf("\"Mimecast Postmaster\" <postmaster@client.example>", "[Postmaster] Email Delivery Failure", "Reporting-MTA: dns; mimecast\n\nFinal-Recipient: rfc822; anna@client.example\nAction: failed\nStatus: 5.4.1\nDiagnostic-Code: smtp; 550 5.4.1 Recipient address rejected: Access denied"), "failed", false},
	"Proofpoint":               {dsnOf("Mail Delivery Subsystem <MAILER-DAEMON@pphosted.example>", "Returned mail: see transcript for details", "Reporting-MTA: dns; pphosted.example\n\nFinal-Recipient: RFC822; anna@client.example\nAction: failed\nStatus: 5.7.0\nDiagnostic-Code: SMTP; 554 5.7.0 Blocked"), "failed", false},
	"Zimbra":                   {dsnOf("MAILER-DAEMON@zimbra.client.example (Mail Delivery System)", "Undelivered Mail Returned to Sender", "Reporting-MTA: dns; zimbra\n\nFinal-Recipient: rfc822; anna@client.example\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: X-Postfix; 552 5.2.2 Over quota"), "failed", false},
	"global, RFC 6533":         {strings.NewReplacer("message/delivery-status", "message/global-delivery-status", "rfc822;", "utf-8;").Replace(dsnOf("MAILER-DAEMON@mx.client.example", "Undelivered", "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; anna@client.example\nAction: failed\nStatus: 5.1.1")), "failed", true},
	"one group of all":         {dsnOf("MAILER-DAEMON@mx.client.example", "Undelivered", "Reporting-MTA: dns; x\nFinal-Recipient: rfc822; anna@client.example\nAction: failed\nStatus: 5.1.1"), "failed", true},
	"an action in capitals":    {dsnOf("MAILER-DAEMON@mx.client.example", "Undelivered", "Reporting-MTA: dns; x\n\nFinal-Recipient: RFC822;anna@client.example\nAction: FAILED\nStatus: 5.1.1"), "failed", true},
	"no action":                {dsnOf("MAILER-DAEMON@mx.client.example", "Undelivered", "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822;anna@client.example\nStatus: 5.1.1"), "failed", true},
	"a status part in base64":  {strings.Replace(dsnOf("MAILER-DAEMON@mx.client.example", "Undelivered", b64("Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822;anna@client.example\r\nAction: failed\r\nStatus: 5.1.1\r\n")), "message/delivery-status", "message/delivery-status\nContent-Transfer-Encoding: base64", 1), "failed", true},
	"a report as mixed":        {strings.Replace(dsnOf("Postmaster <postmaster@client.example>", "Undelivered", "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822;anna@client.example\nAction: failed\nStatus: 5.1.1"), "multipart/report; report-type=delivery-status", "multipart/mixed", 1), "failed", true},
	"Exim 4, report":           {"From: Mail Delivery System <Mailer-Daemon@mx.client.example>\nX-Failed-Recipients: anna@client.example\nAuto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\nSubject: Mail delivery failed: returning message to sender\n\n--b\n\nThis message was created automatically by mail delivery software.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nAction: failed\nFinal-Recipient: rfc822;anna@client.example\nStatus: 5.0.0\nRemote-MTA: dns; mx\nDiagnostic-Code: smtp; 550 No such user here\n--b--\n", "failed", true},
	"Exim, old":                {"From: Mail Delivery System <Mailer-Daemon@mx.client.example>\nX-Failed-Recipients: anna@client.example\nSubject: Mail delivery failed: returning message to sender\n\nThis message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  anna@client.example\n    SMTP error from remote mail server after RCPT TO:<anna@client.example>:\n    host mx [192.0.2.1]: 550 5.1.1 unknown\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-ID: <k@mail.example.org>\n", "failed", true},
	"Exim, frozen":             {"From: Mail Delivery System <Mailer-Daemon@mx.client.example>\nSubject: Warning: message 1abc-0 delayed 48 hours\n\nThis message was created automatically by mail delivery software.\nThe message has not yet been delivered to:\n\n  anna@client.example\n\nNo action is required on your part.\n", "delayed", false},
	"qmail, full":              {"From: MAILER-DAEMON@mx.client.example\nSubject: failure notice\n\nHi. This is the qmail-send program at mx.client.example.\n\n<anna@client.example>:\nUser is over the quota. You can try again later. (#5.2.2)\n\n--- Below this line is a copy of the message.\n", "failed", false},
	"qmail, Spanish":           {"From: MAILER-DAEMON@mx.client.example\nSubject: mensaje devuelto\n\nHola. Este es el programa qmail-send de mx.client.example.\nNo he podido entregar su mensaje.\n\n<anna@client.example>:\n192.0.2.1 no acepta la direccion. 550 5.1.1 unknown\n", "failed", true},
	"netqmail, vpopmail":       {"From: MAILER-DAEMON@mx.client.example\nSubject: failure notice\n\nHi. This is the qmail-send program at mx.\n\n<anna@client.example>:\nSorry, no mailbox here by that name. vpopmail (#5.1.1)\n", "failed", true},
	"Yahoo, new":               {"From: MAILER-DAEMON@yahoo.example\nSubject: Failure Notice\nContent-Type: text/html\n\n<html><body>Sorry, we were unable to deliver your message to the following address.<br><br>&lt;anna@client.example&gt;:<br>550: 5.1.1 &lt;anna@client.example&gt; User unknown<br></body></html>\n", "failed", true},
	"web.de":                   {"From: \"WEB.DE MailDaemon\" <mailer-daemon@web.example>\nSubject: Mail delivery failed: returning message to sender\n\nDies ist eine automatisch erzeugte Nachricht.\n\nAn folgende Adressen konnte die Nachricht nicht zugestellt werden:\n\nanna@client.example:\nSMTP error from remote server for RCPT TO command, host: mx (192.0.2.1) reason: 550 5.1.1 unknown\n", "failed", true},
	"T-Online":                 {"From: Mail Delivery System <postmaster@t-online.example>\nSubject: Mail System Error - Returned Mail\n\nDiese Nachricht konnte nicht zugestellt werden:\n\n<anna@client.example>\n    550-5.1.1 unknown user\n", "failed", true},
	"Orange":                   {"From: Mail Delivery System <MAILER-DAEMON@orange.example>\nSubject: Undelivered Mail Returned to Sender\n\nVotre message n'a pas pu etre remis.\n\n<anna@client.example>: host smtp-in.orange.example said: 550 5.1.1 Adresse d au moins un destinataire invalide. OFR_416\n", "failed", true},
	"Libero":                   {"From: Libero <postmaster@libero.example>\nSubject: Mancato recapito del messaggio\n\nIl messaggio non e' stato recapitato a:\n\n<anna@client.example>: 550 5.1.1 RCP-P1 unknown\n", "failed", true},
	"mail.ru":                  {"From: mailer-daemon@corp.mail.example\nSubject: Mail failure.\nX-Failed-Recipients: anna@client.example\n\nThis message was created automatically by mail delivery software.\n\n  anna@client.example\n    Message rejected: 550 spam message rejected\n", "failed", false},
	"Yandex":                   {dsnOf("mailer-daemon@yandex.example", "Недоставленное сообщение", "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; anna@client.example\nAction: failed\nStatus: 5.1.1"), "failed", true},
	"QQ":                       {"From: \"PostMaster\" <PostMaster@qq.example>\nSubject: =?utf-8?B?57O757uf6YCA5L+h?=\nContent-Type: text/html; charset=utf-8\n\n<p>抱歉，您的邮件被退回来了……</p><p>收件人：<br>anna@client.example</p><p>退信原因：<br>收件人邮件地址不存在 host said: 550 5.1.1 Mailbox not found.</p>\n", "failed", true},
	"163":                      {"From: Postmaster@163.example\nSubject: =?utf-8?B?57O757uf6YCA5L+hL1N5c3RlbXMgYm91bmNl?=\nContent-Type: text/plain; charset=utf-8\n\n抱歉，您的邮件被退回来了\n\nanna@client.example\n\nSMTP error, RCPT TO: 550 User not found: anna@client.example\n", "failed", false},
	"Naver":                    {"From: \"Mail Delivery System\" <postmaster@naver.example>\nSubject: =?utf-8?B?W+uplOydvCDrsJzshqEg7Iuk7YyoIOyVjOumvF0=?=\nContent-Type: text/plain; charset=utf-8\n\n메일 발송에 실패하였습니다.\n\nanna@client.example\n\n550 5.1.1 존재하지 않는 주소\n", "failed", true},
	"docomo":                   {"From: Mail Administrator <mail-daemon@docomo.example>\nSubject: Mail System Error - Returned Mail\n\nThis Message was undeliverable due to the following reason:\n\nEach of the following recipients was rejected by a remote mail server.\n\n    Recipient: <anna@client.example>\n    Reason:    550 Unknown user anna@client.example\n", "failed", true},
	"GroupWise, full":          {"From: \"Mail Delivery System\" <Mailer-Daemon@client.example>\nSubject: Message status - undeliverable\n\nThe attached file had the following undeliverable recipient(s):\n\tanna@client.example\n\nTransport details:\n   552 5.2.2 Mailbox full\n", "failed", false},
	"MDaemon":                  {"From: \"MDaemon at mx.client.example\" <MDaemon@mx.client.example>\nSubject: WARNING - User unknown!\n\nThe following data may contain sections which represent BASE64 encoded file attachments.\n\n<anna@client.example> : 550 5.1.1 unknown\n", "failed", true},
	"hMailServer":              {"From: mailer-daemon@mx.client.example\nSubject: Message undeliverable: Keys\n\nYour message did not reach some or all of the intended recipients.\n\nThe following recipient(s) could not be reached:\n\nanna@client.example\n   Error Type: SMTP\n   Remote server (192.0.2.1) issued an error.\n   hMailServer sent: RCPT TO:<anna@client.example>\n   Remote server replied: 550 5.1.1 User unknown\n", "failed", true},
	"MailEnable":               {"From: Postmaster <postmaster@client.example>\nSubject: Message Delivery Failure\n\nMailEnable: Message could not be delivered to some recipients.\nThe following recipient(s) could not be reached:\n\n\tRecipient: [SMTP:anna@client.example]\n\tReason: 550 5.1.1 unknown\n", "failed", true},
	"Kerio":                    {"From: \"Kerio Connect\" <MAILER-DAEMON@client.example>\nSubject: Delivery Failed\n\nYour message was not delivered to:\n\n<anna@client.example>\n\nReason: 550 5.1.1 User does not exist\n", "failed", true},
	"Communigate":              {"From: \"Mail Delivery System\" <MAILER-DAEMON@client.example>\nSubject: Undeliverable mail: Keys\n\nFailed to deliver to 'anna@client.example'\nSMTP module(domain client.example) reports:\n host says:\n 550 5.1.1 unknown\n", "failed", true},
	"Barracuda":                {"From: <postmaster@client.example>\nSubject: **Message you sent blocked by our bulk email filter**\n\nYour message to: anna@client.example\nwas blocked by our Spam Firewall.\n\n550 5.7.1 blocked\n", "failed", false},
	"Sophos":                   {"From: Postmaster <postmaster@client.example>\nSubject: Undeliverable message\n\nYour message could not be delivered:\n\n  anna@client.example\n\n554 5.7.1 Message rejected due to policy\n", "failed", false},
	"Cisco":                    {"From: \"Mail Delivery System\" <MAILER-DAEMON@mx.client.example>\nSubject: Delivery Status Notification (Delay)\n\nThe following message to <anna@client.example> has been delayed. It will be retried.\n4.3.2 - Not accepting messages at this time\n", "delayed", false},
	"Domino, German":           {"From: Postmaster@client.example\nSubject: ZUSTELLUNGSFEHLER: Benutzer anna (anna@client.example) nicht im Domino-Verzeichnis\n\nIhre Nachricht\n\n  Betreff: Keys\n\nwurde nicht zugestellt an:\n\n  anna@client.example\n\nda:\n\n  550 5.1.1 unbekannt\n", "failed", true},
	"a bounce by a challenge":  {"From: MAILER-DAEMON@mx.client.example\nSubject: Returned to sender\n\n<anna@client.example>:\n550 5.7.1 sender verification required\n", "failed", false},
}

// dsnOf is a report as RFC 3464 has it.
func dsnOf(from, subject, status string) string {
	return "From: " + from + "\nSubject: " + subject + "\nAuto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nSomething happened.\n\n--b\nContent-Type: message/delivery-status\n\n" +
		status + "\n\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <k@mail.example.org>\nSubject: Keys\n\nHello.\n--b--\n"
}

func TestStrangeBounces(t *testing.T) {
	t.Parallel()
	for name, c := range bounced {
		v := Judge(read(c.letter), Envelope{NullSender: true})
		if v.Class != ClassDSN || len(v.DSN.Deliveries) != 1 {
			t.Errorf("%s: %s (%s) %+v", name, v.Class, v.Reason, v.DSN)
			continue
		}
		if d := v.DSN.Deliveries[0]; d.Recipient != "anna@client.example" || d.Action != c.action || d.Gone() != c.gone {
			t.Errorf("%s: gone %v of %+v", name, d.Gone(), d)
		}
		if v := Judge(read(c.letter), Envelope{}); v.Class == ClassHuman && v.Fate != Quarantine && v.Fate != Reject {
			t.Errorf("%s, with an envelope sender: %s, %s", name, v.Class, v.Fate)
		}
	}
	t.Logf("bounces: %d", len(bounced))
}

// away are automatic answers as programs of many countries send them: the lines of their header, and whether they come without an envelope sender.
var away = []struct {
	header string
	null   bool
}{
	{"Subject: Automatic reply: Keys\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All", true},
	{"Subject: Automatic reply: Keys", true},
	{"Subject: Re: Keys", true},
	{"Subject: Automatic reply: Keys\nX-Auto-Response-Suppress: All", false},
	{"Subject: [Auto-Reply] Keys", false},
	{"Subject: (Automatische Antwort) Keys", false},
	{"Subject: *** Automatic reply *** Keys", false},
	{"Subject: AutoReply: Re: Keys", false},
	{"Subject: Automatic reply – Keys", false},
	{"Subject: Automatic Reply — Keys", false},
	{"Subject: Auto Reply - Keys", false},
	{"Subject: Auto-Response from Anna: Keys\nAuto-Submitted: auto-replied", false},
	{"Subject: Out of Office AutoReply: Keys", false},
	{"Subject: Out of Office: Keys\nX-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply", false},
	{"Subject: Abwesenheitsnotiz: Keys\nX-Auto-Response-Suppress: All", false},
	{"Subject: Automatische Antwort: Keys", false},
	{"Subject: Automatische Abwesenheitsnotiz", false},
	{"Subject: Réponse automatique : Keys", false},
	{"Subject: =?utf-8?q?R=C3=A9ponse_automatique=C2=A0=3A_Keys?=", false},
	{"Subject: Respuesta automática: Keys", false},
	{"Subject: Risposta automatica: Keys", false},
	{"Subject: Resposta automática: Keys", false},
	{"Subject: Automatisch antwoord: Keys", false},
	{"Subject: Autosvar: Keys", false},
	{"Subject: Automatiskt svar: Keys", false},
	{"Subject: Automaattinen vastaus: Keys", false},
	{"Subject: Odpowiedź automatyczna: Keys", false},
	{"Subject: Automatická odpověď: Keys", false},
	{"Subject: Automatikus válasz: Keys", false},
	{"Subject: Răspuns automat: Keys", false},
	{"Subject: Автоматический ответ: Keys", false},
	{"Subject: Автоматична відповідь: Keys", false},
	{"Subject: Αυτόματη απάντηση: Keys", false},
	{"Subject: Otomatik Yanıt: Keys", false},
	{"Subject: OTOMATİK YANIT: Keys", false},
	{"Subject: 自動応答: Keys", false},
	{"Subject: 自动答复: Keys", false},
	{"Subject: 自动回复：Keys", false},
	{"Subject: 자동 회신: Keys", false},
	{"Subject: ตอบกลับอัตโนมัติ: Keys", false},
	{"Subject: Trả lời Tự động: Keys", false},
	{"Subject: Balasan otomatis: Keys", false},
	{"Subject: תשובה אוטומטית: Keys", false},
	{"Subject: رد تلقائي: Keys", false},
	{"Subject: پاسخ خودکار: Keys", false},
	{"Subject: Automātiskā atbilde: Keys", false},
	{"Subject: Ateb awtomatig: Keys", false},
	{"Subject: Freagra uathoibríoch: Keys", false},
	{"Subject: Avtomatik cavab: Keys", false},
	{"Subject: Автоматты жауап: Keys", false},
	{"Subject: Ավտոմատ պատասխան: Keys", false},
	{"Subject: ავტომატური პასუხი: Keys", false},
	{"Subject: Tweġiba awtomatika: Keys", false},
	{"Subject: স্বয়ংক্রিয় উত্তর: Keys", false},
	{"Subject: خودکار جواب: Keys", false},
	{"Subject: Jibu otomatiki: Keys", false},
	{"Subject: Holiday\nAuto-Submitted: auto-replied (vacation)\nPrecedence: bulk", false},
	{"Subject: Re: Keys\nPrecedence: bulk\nIn-Reply-To: <k@mail.example.org>", false},
	{"Subject: Re: Keys\nPrecedence: junk\nX-Loop: vacation", false},
	{"Subject: Re: Keys\nX-Autoreply: yes", false},
	{"Subject: Re: Keys\nX-Yandex-Autoreply: 1", false},
	{"Subject: Re: Keys\nX-Mailru-Auto-Reply: yes", false},
	{"Subject: Re: Keys\nX-Auto-Responder: Plesk", false},
	{"Subject: Re: Keys\nX-Vacation-Reply: 1", false},
	{"Subject: Re: Keys\nX-Autogenerated: Reply", false},
	{"Subject: Re: Keys\nAuto-submitted:auto-replied", false},
	{"Subject: Re: Keys\nAuto-Submitted: Auto-Replied; owner-email=\"anna@client.example\"", false},
	{"Subject: Re: Keys\nAuto-Submitted: (vacation) auto-replied", false},
	{"Subject: Re: Keys\nX-Auto-Response-Suppress: All\nX-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent", false},
	{"Subject: We have your request [#1234]\nAuto-Submitted: auto-generated\nPrecedence: bulk", false},
}

func TestStrangeAbsences(t *testing.T) {
	t.Parallel()
	for _, c := range away {
		v := Judge(read("From: anna@client.example\n"+c.header+"\n\nI am away until Monday.\n"), Envelope{NullSender: c.null})
		if v.Fate != DropAuto && v.Fate != Quarantine {
			t.Errorf("%q: %s, %s (%s)", c.header, v.Class, v.Fate, v.Reason)
		}
	}
	t.Logf("absences: %d", len(away))
}

// likeRobots are letters of people, as near to a program's as they come: header and text.
var likeRobots = []struct{ from, header, text string }{
	{"", "Subject: Automatic gearbox", "It is an automatic."},
	{"", "Subject: Re: Out of office hours", "Yes."},
	{"", "Subject: Out of office hours: when may I call?", "When?"},
	{"", "Subject: Auto: Kasko oder Haftpflicht", "Beides."},
	{"", "Subject: Auto reply needed", "Please."},
	{"", "Subject: Automated response systems", "See the offer."},
	{"", "Subject: Autoresponder contract", "Signed."},
	{"", "Subject: Automatic replies from the tax office", "They answer nothing."},
	{"", "Subject: Autosvaret fra skat", "Se her."},
	{"", "Subject: Risposta automatica dell'Agenzia", "Ecco."},
	{"", "Subject: Re: [Auto-Reply] Keys", "Thanks."},
	{"", "Subject: FW: Automatic reply: Keys", "See what he wrote."},
	{"", "Subject: WG: Automatische Antwort: Schlüssel", "Siehe unten."},
	{"", "Subject: TR: Réponse automatique : Clés", "Voir."},
	{"", "Subject: I: Risposta automatica: Chiavi", "Vedi."},
	{"", "Subject: RV: Respuesta automática: Llaves", "Mira."},
	{"", "Subject: Undeliverable: is this from you?", "I got this: 550 5.1.1 user unknown\n\nsam@office.example\n"},
	{"", "Subject: Undelivered mail", "My post was undeliverable, mailbox full."},
	{"", "Subject: Delivery Status Notification (Failure)", "Look at what I got when I wrote to you."},
	{"", "Subject: Returned mail", "The letter to the bank was returned to sender."},
	{"", "Subject: failure notice", "Hi. This is the qmail-send program at mx. What is that?"},
	{"", "Subject: Mail delivery failed", "X-Failed-Recipients: sam@office.example"},
	{"", "Subject: Read: the contract", "I have read it."},
	{"", "Subject: Read receipt", "Attached is the receipt."},
	{"", "Subject: Gelesen: Vertrag", "Passt."},
	{"", "Subject: Not read: your letter", "Sorry, not yet."},
	{"", "Subject: Accepted: your offer", "We accept."},
	{"", "Subject: Declined: your offer", "We do not."},
	{"", "Subject: Vacation", "We are away from the 5th."},
	{"", "Subject: Vacation: keys with the neighbour", "There."},
	{"", "Subject: Out of office", "I shall be out of office on Friday."},
	{"", "Subject: OOO tomorrow", "Call on Monday."},
	{"", "Subject: Away message", "What should it say?"},
	{"", "Subject: Abwesenheit: 5. bis 9. Mai", "Bitte nicht anrufen."},
	{"", "Subject: Urlaub", "Bin weg."},
	{"", "Subject: Absence lundi", "Pardon."},
	{"", "Subject: Report domain: ours", "We have bought it."},
	{"", "Subject: unsubscribe", "Please do not send me the newsletter."},
	{"", "Subject: Complaint about message from your office", "I am not pleased."},
	{"", "Subject: Abuse report", "I want to report abuse."},
	{"", "Subject: Keys\nX-Auto-Response-Suppress: All", "Here."},
	{"", "Subject: Keys\nX-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply\nX-MS-Exchange-Organization-AuthAs: Internal", "Here."},
	{"", "Subject: Keys\nAuto-Submitted: no", "Here."},
	{"", "Subject: Automatic reply: Keys\nAuto-Submitted: no", "Here."},
	{"", "Subject: Keys\nAuto-Submitted:", "Here."},
	{"", "Subject: Keys\nPrecedence: normal", "Here."},
	{"", "Subject: Keys\nPrecedence: special-delivery", "Here."},
	{"", "Subject: Keys\nX-Loop: anna@client.example", "Here."},
	{"", "Subject: Keys\nX-Autoreply: no\nX-Autorespond:", "Here."},
	{"", "Subject: Keys\nX-No-Auto-Reply: yes", "Here."},
	{"", "Subject: Keys\nX-Auto-Response-Suppress: None", "Here."},
	{"", "Subject: Keys\nX-Autoreply-Suppress: yes", "Here."},
	{"", "Subject: Keys\nX-Mailer: VacationPlanner 2.0", "Here."},
	{"", "Subject: Keys\nX-Failed-Recipients:", "Here."},
	{"", "Subject: Keys\nReturn-Path: <anna@client.example>", "Here."},
	{"", "Subject: Keys\nList-Unsubscribe:", "Here."},
	{"", "Subject: Keys\nDisposition-Notification-To: anna@client.example\nReturn-Receipt-To: anna@client.example", "Here."},
	{"", "Subject: Keys\nX-Priority: 1\nImportance: high\nX-MSMail-Priority: High", "Here."},
	{"", "Subject: Keys\nX-Spam-Status: Yes, score=9.9\nX-Spam-Flag: YES", "Here."},
	{"Bounce House Hire <bouncehouse@party.example>", "Subject: The castle could not be delivered", "It was not delivered to the garden."},
	{"Bouncer <bouncer@club.example>", "Subject: Returned mail", "Your post was returned to sender."},
	{"Postmasters Cottage <anna@client.example>", "Subject: The parcel", "The parcel could not be delivered: undeliverable."},
	{"Mail Delivery Ltd <office@courier.example>", "Subject: Delivery problem", "Your parcel was undeliverable."},
	{"Postmaster Paul <paul@post.example>", "Subject: Zustellung am Donnerstag", "Wir kommen."},
	{"Anna <>", "Subject: Keys", "Here."},
	{"Anna", "Subject: Keys", "Here."},
	{"No Reply <noreply@client.example>", "Subject: Keys", "Here, from our ticket program, by hand."},
	{"", "Subject: Re: Keys\nIn-Reply-To: <k@mail.example.org>\nPrecedence: list\nList-Id: Office of Anna <office.client.example>", "By our group's address."},
	{"", "Subject: Re: Keys\nReferences: <k@mail.example.org>\nPrecedence: list\nX-Google-Group-Id: 1\nList-ID: <info.client.example>\nList-Post: <https://groups.example/>\nList-Unsubscribe: <mailto:x@client.example>", "By our group's address."},
}

// TestPeopleLikeRobots: they are posted, or staff decide; never dropped.
func TestPeopleLikeRobots(t *testing.T) {
	t.Parallel()
	posted := 0
	for _, c := range likeRobots {
		from := c.from
		if from == "" {
			from = "Anna <anna@client.example>"
		}
		ours := Envelope{Answers: func(l *Letter) bool { return len(l.InReplyTo)+len(l.References) > 0 }}
		switch v := Judge(read("From: "+from+"\n"+c.header+"\n\n"+c.text+"\n"), ours); v.Fate {
		case AcceptReply, AcceptWithAttachments:
			posted++
		case Quarantine:
			t.Logf("held: %q %q (%s)", from, c.header, v.Reason)
		default:
			t.Errorf("%q %q: %s, %s (%s)", from, c.header, v.Class, v.Fate, v.Reason)
		}
	}
	t.Logf("people: %d, posted %d", len(likeRobots), posted)
}
