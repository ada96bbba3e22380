package mailgw

import (
	"testing"
	"time"

	"postern/chat"
)

const apart = "452 4.5.3 This recipient needs a letter of its own; send it in a transaction of its own"

// TestSortsAreApart: whoever a letter may mean something else for has a transaction of their own by SMTP, which has one answer, and needs none by LMTP.
func TestSortsAreApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.update(func(tx chat.Tx) error {
		return tx.TrustSigner(t.Context(), chat.TrustedSigner{Office: w.office.ID, User: w.bert.ID, Domain: "esp.example", AddedBy: w.sam.ID, AddedAt: time.Now()})
	})
	annas, berts, sams := w.reply(w.anna, w.conversation), w.reply(w.bert, w.conversation), w.reply(w.sam, w.conversation)
	back, desk := w.mailTo(w.anna).From, "postmaster@"+domain
	s := w.serve()
	l := s.serveLMTP(t)
	for _, first := range []string{annas, berts, back, desk} {
		for _, second := range []string{annas, berts, back, desk} {
			want := apart
			if first == second {
				want = "250 2.1.5 OK"
			}
			d := s.talk(t)
			d.run("MAIL FROM:<anna@client.example>", "250", "RCPT TO:<"+first+">", "250")
			same(t, first+" and "+second, d.say("RCPT TO:<"+second+">"), want)
			d = l.dial(t)
			d.expect("220")
			d.run("LHLO x", "250", "MAIL FROM:<anna@client.example>", "250", "RCPT TO:<"+first+">", "250", "RCPT TO:<"+second+">", "250")
		}
	}
	s.talk(t).run("MAIL FROM:<anna@client.example>", "250", "RCPT TO:<"+annas+">", "250", "RCPT TO:<"+sams+">", "250")
}

// TestRefusedToAll: what is wrong with a letter is said at once and for good, and it is taken for nobody: neither for whom it would only have waited.
func TestRefusedToAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.MaxUpload = 5
	annas, berts := w.reply(w.anna, w.conversation), w.reply(w.bert, w.conversation)
	s := w.serve()
	said := s.talk(t).post("anna@client.example", wholeLetter, berts, annas)
	same(t, "SMTP", said[:9], "552 5.3.4")
	same(t, "lines", len(w.lines()), 0)
	same(t, "ledger", w.ledger(chat.MailIn), []string{"552 refused", "552 refused"})

	d := s.serveLMTP(t).dial(t)
	d.expect("220")
	d.run("LHLO x", "250", "MAIL FROM:<anna@client.example>", "250", "RCPT TO:<"+berts+">", "250", "RCPT TO:<"+annas+">", "250", "DATA", "354")
	d.write(dotted(wholeLetter) + ".\r\n")
	d.expect("250 2.0.0") // it is not from Bert: it waits
	d.expect("552 5.3.4")
	same(t, "lines", w.lines(), []chat.Happening{chat.LetterHeld})
}

// TestRevokedMeanwhile: what is against a recipient alone is put off, and their RCPT says it the next time.
func TestRevokedMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	berts, annas := w.reply(w.bert, w.conversation), w.reply(w.anna, w.conversation)
	d := w.serve().talk(t)
	d.run("MAIL FROM:<anna@client.example>", "250", "RCPT TO:<"+berts+">", "250", "RCPT TO:<"+annas+">", "250")
	w.remove(w.bert)
	letter := dotted(plainLetter("revoked", "Hello.")) + "."
	d.run("DATA", "354", letter, "451 4.3.0 The letter could not be taken for all recipients",
		"MAIL FROM:<anna@client.example>", "250", "RCPT TO:<"+berts+">", "550 5.7.1", "RCPT TO:<"+annas+">", "250", "DATA", "354", letter, "250")
	same(t, "messages", len(w.letters()), 1)
}

// TestLMTPJudgesEach: where trust differs, a forged letter is one recipient's message and another's refusal.
func TestLMTPJudgesEach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.update(func(tx chat.Tx) error {
		return tx.TrustSigner(t.Context(), chat.TrustedSigner{Office: w.office.ID, User: w.anna.ID, Domain: "esp.example", AddedBy: w.sam.ID, AddedAt: time.Now()})
	})
	verdict := "Authentication-Results: mx.office.example; dkim=pass header.d=esp.example; dmarc=fail header.from=client.example"
	raw := written("anna@client.example", verdict, "Message-ID: <s@client.example>", "", "Yes, please.")
	d := w.checked([]string{"127.0.0.0/8"}, `_dmarc.client.example TXT "v=DMARC1; p=reject"`).serveLMTP(t).dial(t)
	d.expect("220")
	d.run("LHLO x", "250", "MAIL FROM:<anna@client.example>", "250", "RCPT TO:<"+w.reply(w.bert, w.conversation)+">", "250",
		"RCPT TO:<"+w.reply(w.anna, w.conversation)+">", "250", "RCPT TO:<"+w.mailTo(w.bert).From+">", "250", "DATA", "354")
	d.write(dotted(raw) + ".\r\n")
	d.expect("550 5.7.1")
	d.expect("250 2.0.0")
	d.expect(errReports.Error())
	same(t, "messages", len(w.letters()), 1)
}
