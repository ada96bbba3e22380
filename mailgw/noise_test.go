package mailgw

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/chat"
)

// TestStrangersFillNoLedger: past so many rows an hour what a network brings about is counted, and is a sum for each fate when the server stops; what a
// neighbour brings, and a letter, have their rows.
func TestStrangersFillNoLedger(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t, func(o *ServerOptions) { o.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	from := func(ip string) *dialog {
		d := s.dial(t)
		d.write("PROXY TCP4 " + ip + " 203.0.113.1 56324 25\r\n")
		d.expect("220")
		d.run("EHLO x", "250", "MAIL FROM:<a@b.example>", "250")
		return d
	}
	for i := range 10 {
		d := from(fmt.Sprintf("192.0.2.%d", i))
		d.write(strings.Repeat("RCPT TO:<nobody@"+domain+">\r\n", maxRefused))
		d.rest()
	}
	same(t, "rows", len(desk.fates()), rowsOfNetwork)
	from("192.0.3.1").run("RCPT TO:<nobody@"+domain+">", "550", "QUIT", "221")
	from("192.0.2.1").run("RCPT TO:<anna@"+domain+">", "250", "DATA", "354", plainLetter("wanted", "Hello.")+".", "250", "QUIT", "221")
	same(t, "rows, of a neighbour's too", len(desk.fates()), rowsOfNetwork+1)
	from("192.0.2.1").run("RCPT TO:<anna@"+domain+">", "250", "QUIT", "221")
	same(t, "of an address that it knows", desk.fates()[rowsOfNetwork+1], "abandoned")
	same(t, "unlisted", s.Stats().Unlisted, uint64(10*maxRefused-rowsOfNetwork))
	if err := s.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	rows := desk.rows()
	last := rows[len(rows)-1]
	same(t, "rows in the end", len(rows), rowsOfNetwork+3)
	same(t, "the sum", []any{last.Peer, last.Fate, last.Code, last.Enhanced, last.Direction}, []any{"192.0.2.0/24", "refused", 550, "5.1.1", chat.MailIn})
	if !strings.HasPrefix(last.Reason, "140 more from there between ") || !strings.HasSuffix(last.Reason, "There is no such address here.") {
		t.Errorf("sum %q", last.Reason)
	}
}

func (d *desk) rows() []chat.LedgerRow {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.ledger)
}

// TestNoise: an hour's rows are bounded in all, however many networks there are, and so are its sums; the next hour begins afresh.
func TestNoise(t *testing.T) {
	t.Parallel()
	var n noise
	row := chat.LedgerRow{Fate: "refused", Code: 550, Reason: "No."}
	at := time.Date(2026, 11, 23, 11, 30, 0, 0, time.UTC)
	listed := 0
	for i := range 3 * rowsOfAll {
		if n.listed(source{network: fmt.Sprint(i / 2)}, row, at) {
			listed++
		}
	}
	same(t, "listed", listed, rowsOfAll)
	same(t, "the operator's own, in that hour", n.listed(source{}, row, at), false)
	same(t, "sums of an hour that is not over", len(n.due(at.Add(29*time.Minute))), 0)
	later := at.Add(time.Hour)
	for range 2 * rowsOfNetwork {
		same(t, "the operator's own", n.listed(source{}, row, later), true)
	}
	sums, left := n.due(later), 2*rowsOfAll+1
	same(t, "sums", len(sums), mostSums+1)
	for _, s := range sums {
		var more int
		if _, err := fmt.Sscanf(s.Reason, "%d more from there between 11:00 and an hour later; the last: No.", &more); err != nil {
			t.Errorf("%q: %v", s.Reason, err)
		}
		left -= more
	}
	same(t, "not counted", left, 0)
	same(t, "sums, again", len(n.due(later)), 0)
}

// TestSumsAreWrittenWithTheNextHour, by whoever's connection ends then.
func TestSumsAreWrittenWithTheNextHour(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t)
	s.noise.mu.Lock()
	s.noise.past = []chat.LedgerRow{{Fate: "refused", Reason: "of the hour before"}}
	s.noise.mu.Unlock()
	d := s.talk(t)
	d.run("QUIT", "221")
	d.rest()
	same(t, "fates", desk.fates(), []string{"refused"})
	if err := s.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	same(t, "fates, in the end", desk.fates(), []string{"refused"})
}

func TestBlocks(t *testing.T) {
	t.Parallel()
	for ip, want := range map[string]string{
		"192.0.2.77": "192.0.2.0/24", "::ffff:192.0.2.77": "192.0.2.0/24", "2001:db8:1:2:3::1": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
	} {
		same(t, ip, block(netip.MustParseAddr(ip)), want)
	}
	same(t, "no address", block(netip.Addr{}), "")
}
