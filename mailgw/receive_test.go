package mailgw

import (
	"io"
	"strings"
	"sync"
	"testing"

	"postern/chat"
)

const wholeLetter = "From: Anna Client <ANNA@client.example>\r\n" +
	"To: Lindgren & Partners <x@mail.example.org>\r\n" +
	"Subject: Re: VAT return\r\n" +
	"Message-ID: <whole@client.example>\r\n" +
	"Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n" +
	"MIME-Version: 1.0\r\n" +
	"Content-Type: multipart/mixed; boundary=m\r\n\r\n" +
	"--m\r\nContent-Type: multipart/related; boundary=r\r\n\r\n" +
	"--r\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" +
	"<p>Here is the <b>invoice</b>.<script>alert(1)</script></p><img src=\"cid:logo\">" +
	"<div class=\"gmail_quote\"><div class=\"gmail_attr\">On Sat, 21 Nov 2026, Sam wrote:<br></div><blockquote class=\"gmail_quote\">Could you send it?</blockquote></div>\r\n" +
	"--r\r\nContent-Type: image/png\r\nContent-ID: <logo>\r\nContent-Disposition: inline; filename=logo.png\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==\r\n" +
	"--r--\r\n" +
	"--m\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"invoice.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
	"JVBERi0xLjQKJcfsj6IK\r\n" +
	"--m--\r\n"

// TestALetterBecomesAMessage: what the person wrote is in the thread before the 250, the rest one click away, the files beside it, the letter kept
// as it came.
func TestALetterBecomesAMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.serve().talk(t)
	same(t, "reply", d.post("anna@client.example", wholeLetter, w.reply(w.anna, w.conversation)), "250 2.0.0 OK: stored")
	came := w.letters()
	same(t, "messages by letter", len(came), 1)
	m := came[0]
	same(t, "html", m.HTML, "<p>Here is the <strong>invoice</strong>.</p>")
	same(t, "author, folded", []any{m.Author.ID, m.Folded}, []any{w.anna.ID, true})
	folded, err := w.Folded(t.Context(), actor(w.bert), w.conversation, m.ID)
	if err != nil || !strings.Contains(folded, "Could you send it?") {
		t.Errorf("folded %q, %v", folded, err)
	}
	var files []string
	for _, a := range m.Attachments {
		files = append(files, a.Name+" "+a.Type+" "+a.Inline)
	}
	same(t, "files", files, []string{"logo.png image/png logo", "invoice.pdf application/pdf "})
	l := w.letter(m.Letter)
	same(t, "kept", w.raw(l), wholeLetter)
	same(t, "letter", []any{l.Fate, l.From, l.EnvelopeFrom, l.Peer, l.MessageID, l.Class, l.Size},
		[]any{chat.LetterPosted, "ANNA@client.example", "anna@client.example", "127.0.0.1", "<whole@client.example>", "human", len(wholeLetter)})
	rows := w.ledgerRows(chat.MailIn)
	same(t, "ledger", w.ledger(chat.MailIn), []string{"250 posted"})
	same(t, "ledger row", []any{rows[0].Letter, rows[0].Office, rows[0].Size, rows[0].EnvelopeFrom}, []any{l.ID, w.office.ID, l.Size, "anna@client.example"})
}

// TestTheSameLetterIsTakenOnce: three times in a row and on eight connections at once. The same Message-ID with other content is another letter.
func TestTheSameLetterIsTakenOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve()
	to := w.reply(w.anna, w.conversation)
	letter := plainLetter("same", "Yes.")
	d := s.talk(t)
	for range 3 {
		same(t, "reply", d.post("anna@client.example", "Received: by way of "+newID().String()+"\r\n"+letter, to)[:3], "250")
	}
	same(t, "messages", len(w.letters()), 1)
	same(t, "ledger", w.ledger(chat.MailIn), []string{"250 posted", "250 again", "250 again"})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			same(t, "reply", s.talk(t).post("anna@client.example", plainLetter("eight", "Yes, all eight."), to)[:3], "250")
		})
	}
	all.Wait()
	same(t, "messages", len(w.letters()), 2)
	same(t, "reply", d.post("anna@client.example", plainLetter("same", "No."), to)[:3], "250")
	same(t, "to somebody else", d.post("bert@client.example", strings.ReplaceAll(letter, "anna", "bert"), w.reply(w.bert, w.conversation))[:3], "250")
	same(t, "without an id", d.post("anna@client.example", written("anna@client.example", "", "No id."), to)[:3], "250")
	same(t, "messages", len(w.letters()), 5)
}

// TestRecipients: each by itself; a letter for several is taken for all of them, or for none as far as the sender knows.
func TestRecipients(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.serve().talk(t)
	annas := w.reply(w.anna, w.conversation)
	other := w.start(w.sam, "Another", w.anna)
	d.run("MAIL FROM:<anna@client.example>", "250", "RCPT TO:<"+annas+">", "250", "RCPT TO:<x"+annas[1:]+">", "550 5.1.1",
		"RCPT TO:<"+strings.ToUpper(annas)+">", "250", "RCPT TO:<"+w.reply(w.anna, other)+">", "250", "DATA", "354",
		dotted(plainLetter("both", "For both."))+".", "250")
	same(t, "ledger", w.ledger(chat.MailIn), []string{"550 refused", "250 posted", "250 posted"})

	fails := 1
	w.store.failWith(func(call string) error {
		if call == "decide" {
			if fails--; fails < 0 {
				return chat.Refuse(chat.Forbidden, "Left in between.")
			}
		}
		return nil
	})
	to := []string{annas, w.reply(w.anna, other)}
	same(t, "the second fails", d.post("anna@client.example", plainLetter("half", "Half."), to...), "451 4.3.0 The letter could not be taken for all recipients; try again later")
	w.store.failWith(nil)
	same(t, "again", d.post("anna@client.example", plainLetter("half", "Half."), to...)[:3], "250")
	same(t, "messages", len(w.letters()), 2)
	same(t, "ledger", w.ledger(chat.MailIn)[3:], []string{"250 posted", "451 deferred", "451 deferred", "250 again", "250 posted"})
}

// TestTwoOffices: a letter for two of them is kept by each.
func TestTwoOffices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.newOffice("other.example.org")
	boss, anna := w.user(other, "Boss", chat.Owner), w.user(other, "Anna", chat.Client)
	there := w.start(boss, "Elsewhere", anna)
	second := w.start(w.sam, "Another", w.anna)
	elsewhere := strings.TrimSuffix(w.reply(anna, there), domain) + other.MailDomain
	letter := plainLetter("two", strings.Repeat("For both offices. ", 2000)) // too long for its row
	d := w.serve().talk(t)
	same(t, "reply", d.post("anna@client.example", letter, w.reply(w.anna, w.conversation), elsewhere, w.reply(w.anna, second))[:3], "250")
	rows := w.ledgerRows(chat.MailIn)
	same(t, "ledger", w.ledger(chat.MailIn), []string{"250 posted", "250 posted", "250 posted"})
	for i, office := range []chat.Office{w.office, other, w.office} {
		same(t, "office", rows[i].Office, office.ID)
		w.view(func(r chat.Reader) error {
			l, err := r.Letter(t.Context(), office.ID, rows[i].Letter)
			if err != nil {
				return err
			}
			content, err := w.blobs.Open(t.Context(), office.ID, l.Raw)
			if err != nil {
				return err
			}
			defer content.Close()
			raw, err := io.ReadAll(content)
			same(t, "kept", string(raw), letter)
			return err
		})
	}
}
