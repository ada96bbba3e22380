package mailgw

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"postern/chat"
)

// signedByClient is a letter with a signature of client.example, and its records.
func signedByClient(tb testing.TB, raw string) (signed string, records []string) {
	tb.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		tb.Fatal(err)
	}
	var b bytes.Buffer
	err = dkim.Sign(&b, strings.NewReader(raw), &dkim.SignOptions{
		Domain: "client.example", Selector: "s", Signer: private, HeaderKeys: []string{"From", "To", "Subject", "Date", "Message-ID"},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return b.String(), []string{
		`s._domainkey.client.example TXT "v=DKIM1; k=ed25519; p=` + base64.StdEncoding.EncodeToString(public) + `"`, `_dmarc.client.example TXT "v=DMARC1; p=reject"`,
		`evil.example TXT "v=spf1 +all"`,
	}
}

// TestOneLetterOneConversation: a signed letter that somebody sends again, with fields put above it, begins nothing more.
func TestOneLetterOneConversation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.taxTeam()
	raw, records := signedByClient(t, plainLetter("signed", "Please call me."))
	s := w.checked(nil, records...)
	same(t, "reply", s.talk(t).post("anna@client.example", raw, tax)[:3], "250")
	for i := range 3 {
		s.talk(t).post("x@evil.example", fmt.Sprintf("Message-ID: <%d@evil.example>\r\n", i)+raw, tax)
		s.talk(t).post("x@evil.example", fmt.Sprintf("Date: Mon, 23 Nov 2026 10:00:0%d +0000\r\n", i)+raw, tax)
	}
	same(t, "conversations", len(w.begun(w.sam)), 1)
}

// TestAgainCountsNotAsAStart: the same letter again, by whoever has it, uses nothing up of what its author may begin.
func TestAgainCountsNotAsAStart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.taxTeam()
	raw, records := signedByClient(t, plainLetter("signed", "Please call me."))
	s := w.checked(nil, append(records, `client.example TXT "v=spf1 ip4:127.0.0.1 -all"`)...)
	s.rates = newThrottles(Rates{Starts: Rate{3, time.Hour}})
	for range 4 {
		same(t, "again", s.talk(t).post("x@evil.example", raw, tax)[:3], "250")
	}
	same(t, "the client's own", s.talk(t).post("anna@client.example", plainLetter("new", "Something else."), tax)[:3], "250")
}

// TestOurOwnMailFillsNoLedger: what says it is our own mail, as anybody may, has no more of the ledger than what strangers bring else.
func TestOurOwnMailFillsNoLedger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.taxTeam()
	s := w.serve(func(o *ServerOptions) { o.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	raw := written("x@stranger.example", InstanceHeader+": "+domain, "Auto-Submitted: auto-generated", "Message-ID: <a@stranger.example>", "", "Hello.")
	for i := range 3 * rowsOfNetwork {
		d := s.dial(t)
		d.write("PROXY TCP4 192.0.2.9 203.0.113.1 56324 25\r\n")
		d.expect("220")
		d.run("EHLO x", "250", fmt.Sprintf("MAIL FROM:<a%d@b.example>", i/20), "250", "RCPT TO:<"+tax+">", "250", "DATA", "354", raw+".", "250", "QUIT", "221")
	}
	n := len(w.ledger(chat.MailIn))
	if n > rowsOfNetwork {
		t.Errorf("%d rows of one network", n)
	}
}

// TestNobodyElseUsesUpASendersRate (S15): who says they are a client puts none of the client's own letters off.
func TestNobodyElseUsesUpASendersRate(t *testing.T) {
	t.Parallel()
	rates, now := newThrottles(UsualRates()), time.Now()
	to := recipient{Addressee: chat.Addressee{Team: newID()}}
	for range 1000 {
		rates.take("192.0.2.9", "anna@client.example", to, now)
	}
	same(t, "anna's own server", rates.take("198.51.100.1", "anna@client.example", to, now), true)
	seat := recipient{Addressee: chat.Addressee{Address: chat.ReplyAddress{Conversation: newID(), User: newID()}}}
	same(t, "her answer", rates.take("198.51.100.1", "anna@client.example", seat, now), true)
}

type stuck struct{ *desk }

func (stuck) LogMail(ctx context.Context, _ chat.LedgerRow) error {
	<-ctx.Done()
	return ctx.Err()
}

// TestStopWithSums (S17, S18): a database that stalls holds the end up by one row's time at most.
func TestStopWithSums(t *testing.T) {
	t.Parallel()
	var n noise
	at := time.Now()
	n.turn(at)
	n.all = rowsOfAll
	for i := range 3 {
		n.listed(source{network: fmt.Sprint(i)}, chat.LedgerRow{Fate: "refused"}, at)
	}
	s := NewServer(ServerOptions{Service: stuck{newDesk()}})
	s.noise.past = n.due(at.Add(time.Hour))
	began := time.Now()
	if err := s.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > noteTime+time.Second {
		t.Errorf("3 sums: %s", took)
	}
}
