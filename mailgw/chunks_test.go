package mailgw

import (
	"fmt"
	"strings"
	"testing"
)

// TestChunks: a letter in chunks is the letter, however it is cut, with lines that would end one sent by DATA.
func TestChunks(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	d := desk.serve(t).talk(t)
	letter := plainLetter("chunk", "In pieces.\r\n.\r\nMAIL FROM:<boss@client.example>\r\n..\r\n")
	for at := 0; at <= len(letter); at += 7 {
		d.write("MAIL FROM:<anna@client.example> BODY=8BITMIME\r\nRCPT TO:<x@" + domain + ">\r\n" +
			fmt.Sprintf("BDAT %d\r\n%sBDAT %d LAST\r\n%s", at, letter[:at], len(letter)-at, letter[at:]))
		for _, want := range []string{"250 2.1.0", "250 2.1.5", "250 2.0.0 Go on", "250 2.0.0 OK: stored"} {
			d.expect(want)
		}
	}
	d.run("MAIL FROM:<anna@client.example>", "250", "RCPT TO:<x@"+domain+">", "250")
	d.write(fmt.Sprintf("BDAT %d\r\n%s", len(letter), letter))
	d.expect("250 2.0.0 Go on")
	d.run("BDAT 0 LAST", "250 2.0.0 OK: stored", "NOOP", "250")
	for _, got := range desk.letters() {
		same(t, "letter", got, letter)
	}
	same(t, "letters", len(desk.letters()), len(letter)/7+2)
}

// TestChunkCutOff: wherever the connection breaks off, nothing of the letter is taken; go-smtp would take a chunk that is cut off for a whole one.
func TestChunkCutOff(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t)
	letter := plainLetter("cut", "Cut off.")
	sent := fmt.Sprintf("BDAT 40\r\n%sBDAT %d LAST\r\n%s", letter[:40], len(letter)-40, letter[40:])
	for at := range len(sent) {
		d := s.ready(t)
		d.write(sent[:at])
		if err := closeWrite(d); err != nil {
			t.Fatal(err)
		}
		d.rest()
	}
	same(t, "letters", len(desk.letters()), 0)
	for _, fate := range desk.fates() {
		if fate != "cut_off" && fate != "abandoned" {
			t.Errorf("fate %s", fate)
		}
	}
}

// TestChunksRefused: what is refused is read past, never acted on, and bounded (S4, S5).
func TestChunksRefused(t *testing.T) {
	t.Parallel()
	const most = 100_000
	letter := plainLetter("no", "Not taken.")
	inside := "MAIL FROM:<boss@client.example>\r\nRCPT TO:<y@" + domain + ">\r\n"
	for _, c := range []struct {
		name, sent string
		want       []string // the beginnings of the replies
	}{
		{"no number", "BDAT\r\n" + inside, []string{"501 5.5.4"}},
		{"negative", "BDAT -1 LAST\r\n" + inside, []string{"501 5.5.4"}},
		{"a word", "BDAT 5 LATER\r\n" + inside, []string{"501 5.5.4"}},
		{"more than there are numbers", "BDAT 999999999999999999999 LAST\r\n" + inside, []string{"501 5.5.4"}},
		{"4 GiB", "BDAT 4294967296 LAST\r\n" + strings.Repeat("x", 2<<20), []string{"552 5.3.4"}},
		{"the most", "BDAT 18446744073709551615 LAST\r\n" + strings.Repeat("x", 2<<20), []string{"552 5.3.4"}},
		{"the sum is too large", fmt.Sprintf("BDAT 60000\r\n%sBDAT 60000\r\n%sBDAT 5 LAST\r\nNOOP\nRSET\r\nNOOP\r\n", ofLines(60000), ofLines(60000)),
			[]string{"250 2.0.0", "552 5.3.4", "503 5.5.1", "250", "250"}},
		{"bare line ends", fmt.Sprintf("BDAT %d LAST\r\n%s\n.\n%s", len(letter)+3, letter, inside), []string{"554 5.6.0"}},
		{"a CR at the end", fmt.Sprintf("BDAT %d LAST\r\n%s\rRSET\r\n", len(letter)+1, letter), []string{"554 5.6.0"}},
		{"a CRLF in two chunks, with a command between", "BDAT 1\r\n\rNOOP\r\nBDAT 1 LAST\r\n\n", []string{"250 2.0.0", "250 2.0.0", "550 5.6.0"}},
		{"other commands between", "BDAT 1\r\nxDATA\r\nRCPT TO:<y@" + domain + ">\r\nMAIL FROM:<>\r\nRSET\r\nBDAT 4 LAST\r\nNOOPNOOP\r\n",
			[]string{"250 2.0.0", "503 5.5.1", "503 5.5.1", "503 5.5.1", "250", "503 5.5.1", "250"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			desk := newDesk()
			s := desk.serve(t, func(o *ServerOptions) { o.MaxLetter = most })
			d := s.ready(t)
			go func() { _, _ = d.Conn.Write([]byte(c.sent)); _ = closeWrite(d) }() // it may be cut off
			heard := d.rest()
			if len(heard) != len(c.want) {
				t.Fatalf("heard %q", heard)
			}
			for i, want := range c.want {
				if !strings.HasPrefix(heard[i], want) {
					t.Errorf("heard %q, want %q", heard[i], want)
				}
			}
			same(t, "letters", len(desk.letters()), 0)
		})
	}
	desk := newDesk()
	d := desk.serve(t).talk(t)
	d.write("BDAT 6 LAST\r\nRSET\r\n") // before MAIL: its chunk is no command
	d.expect("503 5.5.1")
	d.run("NOOP", "250")
	d.write("BDAT 1000000 LAST\r\n" + strings.Repeat("x", 70_000))
	d.expect("503 5.5.1")
	d.expect("-")
}

// ofLines is n bytes of lines.
func ofLines(n int) string {
	return strings.Repeat(strings.Repeat("x", 58)+"\r\n", n/60) + strings.Repeat("x", n%60)
}
