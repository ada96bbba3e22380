package mailgw

import (
	"fmt"
	"strings"
	"testing"
)

// ends are what some server takes for the end of a letter and is not (RFC 5321, section 2.3.8).
var ends = []string{
	"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\r.\r\n", "\n.\r", "\r.\n", "\r\n.\r\r\n", "\r\n\x00.\r\n", "\r\n.\x00\r\n", "\r\r\n.\r\r\n",
	"\n\n.\n", "\r\n\n.\r\n",
}

// TestNoSecondLetter: whatever ends a letter elsewhere ends none here, and a letter with a bare CR or LF is refused as a whole, with all that
// follows it (S4).
func TestNoSecondLetter(t *testing.T) {
	t.Parallel()
	smuggled := "MAIL FROM:<boss@client.example>\r\nRCPT TO:<y@" + domain + ">\r\nDATA\r\n" + plainLetter("second", "Smuggled.") + ".\r\n"
	for _, end := range ends {
		t.Run(fmt.Sprintf("%q", end), func(t *testing.T) {
			t.Parallel()
			desk := newDesk()
			d := desk.serve(t).ready(t)
			d.run("DATA", "354")
			d.write(plainLetter("first", "The first.") + "more" + end + smuggled + "QUIT\r\n")
			heard := d.rest()
			bare := strings.Trim(strings.ReplaceAll(end, "\r\n", ""), ".\x00") != ""
			if bare {
				same(t, "replies", heard, []string{"554 5.6.0 The letter has line ends other than CRLF (RFC 5321, section 2.3.8)"})
				same(t, "letters", len(desk.letters()), 0)
				return
			}
			same(t, "letters", len(desk.letters()), 1)
			if got := desk.letters()[0]; !strings.Contains(got, "MAIL FROM:<boss@client.example>") {
				t.Errorf("the letter ended early: %q", got)
			}
		})
	}
}

// TestSplitAnywhere: the end of a letter is found however the bytes arrive.
func TestSplitAnywhere(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	d := desk.serve(t).talk(t)
	letter := written("anna@client.example", "", "..", ".a dot", "x.", "")
	sent := dotted(letter) + ".\r\n"
	for at := 1; at < len(sent); at += 3 {
		d.run("MAIL FROM:<anna@client.example>", "250", "RCPT TO:<x@"+domain+">", "250", "DATA", "354")
		d.write(sent[:at])
		d.write(sent[at:])
		d.expect("250")
	}
	for _, got := range desk.letters() {
		if got != letter {
			t.Fatalf("got %q, want %q", got, letter)
		}
	}
}

// TestBareLinesInCommands: a client that ends commands otherwise is not listened to, nor is what follows.
func TestBareLinesInCommands(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t)
	for _, line := range []string{"EHLO x\n", "EHLO x\rMAIL FROM:<a@client.example>\r\n", "\n", "EHLO x\r\r\n", "EHLO x\nMAIL FROM:<a@client.example>\r\n"} {
		d := s.dial(t)
		d.expect("220")
		d.write(line)
		same(t, fmt.Sprintf("%q", line), d.rest(), []string{"500 5.5.2 Lines end in CRLF, and nowhere else (RFC 5321, section 2.3.8)"})
	}
	same(t, "fates", len(desk.fates()), 0)
}

// TestAhead: pipelining is legal (RFC 2920), but not past DATA: what was sent before 354 is not taken for a letter (S9).
func TestAhead(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t)
	letter := dotted(plainLetter("p", "Pipelined.")) + ".\r\n"
	envelope := "MAIL FROM:<anna@client.example>\r\nRCPT TO:<x@" + domain + ">\r\nRCPT TO:<nobody@" + domain + ">\r\nDATA\r\n"

	d := s.talk(t)
	d.write(envelope)
	for _, want := range []string{"250", "250", "550 5.1.1", "354"} {
		d.expect(want)
	}
	d.write(letter + envelope) // the next group may follow a letter at once
	for _, want := range []string{"250", "250", "250", "550 5.1.1", "354"} {
		d.expect(want)
	}
	d.write(letter + "QUIT\r\n")
	d.expect("250")
	d.expect("221")
	same(t, "letters", len(desk.letters()), 2)

	d = s.talk(t)
	d.write(envelope + letter + "NOOP\r\n")
	heard := d.rest()
	same(t, "the last reply", heard[len(heard)-1], "554 5.5.0 Wait for the answer to DATA before you send the letter (RFC 2920, section 3.1)")
	same(t, "letters", len(desk.letters()), 2)
}

// TestSpokeFirst: who speaks before the greeting is not listened to (S9).
func TestSpokeFirst(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	d := desk.serve(t, func(o *ServerOptions) { o.Pause = 2e9 }).dial(t)
	d.write("EHLO x\r\nMAIL FROM:<anna@client.example>\r\nRCPT TO:<x@" + domain + ">\r\nDATA\r\n")
	same(t, "replies", d.rest(), []string{"554 5.5.1 You spoke before the greeting"})
	same(t, "letters", len(desk.letters()), 0)
}
