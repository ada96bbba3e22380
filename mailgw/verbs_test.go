package mailgw

import (
	"fmt"
	"strings"
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
		"250-Hello client.example", "250-PIPELINING", "250-8BITMIME", "250-ENHANCEDSTATUSCODES", "250-SMTPUTF8", "250-SIZE 12345", "250 LIMITS RCPTMAX=100",
	})
	d.run("STARTTLS", "502", "AUTH PLAIN AGEAYg==", "502 5.5.1", "AUTH LOGIN", "502 5.5.1", "HELP", "502", "XYZZ", "500")
}

// TestOrder: commands out of order, or twice, do nothing.
func TestOrder(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t)
	d := s.dial(t)
	d.expect("220")
	d.run("MAIL FROM:<a@client.example>", "502", "EHLO x", "250", "DATA", "502", "RCPT TO:<x@"+domain+">", "502",
		"MAIL FROM:<a@client.example>", "250", "DATA", "502", "RCPT TO:<nobody@"+domain+">", "550", "DATA", "502",
		"RCPT TO:<x@"+domain+">", "250", "MAIL FROM:<b@client.example>", "503 5.5.1", "DATA", "354", dotted(plainLetter("o", "o"))+".", "250",
		"DATA", "502", "RCPT TO:<x@"+domain+">", "502")
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

// TestNoChunks: BDAT is not offered and takes nothing, not even a letter that is whole; go-smtp would take one that is cut off. What follows is not
// acted on.
func TestNoChunks(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t, func(o *ServerOptions) { o.MaxPerAddress = 100 })
	letter := plainLetter("chunk", "In one piece.")
	for _, sent := range []string{
		fmt.Sprintf("BDAT %d LAST\r\n%s", len(letter), letter),
		fmt.Sprintf("BDAT %d\r\n%sBDAT 0 LAST\r\n", len(letter), letter),
		"BDAT 0 LAST\r\n",
		"BDAT 0\r\nRSET\r\nMAIL FROM:<anna@client.example>\r\nRCPT TO:<x@" + domain + ">\r\n",
		fmt.Sprintf("BDAT %d LAST\r\n%s", len(letter)+100, letter), // and the end of the connection
		"BDAT 4294967295 LAST\r\n" + letter,
		"BDAT 99999999999\r\n",
		"BDAT\r\n",
		"BDAT -1 LAST\r\n",
	} {
		d := s.ready(t)
		d.write(sent)
		_ = closeWrite(d)
		for _, said := range d.rest() {
			if strings.HasPrefix(said, "250 2.0.0 OK") {
				t.Errorf("%.40q was taken: %s", sent, said)
			}
		}
	}
	late := s.ready(t)
	late.write(fmt.Sprintf("BDAT %d LAST\r\n", len(letter)))
	waitFor(t, func() bool { return s.busy()+s.over() == 1 || s.open() == 0 }) // BDAT was read; its chunk is still to come
	_, _ = late.Conn.Write([]byte(letter))                                     // the connection may be closed already
	late.expect("502")
	late.expect("-")
	d := s.talk(t)
	d.write(fmt.Sprintf("BDAT %d LAST\r\n%sNOOP\r\n", len(letter), letter))
	d.expect("502")
	d.expect("250")
	same(t, "letters", len(desk.letters()), 0)
}

func closeWrite(d *dialog) error {
	return d.Conn.(interface{ CloseWrite() error }).CloseWrite()
}

// over is how many connections are told to end.
func (s *served) over() (n int) {
	s.eachWire(func(w *wire) {
		if w.isOver() {
			n++
		}
	})
	return n
}
