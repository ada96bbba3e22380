package mailgw

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// dialog is one side of an SMTP conversation, byte for byte.
type dialog struct {
	testing.TB
	net.Conn
	in *bufio.Reader
}

// dial connects, and hears nothing yet.
func (s *served) dial(tb testing.TB) *dialog {
	tb.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		tb.Fatal(err)
	}
	return &dialog{tb, c, bufio.NewReader(c)}
}

// talk is dial, greeted.
func (s *served) talk(tb testing.TB) *dialog {
	tb.Helper()
	d := s.dial(tb)
	d.expect("220")
	d.run("EHLO client.example", "250")
	return d
}

// run is a send/expect list: what is said, what is expected, what is said ... What is said gets its CRLF. Expected is the beginning of a reply's
// last line; "-" the connection's end.
func (d *dialog) run(script ...string) {
	d.Helper()
	for i := 0; i < len(script); i += 2 {
		d.write(script[i] + "\r\n")
		d.expect(script[i+1])
	}
}

func (d *dialog) expect(want string) {
	d.Helper()
	if got, _ := d.hear(); !strings.HasPrefix(got, want) {
		d.Fatalf("heard %q, want %q", got, want)
	}
}

// say sends a line and gives the reply's last line.
func (d *dialog) say(line string) string {
	d.Helper()
	d.write(line + "\r\n")
	got, _ := d.hear()
	return got
}

func (d *dialog) write(raw string) {
	d.Helper()
	if _, err := io.WriteString(d.Conn, raw); err != nil {
		d.Fatalf("write: %v", err)
	}
}

// hear gives the last line of a reply and all of them; "-" for the end of the connection.
func (d *dialog) hear() (last string, all []string) {
	d.Helper()
	for {
		line, err := d.in.ReadString('\n')
		if err != nil {
			if netErr, ok := errors.AsType[net.Error](err); ok && netErr.Timeout() {
				d.Fatalf("heard nothing after %q", all)
			}
			return "-", all
		}
		line = strings.TrimRight(line, "\r\n")
		all = append(all, line)
		if len(line) < 4 || line[3] != '-' {
			return line, all
		}
	}
}

// rest is all replies to the connection's end.
func (d *dialog) rest() (lines []string) {
	d.Helper()
	for {
		line, _ := d.hear()
		if line == "-" {
			return lines
		}
		lines = append(lines, line)
	}
}

// post hands over a letter and gives the reply to it, or the first refusal on the way.
func (d *dialog) post(from, letter string, to ...string) string {
	d.Helper()
	if said := d.say("MAIL FROM:<" + from + ">"); said[0] != '2' {
		return said
	}
	for _, rcpt := range to {
		if said := d.say("RCPT TO:<" + rcpt + ">"); said[0] != '2' {
			return said
		}
	}
	if said := d.say("DATA"); !strings.HasPrefix(said, "354") {
		return said
	}
	return d.say(dotted(letter) + ".")
}

// dotted makes a letter fit for DATA: CRLF, dots doubled (RFC 5321, section 4.5.2).
func dotted(letter string) string {
	if !strings.HasSuffix(letter, "\r\n") {
		letter += "\r\n"
	}
	return strings.TrimPrefix(strings.ReplaceAll("\r\n"+letter, "\r\n.", "\r\n.."), "\r\n")
}

// written is a letter with the usual header: further lines of header first, an empty line, the body.
func written(from string, lines ...string) string {
	return "From: " + from + "\r\nTo: someone@example.com\r\nSubject: Re: VAT return\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n" +
		strings.Join(lines, "\r\n") + "\r\n"
}

// plainLetter is Anna's letter of a few words.
func plainLetter(id, words string) string {
	return written("Anna <anna@client.example>", "Message-ID: <"+id+"@client.example>", "", words)
}
