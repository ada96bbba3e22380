package mailgw

import (
	"fmt"
	"testing"
)

// TestOffers: what the server offers is what it does.
func TestOffers(t *testing.T) {
	t.Parallel()
	d := newDesk().serve(t, func(o *ServerOptions) { o.MaxLetter = 12345 }).dial(t)
	d.expect("220 " + domain)
	d.write("EHLO client.example\r\n")
	_, all := d.hear()
	same(t, "offers", all, []string{
		"250-" + domain, "250-PIPELINING", "250-8BITMIME", "250-ENHANCEDSTATUSCODES", "250-SMTPUTF8", "250-CHUNKING", "250-SIZE 12345",
		"250-LIMITS RCPTMAX=100", "250 HELP",
	})
	d.run("STARTTLS", "502 5.5.1", "AUTH PLAIN AGEAYg==", "502 5.5.1", "AUTH LOGIN", "502 5.5.1", "HELP", "214 2.0.0", "VRFY anna", "252 2.5.0",
		"EXPN staff", "502 5.5.1", "ETRN example.org", "502 5.5.1", "XYZZ", "500 5.5.2", "LHLO x", "500 5.5.1")
}

// TestOrder: commands out of order, or twice, do nothing.
func TestOrder(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t)
	d := s.dial(t)
	d.expect("220")
	d.run("MAIL FROM:<a@client.example>", "503", "EHLO x", "250", "DATA", "503", "RCPT TO:<x@"+domain+">", "503",
		"MAIL FROM:<a@client.example>", "250", "DATA", "503", "RCPT TO:<nobody@"+domain+">", "550", "DATA", "503",
		"RCPT TO:<x@"+domain+">", "250", "MAIL FROM:<b@client.example>", "503 5.5.1", "DATA", "354", dotted(plainLetter("o", "o"))+".", "250",
		"DATA", "503", "RCPT TO:<x@"+domain+">", "503")
	same(t, "letters", len(desk.letters()), 1)
}

// TestManyRecipients: past the hundredth the client is asked to come again with the rest (S6).
func TestManyRecipients(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	d := desk.serve(t).talk(t)
	d.run("MAIL FROM:<anna@client.example>", "250")
	for i := range 120 {
		want := "250"
		if i >= 100 {
			want = "452 4.5.3"
		}
		d.run(fmt.Sprintf("RCPT TO:<r%d@%s>", i, domain), want)
	}
	d.run("DATA", "354", dotted(plainLetter("many", "many"))+".", "250")
	same(t, "letters", len(desk.letters()), 100)
}

func closeWrite(d *dialog) error {
	return d.Conn.(interface{ CloseWrite() error }).CloseWrite()
}
