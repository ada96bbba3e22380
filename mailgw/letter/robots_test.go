package letter

import (
	"strings"
	"testing"
)

// robots are letters as programs send them: header lines without From, and what
// becomes of them.
var robots = map[string]struct {
	header string
	null   bool
	class  Class
}{
	"Exchange Online, English":            {"Subject: Automatic reply: Your documents\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nX-MS-Exchange-Inbox-Rules-Loop: n@office.example", true, ClassAutoReply},
	"Exchange, no Auto-Submitted":         {"Subject: Automatisch antwoord: Uw stukken\nX-Auto-Response-Suppress: DR, OOF, AutoReply", false, ClassAutoReply},
	"Exchange rule":                       {"Subject: Out of Office: Keys\nX-MS-Exchange-Inbox-Rules-Loop: a@client.example", false, ClassAutoReply},
	"Exchange mailbox rule agent":         {"Subject: Re: Keys\nX-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent", false, ClassAutoReply},
	"Gmail":                               {"Subject: Vacation Re: Keys\nAuto-Submitted: auto-replied\nPrecedence: bulk\nX-Autoreply: yes", false, ClassAutoReply},
	"Sieve":                               {"Subject: Auto: Keys\nAuto-Submitted: auto-replied (vacation)\nPrecedence: bulk", true, ClassAutoReply},
	"Dovecot":                             {"Subject: Abwesend\nAuto-Submitted: auto-replied (vacation)\nX-Sieve: Pigeonhole Sieve 0.5.21", false, ClassAutoReply},
	"cPanel":                              {"Subject: Away Re: Keys\nX-Autorespond: Away\nPrecedence: auto_reply\nX-Precedence: auto_reply", false, ClassAutoReply},
	"Zimbra":                              {"Subject: On holiday\nAuto-Submitted: auto-replied (zimbra; readonly)\nPrecedence: bulk", false, ClassAutoReply},
	"Lotus Notes":                         {"Subject: AUTO: Ann Lee is out of the office (returning 12/01/2026)\nAuto-Submitted: auto-generated", false, ClassAutoReply},
	"Novell GroupWise":                    {"Subject: Re: Keys (Out of office)\nX-Autoreply: yes", false, ClassAutoReply},
	"Apple":                               {"Subject: Re: Keys\nX-Apple-Action: VACATION/1", false, ClassAutoReply},
	"mail.com":                            {"Subject: Autoreply: Keys\nAuto-Submitted: auto-replied\nX-UI-Message-Type: vacation", false, ClassAutoReply},
	"Plesk":                               {"Subject: Re: Keys\nX-Auto-Response-Suppress: All\nAuto-Submitted: auto-replied\nX-Mailer: PSA", false, ClassAutoReply},
	"Zendesk":                             {"Subject: [Request received] Keys\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nX-Mailer: Zendesk Mailer", false, ClassAutoReply},
	"OTRS":                                {"Subject: [Ticket#2026111900012] RE: Keys\nX-OTRS-Loop: yes\nPrecedence: bulk\nAuto-Submitted: auto-replied", false, ClassAutoReply},
	"Amazon":                              {"Subject: Thank you\nX-Amazon-Auto-Reply: true", false, ClassAutoReply},
	"BoxTrapper":                          {"Subject: Your email requires verification verify#abc\nX-Boxtrapper: x\nPrecedence: auto_reply", false, ClassAutoReply},
	"a challenge by TMDA":                 {"Subject: Please confirm your message\nX-Delivery-Agent: TMDA/1.1.12\nPrecedence: bulk", false, ClassList},
	"a challenge that says so":            {"Subject: Confirm that you are a person\nX-Boxtrapper: dk2", false, ClassAutoReply},
	"a challenge, null sender":            {"Subject: Verify your address", true, ClassAutoReply},
	"calendar answer":                     {"Subject: Accepted: Meeting\nAuto-Submitted: auto-generated", false, ClassAutoReply},
	"away until a date that is no status": {"Subject: Abwesenheit\nX-Note: Ich bin bis 5.1.26 nicht da", true, ClassAutoReply},
	"a scanner's report":                  {"Subject: Virus found\nAuto-Submitted: auto-notified", false, ClassAutoReply},
	"a list's confirmation":               {"Subject: confirm 123\nPrecedence: list\nList-Id: <l.client.example>", false, ClassList},
}

func TestRobots(t *testing.T) {
	t.Parallel()
	for name, c := range robots {
		v := Judge(read("From: anna@client.example\n"+c.header+"\n\nI am away until 5.1.26, ask\n\neve@client.example\n"), Envelope{NullSender: c.null})
		if v.Class != c.class || v.Fate != DropAuto {
			t.Errorf("%s: %s, %s (%s)", name, v.Class, v.Fate, v.Reason)
		}
	}
}

// TestPeopleAreNoRobots: subjects and headers of people, as near to a program's as
// they come, post.
func TestPeopleAreNoRobots(t *testing.T) {
	t.Parallel()
	for _, header := range []string{
		"Subject: Re: Automatic reply: Keys", "Subject: AW: Automatische Antwort: Unterlagen", "Subject: RE: Réponse automatique : Clés", "Subject: SV: Autosvar: Nycklar", "Subject: Odp: Odpowiedź automatyczna: Klucze",
		"Subject: Ynt: Otomatik yanıt: Anahtarlar", "Subject: 回复: 自动回复: 钥匙", "Subject: תשובה: תשובה אוטומטית: מפתחות", "Subject: Re: رد تلقائي: المفاتيح", "Subject: Fwd: Automatic reply: Keys",
		"Subject: I am out of the office next week", "Subject: Out of office from Monday", "Subject: Vacation plans", "Subject: Vacation: flights booked", "Subject: Urlaub: Vertretung", "Subject: Abwesenheit in KW 47: bitte um Vertretung", "Subject: Absent lundi", "Subject: Absence du 19 au 23",
		"Subject: Fuera de la oficina hasta el lunes", "Subject: Fuori sede domani", "Subject: Afwezig: 19 november", "Subject: Frånvarande: fredag", "Subject: Nieobecność: 19.11", "Subject: Nepřítomnost: čtvrtek", "Subject: Izinde: Perşembe", "Subject: Отсутствие в четверг", "Subject: 外出: 明日", "Subject: 부재중: 목요일",
		"Subject: Automatic door is broken", "Subject: Auto reply or not?", "Subject: Autoresponder settings", "Subject: Automatische Abbuchung", "Subject: Undelivered parcel", "Subject: Delivery failed: the parcel came back", "Subject: Mail delivery on Thursday", "Subject: Failure notice from the bank", "Subject: Zustellung am Donnerstag", "Subject: Returned mail from the tax office",
		"Subject: Keys\nX-Auto-Response-Suppress: All", "Subject: Keys\nX-Auto-Response-Suppress: OOF, AutoReply\nX-MS-Exchange-Inbox-Rules-Loop: a@client.example", "Subject: Keys\nAuto-Submitted: no", "Subject: Keys\nPrecedence: normal", "Subject: Keys\nPrecedence: first-class", "Subject: Keys\nX-Loop: a@client.example", "Subject: Keys\nX-Mailer: Vacationland Webmail\nX-Autoreply: no",
		"Subject: Keys\nX-Spam-Flag: NO\nX-Virus-Scanned: yes", "Subject: Keys\nFeedback-ID: 1:2:3", "Subject: Keys\nX-MSMail-Priority: High\nX-Priority: 1", "Subject: Keys\nDisposition-Notification-To: a@client.example", "Subject: Keys\nReturn-Receipt-To: a@client.example",
	} {
		v := Judge(read("From: anna@client.example\n"+header+"\n\nI shall be out of the office, delivery to the following recipient failed.\n"), Envelope{})
		if v.Class != ClassHuman || v.Fate != AcceptReply {
			t.Errorf("%q: %s, %s (%s)", header, v.Class, v.Fate, v.Reason)
		}
	}
}

// bounces are reports in free text, as servers without RFC 3464 send them, with the
// null sender.
var bounces = map[string]struct {
	letter    string
	recipient string
	gone      bool
	action    string
}{
	"Exchange, German":                    {"From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@client.example>\nSubject: Unzustellbar: Ihre Unterlagen\n\nFehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\nanna@client.example<mailto:anna@client.example>\nDie eingegebene E-Mail-Adresse konnte nicht gefunden werden.\n\nDiagnoseinformationen für Administratoren:\n\nanna@client.example\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'\n", "anna@client.example", true, "failed"},
	"Exchange, French":                    {"From: postmaster@client.example\nSubject: Non remis : Vos documents\n\nÉchec de la remise aux destinataires ou groupes suivants :\n\nanna@client.example\nLa boîte aux lettres du destinataire est pleine.\n\nRemote Server returned '554 5.2.2 mailbox full'\n", "anna@client.example", false, "failed"},
	"Exchange, Spanish":                   {"From: postmaster@client.example\nSubject: No se puede entregar: Llaves\n\nError de entrega a estos destinatarios o grupos:\n\nanna@client.example\n\nRemote Server returned '550 5.1.1 User unknown'\n", "anna@client.example", true, "failed"},
	"Exchange, Italian":                   {"From: postmaster@client.example\nSubject: Non recapitabile: Chiavi\n\nImpossibile recapitare il messaggio ai destinatari o ai gruppi seguenti:\n\nanna@client.example\n\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n", "anna@client.example", true, "failed"},
	"Exchange, Dutch":                     {"From: postmaster@client.example\nSubject: Onbestelbaar: Sleutels\n\nBezorging aan de volgende geadresseerden of groepen is mislukt:\n\nanna@client.example\n\n#550 5.7.1 Rejected ##\n", "anna@client.example", false, "failed"},
	"Exchange, Portuguese":                {"From: postmaster@client.example\nSubject: Não é possível entregar: Chaves\n\nA entrega para estes destinatários ou grupos falhou:\n\nanna@client.example\n\n#550 5.1.1 not found ##\n", "anna@client.example", true, "failed"},
	"Exchange, Polish":                    {"From: postmaster@client.example\nSubject: Nie można dostarczyć: Klucze\n\nDostarczenie do następujących adresatów lub grup nie powiodło się:\n\nanna@client.example\n\n#550 5.1.1 not found ##\n", "anna@client.example", true, "failed"},
	"Exchange, Swedish":                   {"From: postmaster@client.example\nSubject: Det går inte att leverera: Nycklar\n\nDet gick inte att leverera till följande mottagare eller grupper:\n\nanna@client.example\n\n#550 5.1.1 not found ##\n", "anna@client.example", true, "failed"},
	"Exchange, Danish":                    {"From: postmaster@client.example\nSubject: Kan ikke leveres: Nøgler\n\nLevering mislykkedes til disse modtagere eller grupper:\n\nanna@client.example\n\n#550 5.1.1 not found ##\n", "anna@client.example", true, "failed"},
	"Exchange, Czech":                     {"From: postmaster@client.example\nSubject: Nedoručitelné: Klíče\n\nDoručení těmto příjemcům nebo skupinám se nezdařilo:\n\nanna@client.example\n\n#550 5.1.1 not found ##\n", "anna@client.example", true, "failed"},
	"Exchange, Hungarian":                 {"From: postmaster@client.example\nSubject: Kézbesíthetetlen: Kulcsok\n\nNem sikerült a kézbesítés:\n\nanna@client.example\n\n#550 5.1.1 not found ##\n", "anna@client.example", true, "failed"},
	"Exchange, Turkish":                   {"From: postmaster@client.example\nSubject: Teslim edilemedi: Anahtarlar\n\nŞu alıcılara teslim edilemedi:\n\nanna@client.example\n\n#550 5.1.1 not found ##\n", "anna@client.example", true, "failed"},
	"Exchange, Russian":                   {"From: postmaster@client.example\nSubject: Не удается доставить: Ключи\n\nСбой доставки следующим получателям или группам:\n\nanna@client.example\n\n#550 5.1.1 not found ##\n", "anna@client.example", true, "failed"},
	"Exchange, Japanese":                  {"From: postmaster@client.example\nSubject: 配信不能: 鍵\n\n次の受信者またはグループへの配信に失敗しました:\n\nanna@client.example\n\n#550 5.1.1 not found ##\n", "anna@client.example", true, "failed"},
	"Exchange, Chinese":                   {"From: postmaster@client.example\nSubject: 未送达: 钥匙\n\n未能向以下收件人或组传递邮件:\n\nanna@client.example\n\n#550 5.1.1 not found ##\n", "anna@client.example", true, "failed"},
	"Exchange in a language nobody knows": {"From: postmaster@client.example\nSubject: Blarg: Zot\n\nFrobo:\n\nanna@client.example\n\n#550 5.1.1 RESOLVER.ADR.RecipNotFound ##\n", "anna@client.example", true, "failed"},
	"qmail":                               {"From: MAILER-DAEMON@mx.client.example\nSubject: failure notice\n\nHi. This is the qmail-send program at mx.client.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<anna@client.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nTo: x@y.example\n", "anna@client.example", true, "failed"},
	"qmail, delayed":                      {"From: MAILER-DAEMON@mx.client.example\nSubject: delivery delay\n\nHi. This is the qmail-send program. The message has not yet been delivered:\n\n<anna@client.example>:\n192.0.2.1 failed after I sent the message. 451 4.3.0 later\n", "anna@client.example", false, "delayed"},
	"Exim":                                {"From: Mail Delivery System <Mailer-Daemon@mx.client.example>\nX-Failed-Recipients: anna@client.example\nSubject: Mail delivery failed: returning message to sender\n\nThis message was created automatically by mail delivery software.\n\n  anna@client.example\n    Unrouteable address\n", "anna@client.example", true, "failed"},
	"Exim, warning":                       {"From: Mail Delivery System <Mailer-Daemon@mx.client.example>\nSubject: Warning: message 1abc-00 delayed 24 hours\n\nThis message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue.\n\n  anna@client.example\n    Delay reason: Connection timed out\n", "anna@client.example", false, "delayed"},
	"sendmail":                            {"From: Mail Delivery Subsystem <MAILER-DAEMON@mx.client.example>\nSubject: Returned mail: see transcript for details\n\nThe original message was received at Thu, 19 Nov 2026 14:07:18 +0100\n\n   ----- The following addresses had permanent fatal errors -----\n<anna@client.example>\n    (reason: 550 5.1.1 <anna@client.example>... User unknown)\n\n   ----- Transcript of session follows -----\n", "anna@client.example", true, "failed"},
	"sendmail, warning":                   {"From: Mail Delivery Subsystem <MAILER-DAEMON@mx.client.example>\nSubject: Warning: could not send message for past 4 hours\n\n    **      THIS IS A WARNING MESSAGE ONLY      **\n    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n\n   ----- The following addresses had transient non-fatal errors -----\n<anna@client.example>\n", "anna@client.example", false, "delayed"},
	"Postfix":                             {"From: MAILER-DAEMON@mx.client.example (Mail Delivery System)\nSubject: Undelivered Mail Returned to Sender\n\nThis is the mail system at host mx.client.example.\n\n<anna@client.example>: host mx2.client.example[192.0.2.1] said: 550 5.1.1\n    <anna@client.example>: Recipient address rejected: User unknown\n", "anna@client.example", true, "failed"},
	"Gmail":                               {"From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nX-Failed-Recipients: anna@client.example\nSubject: Delivery Status Notification (Failure)\n\n** Address not found **\n\nYour message wasn't delivered to anna@client.example because the address couldn't be found.\n\nThe response was:\n\n550 5.1.1 The email account that you tried to reach does not exist.\n", "anna@client.example", true, "failed"},
	"Zoho":                                {"From: mailer-daemon@mail.zoho.com\nSubject: Undelivered Mail Returned to Sender\n\nThis message was created automatically by mail delivery software.\n A message that you sent could not be delivered to one or more of its recipients. This is a permanent error.\n\nanna@client.example, ERROR CODE :550 - 5.1.1 User unknown\n", "anna@client.example", true, "failed"},
	"Yahoo":                               {"From: MAILER-DAEMON@yahoo.example\nSubject: Failure Notice\n\nSorry, we were unable to deliver your message to the following address.\n\n<anna@client.example>:\n554: delivery error: dd This user doesn't have a yahoo.example account\n", "anna@client.example", true, "failed"},
	"IronPort":                            {"From: \"Mail Delivery System\" <MAILER-DAEMON@mx.client.example>\nSubject: Undeliverable Message\n\nThe following message to <anna@client.example> was undeliverable.\nThe reason for the problem:\n5.1.0 - Unknown address error 550-'5.1.1 unknown'\n", "anna@client.example", true, "failed"},
	"Domino":                              {"From: Postmaster@client.example\nSubject: DELIVERY FAILURE: User anna (anna@client.example) not listed in Domino Directory\n\nYour message\n\n  Subject: Keys\n\nwas not delivered to:\n\n  anna@client.example\n\nbecause:\n\n  User anna (anna@client.example) not listed in Domino Directory\n", "anna@client.example", true, "failed"},
	"GroupWise":                           {"From: Mail Delivery System <postmaster@client.example>\nSubject: Message status - undeliverable\n\nThe attached file had the following undeliverable recipient(s):\n\tanna@client.example\n\nTransport details:\n   550 5.1.1 Recipient unknown\n", "anna@client.example", true, "failed"},
	"a full mailbox":                      {"From: Mail Administrator <Postmaster@client.example>\nSubject: Mail System Error - Returned Mail\n\nThis Message was undeliverable due to the following reason:\n\nThe user(s) account is temporarily over quota.\n\n<anna@client.example>\n", "anna@client.example", false, "failed"},
}

func TestBouncesInFreeText(t *testing.T) {
	t.Parallel()
	for name, c := range bounces {
		letter := strings.Replace(c.letter, "\n\n", "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n", 1)
		v := Judge(read(letter), Envelope{NullSender: true})
		if v.Class != ClassDSN || len(v.DSN.Deliveries) == 0 {
			t.Errorf("%s: %s (%s) %+v", name, v.Class, v.Reason, v.DSN)
			continue
		}
		d := v.DSN.Deliveries[0]
		if d.Recipient != c.recipient || d.Action != c.action || d.Gone() != c.gone || len(v.DSN.Deliveries) != 1 {
			t.Errorf("%s: gone %v of %+v", name, d.Gone(), v.DSN.Deliveries)
		}
	}
}
