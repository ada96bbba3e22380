package mailgw

import (
	"context"
	netsmtp "net/smtp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"postern/chat"
)

// TestRealClients: programs that know SMTP by themselves are understood, and understand what they are told.
func TestRealClients(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve()
	to := w.reply(w.anna, w.conversation)
	if err := netsmtp.SendMail(s.addr, nil, "anna@client.example", []string{to}, []byte(plainLetter("net", "By net/smtp.\r\n.\r\n..x"))); err != nil {
		t.Error(err)
	}
	c, err := smtp.Dial(s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, letter := range []string{plainLetter("one", "By go-smtp."), plainLetter("two", "Grüße, "+strings.Repeat("ä", 300))} {
		if err := c.SendMail("änna@client.example", []string{to}, strings.NewReader(letter)); err != nil {
			t.Error(err)
		}
	}
	err = c.SendMail("anna@client.example", []string{"nobody@" + domain}, strings.NewReader(plainLetter("x", "x")))
	if e, ok := err.(*smtp.SMTPError); !ok || e.Code != 550 || e.EnhancedCode != (smtp.EnhancedCode{5, 1, 1}) {
		t.Errorf("refused: %v", err)
	}
	if err := c.Quit(); err != nil {
		t.Error(err)
	}
	var texts []string
	for _, m := range w.letters() {
		texts = append(texts, m.Text)
	}
	same(t, "letters", texts, []string{"By net/smtp.\n.\n..x", "By go-smtp.", "Grüße, " + strings.Repeat("ä", 300)})
}

// TestThereAndBack: the gateway's own relay brings a mail to the gateway of another office, whose answer comes back by the reply address.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := newRelayServer(t, false, func(*smtp.Server) {})
	stop := w.sender(&Relay{Addr: server.addr, Hello: domain})
	waitFor(t, func() bool { return len(server.taken()) == 3 && w.owed() == 0 })
	stop()
	for _, m := range server.taken() {
		if m.to != w.anna.Email {
			continue
		}
		box := &postbox{}
		if _, err := box.Send(t.Context(), m.from, m.to, "", bytesOnly(m.raw)); err != nil {
			t.Fatal(err)
		}
		l := box.taken()[0].l
		answer := plainLetter("answer", "Yes, on Friday.\r\n\r\nOn Sun, 22 Nov 2026 at 10:00, Lindgren & Partners wrote:\r\n> "+strings.ReplaceAll(strings.TrimSpace(l.Text), "\n", "\r\n> "))
		d := w.serve().talk(t)
		same(t, "reply", d.post(m.to, answer, l.ReplyTo[0].Address)[:3], "250")
		same(t, "our own mail, redirected", d.post(m.to, m.raw, l.ReplyTo[0].Address)[:3], "250")
		same(t, "the robot", d.post("", written(m.to, "Auto-Submitted: auto-replied", "", "Away."), m.from)[:3], "250")
	}
	came := w.letters()
	same(t, "message", []any{len(came), came[0].Text, came[0].Folded}, []any{1, "Yes, on Friday.", true})
	same(t, "lines", w.lines(), []chat.Happening{chat.AutoReplied})
	same(t, "ledger", w.ledger(chat.MailIn), []string{"250 posted", "250 dropped", "250 auto_reply"})
}

// TestStalled: a use case that takes too long is answered in time, and not for good (S17).
func TestStalled(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	desk.take = func(ctx context.Context, _ chat.Addressee, _ chat.LetterIn) error {
		<-ctx.Done()
		return ctx.Err()
	}
	s := desk.serve(t, func(o *ServerOptions) { o.TakeTime = 10 * time.Millisecond })
	same(t, "reply", s.talk(t).post("anna@client.example", plainLetter("s", "s"), "x@"+domain), "451 4.3.0 Something went wrong here; try again later")
	same(t, "fates", desk.fates(), []string{"deferred"})
}
