package mailgw

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"

	"postern/chat"
	"postern/mailgw/auth"
)

// serveLMTP has the server listen at a second port, where LMTP is spoken.
func (s *served) serveLMTP(t *testing.T) *served {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.ServeLMTP(l) }()
	t.Cleanup(func() {
		if err := s.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return &served{Server: s.Server, tb: t, addr: l.Addr().String()}
}

// TestLMTP: each recipient that was accepted has an answer of its own, in their order, also one named twice; what fails for one is taken for the
// others (RFC 2033, section 4.2).
func TestLMTP(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	b := recipientOf("b")
	desk.take = func(_ context.Context, to chat.Addressee, _ chat.LetterIn) error {
		if to.Address.Reply == b {
			return chat.Refuse(chat.Forbidden, "Not here.")
		}
		return nil
	}
	d := desk.serve(t).serveLMTP(t).dial(t)
	d.expect("220 " + domain + " LMTP")
	d.run("EHLO x", "500 5.5.1", "HELO x", "500 5.5.1", "LHLO mx.example.org", "250")
	envelope := []string{"MAIL FROM:<anna@client.example>", "250", "RCPT TO:<a@" + domain + ">", "250", "RCPT TO:<nobody@" + domain + ">", "550 5.1.1",
		"RCPT TO:<b@" + domain + ">", "250", "RCPT TO:<a@" + domain + ">", "250", "RCPT TO:<c@" + domain + ">", "250"}
	letter := plainLetter("lmtp", "By LMTP.")
	want := []string{"250 2.0.0 OK: stored", "550 5.7.1 Not here.", "250 2.0.0 OK: stored", "250 2.0.0 OK: stored"}
	for _, way := range []string{"DATA", "BDAT"} {
		d.run(envelope...)
		if way == "DATA" {
			d.run("DATA", "354")
			d.write(dotted(letter) + ".\r\n")
		} else {
			d.write(fmt.Sprintf("BDAT 10\r\n%sBDAT %d LAST\r\n%s", letter[:10], len(letter)-10, letter[10:]))
			d.expect("250 2.0.0 Go on")
		}
		for _, answer := range want {
			d.expect(answer)
		}
	}
	d.run("NOOP", "250")
	same(t, "letters", len(desk.letters()), 4)
	same(t, "fates", desk.fates(), []string{"refused", "refused", "refused", "refused"})

	d.run("MAIL FROM:<anna@client.example>", "250", "RCPT TO:<a@"+domain+">", "250", "RCPT TO:<c@"+domain+">", "250", "DATA", "354")
	d.write("a\nb\r\n.\r\n")
	d.expect("554 5.6.0")
	d.expect("554 5.6.0")
	d.expect("-")
}

// TestLMTPChunkRefused: a chunk that is not the last has one answer, refused or not; the last has one for each recipient (RFC 2033, section 4.3).
func TestLMTPChunkRefused(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	d := desk.serve(t, func(o *ServerOptions) { o.MaxLetter = 1000 }).serveLMTP(t).dial(t)
	d.expect("220")
	d.run("LHLO mx.example.org", "250")
	envelope := []string{"MAIL FROM:<anna@client.example>", "250", "RCPT TO:<a@" + domain + ">", "250", "RCPT TO:<b@" + domain + ">", "250"}
	d.run(envelope...)
	d.write("BDAT 1001\r\n" + ofLines(1001) + "BDAT 3\r\nabcBDAT 2 LAST\r\n\r\n")
	d.expect("552 5.3.4")
	d.expect("503 5.5.1")
	d.expect("503 5.5.1")
	d.run("NOOP", "250", "RSET", "250")
	d.run(envelope...)
	d.write("BDAT 999\r\n" + ofLines(999) + "BDAT 2 LAST\r\n\r\n")
	d.expect("250 2.0.0")
	d.expect("552 5.3.4")
	d.expect("552 5.3.4")
	d.run("NOOP", "250")
	same(t, "fates", desk.fates(), []string{"refused", "refused", "refused", "refused"})
}

func recipientOf(local string) int64 {
	a, _ := newDesk().Addressee(context.Background(), local, domain, false)
	return a.Address.Reply
}

// TestLMTPClient: the address of the mail server that hands letters on says nothing of who sends, unless it is a trusted relay.
func TestLMTPClient(t *testing.T) {
	t.Parallel()
	relays := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	server := NewServer(ServerOptions{Service: newDesk(), Senders: &auth.Checker{Relays: relays}})
	for _, c := range []struct {
		lmtp         bool
		peer         string
		client, sent string
	}{
		{false, "198.51.100.1", "198.51.100.1", "198.51.100.1"},
		{true, "198.51.100.1", "invalid IP", ""},
		{true, "192.0.2.7", "192.0.2.7", ""},
		{false, "192.0.2.7", "192.0.2.7", ""},
		{true, "", "invalid IP", ""},
		{false, "127.0.0.1", "127.0.0.1", ""},
	} {
		s := &session{server: server, peer: c.peer, door: door{lmtp: c.lmtp}}
		same(t, fmt.Sprint(c), []string{s.client().String(), s.sending()}, []string{c.client, c.sent})
	}
}

// FuzzCommands hands over anything in place of commands. Nothing panics, nothing is taken, and whatever is answered is a reply.
func FuzzCommands(f *testing.F) {
	for _, seed := range []string{
		"EHLO x", "MAIL FROM:<a@b.example> SIZE=1 BODY=8BITMIME SMTPUTF8", "MAIL FROM:<>", "RCPT TO:<\"a b\"@c.example>", "RCPT TO:<@a,@b:c@d>",
		"MAIL FROM:<a@b SIZE=18446744073709551616", "BDAT 5 LAST", "STARTTLS", "HELP", "\x00", "RCPT TO:<\"a\\", "MAIL FROM:<a>SIZE=1", " ", "MAIL FROM:  <a@b>  ",
	} {
		f.Add([]byte(seed))
	}
	desk := newDesk()
	s := desk.serve(f, func(o *ServerOptions) { o.Pause, o.MaxPerAddress = 1, 1000 })
	f.Fuzz(func(t *testing.T, line []byte) {
		d := s.talk(t)
		_, _ = d.Conn.Write(append(bytes.Clone(line), "\r\nQUIT\r\n"...))
		_ = closeWrite(d)
		for _, said := range d.rest() {
			if len(said) < 4 || !strings.Contains("2345", said[:1]) {
				t.Errorf("%q was answered %q", line, said)
			}
		}
		if len(desk.letters()) > 0 {
			t.Errorf("%q was taken for a letter", line)
		}
	})
}
