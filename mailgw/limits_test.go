package mailgw

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"postern/chat"
)

// letterOf is a letter of exactly n bytes, in lines.
func letterOf(n int) string {
	head := plainLetter("big", "")
	var b strings.Builder
	b.WriteString(head)
	for b.Len() < n-80 {
		b.WriteString(strings.Repeat("x", 76) + "\r\n")
	}
	b.WriteString(strings.Repeat("y", n-b.Len()-2) + "\r\n")
	return b.String()
}

// TestSize is exact at the limit, declared or not (S5).
func TestSize(t *testing.T) {
	t.Parallel()
	const most = 200_000
	for size, want := range map[int]string{most - 1: "250", most: "250", most + 1: "552 5.3.4", most + 2: "552 5.3.4", 5 * most: "552 5.3.4"} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			desk := newDesk()
			s := desk.serve(t, func(o *ServerOptions) { o.MaxLetter = most })
			letter := letterOf(size)
			same(t, "length", len(letter), size)
			d := s.talk(t)
			same(t, "not declared", d.post("anna@client.example", letter, "x@"+domain)[:len(want)], want)
			d.run("NOOP", "250")
			same(t, "declared", d.say(fmt.Sprintf("MAIL FROM:<anna@client.example> SIZE=%d", size))[:len(want)], want)
			if want == "250" {
				d.run("RCPT TO:<x@"+domain+">", "250", "DATA", "354", dotted(letter)+".", "250")
				same(t, "letters", desk.letters(), []string{letter, letter})
			} else {
				same(t, "letters", len(desk.letters()), 0)
				same(t, "fates", desk.fates(), []string{"refused", "refused"})
			}
		})
	}
}

// TestLettersThatNeverCome: each that is said to be too large is a row of the ledger, and a hundred of them end the connection.
func TestLettersThatNeverCome(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	d := desk.serve(t).talk(t)
	d.write(strings.Repeat("MAIL FROM:<> SIZE=99999999999\r\n", 1000))
	d.expect("552 5.3.4")
	if said := d.rest(); len(said) == 0 || !strings.HasPrefix(said[len(said)-1], "421 4.7.0") {
		t.Errorf("heard %q at the end", said[max(0, len(said)-1):])
	}
	if n := len(desk.fates()); n > maxIdles {
		t.Errorf("%d rows", n)
	}
}

// TestTheLargestLetterHasRoom: whatever is set as the most, a letter of that size is taken when there is no other.
func TestTheLargestLetterHasRoom(t *testing.T) {
	t.Parallel()
	for _, most := range []int64{64 << 10, 36 << 20, 256 << 20} {
		o := ServerOptions{MaxLetter: most}
		o.defaults()
		m := memory{most: o.MaxMemory}
		if had := m.take(most / 2); !had || !m.take(most+1) {
			t.Errorf("of %d bytes none is ever taken", most)
		}
	}
}

// TestFarTooLarge: reading ends a megabyte past the limit.
func TestFarTooLarge(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	d := desk.serve(t, func(o *ServerOptions) { o.MaxLetter = 100_000 }).ready(t)
	d.run("DATA", "354")
	line := strings.Repeat("x", 998) + "\r\n"
	var err error
	sent := 0
	for ; err == nil && sent < 64<<20; sent += len(line) {
		_, err = io.WriteString(d.Conn, line)
	}
	if err == nil {
		t.Errorf("%d bytes were read of a letter of at most 100,000", sent)
	}
	same(t, "fates", desk.fates(), []string{"refused"})
}

// TestLongLines: programs that put a paragraph on a line are heard; more than 65,536 bytes is refused, and says so.
func TestLongLines(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t)
	for _, n := range []int{1900, 2100, 4093, 4094, 4095, 4096, 4097, 60_000, maxLine - 2} {
		same(t, fmt.Sprint(n), s.talk(t).post("anna@client.example", plainLetter("l", strings.Repeat("x", n)), "x@"+domain)[:3], "250")
	}
	same(t, "longer", s.talk(t).post("anna@client.example", plainLetter("l", strings.Repeat("x", maxLine-1)), "x@"+domain),
		"554 5.6.0 The letter has a line of more than 65,536 bytes (RFC 5321, section 4.5.3.1.6)")
	same(t, "letters", len(desk.letters()), 9)
	same(t, "as long as a command may be", s.talk(t).say("NOOP " + strings.Repeat("x", maxCommand-7))[:3], "250")
	for _, n := range []int{maxCommand - 6, 5000, 100_000} {
		d := s.talk(t)
		_, _ = io.WriteString(d.Conn, "NOOP "+strings.Repeat("x", n)+"\r\n") // it may be closed before the end
		if got := d.rest(); len(got) > 0 {
			same(t, "command", got, []string{"500 5.5.2 A command has at most 2,000 bytes"})
		}
	}
}

// TestMemory: when all letters together are too much, one more waits its turn, and what it took is given back.
func TestMemory(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t, func(o *ServerOptions) { o.MaxLetter, o.MaxMemory = 200_000, 400_000 })
	first := s.ready(t)
	first.run("DATA", "354")
	first.write(letterOf(150_000)) // its end is still to come
	second := s.talk(t)
	waitFor(t, func() bool { return s.memory.used.Load() == 200_001 })
	same(t, "second", second.post("anna@client.example", letterOf(150_000), "x@"+domain), "452 4.3.1 Too many letters at once; try again later")
	first.write(".\r\n")
	first.expect("250")
	same(t, "second again", second.post("anna@client.example", letterOf(150_000), "x@"+domain)[:3], "250")
	same(t, "fates", desk.fates(), []string{"deferred"})
}

// waitFor polls for what another goroutine brings about.
func waitFor(tb testing.TB, is func() bool) {
	tb.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !is() {
		if time.Now().After(deadline) {
			tb.Fatal("waited too long")
		}
		time.Sleep(time.Millisecond)
	}
}

// TestConnections are counted before a word is said.
func TestConnections(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t, func(o *ServerOptions) { o.MaxPerAddress, o.MaxConnections = 3, 4 })
	var open []*dialog
	for range 3 {
		d := s.dial(t)
		d.expect("220")
		open = append(open, d)
	}
	one := s.dial(t)
	one.expect("421 4.4.5")
	one.expect("-")
	open[0].run("QUIT", "221")
	open[0].expect("-")
	waitFor(t, func() bool { return s.open() == 2 })
	s.dial(t).expect("220")

	s = desk.serve(t, func(o *ServerOptions) { o.MaxConnections = 1 })
	s.dial(t).expect("220")
	s.dial(t).expect("421 4.4.5")
}

func (s *served) open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.wires)
}

func TestNetworks(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "::ffff:192.0.2.1": "::ffff:192.0.2.1", "pipe": "pipe",
	} {
		same(t, host, network(host), want)
	}
}

// TestChatter: who talks and talks and brings no letter is cut off; a letter buys more.
func TestChatter(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t)
	for command, last := range map[string]string{
		"NOOP": "421 4.7.0", "RSET": "421 4.7.0", "VRFY x": "421 4.7.0", "HELP": "421 4.7.0", "MAIL FROM:<a@client.example>": "421 4.7.0",
		"EHLO x": "421 4.7.0", "AUTH PLAIN x": "421 4.7.0", "XYZZY": "421 4.7.0", "DATA": "421 4.7.0",
	} {
		d := s.talk(t)
		d.write(strings.Repeat(command+"\r\n", maxIdles+2))
		heard := d.rest()
		if len(heard) == 0 || len(heard) > 10*maxIdles || !strings.HasPrefix(heard[len(heard)-1], last) {
			t.Errorf("%s: %d answers, the last %q", command, len(heard), heard[max(0, len(heard)-1):])
		}
	}
	d := s.talk(t)
	for range 4 {
		d.write(strings.Repeat("NOOP\r\n", 90))
		for range 90 {
			d.expect("250")
		}
		same(t, "reply", d.post("anna@client.example", plainLetter("n", "n"), "x@"+domain)[:3], "250")
	}
	d = s.talk(t)
	for range 1000 { // 64 bytes each: refused letters buy nothing
		d.write("MAIL FROM:<anna@client.example>\r\nRCPT TO:<x@" + domain + ">\r\nDATA\r\n")
		d.hear()
		d.hear()
		if said, _ := d.hear(); !strings.HasPrefix(said, "354") {
			return
		}
		d.write(".\r\n")
		d.hear()
	}
	t.Error("a thousand refused letters in one connection")
}

// TestTime: a client that brings nothing is let go.
func TestTime(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	d := desk.serve(t, func(o *ServerOptions) { o.DataTime = 50 * time.Millisecond }).ready(t)
	d.run("DATA", "354")
	d.write("From: anna@client.example\r\n")
	same(t, "replies", d.rest(), []string{"421 4.4.2 The letter did not come to its end"})
	same(t, "fates", desk.fates(), []string{"cut_off"})

	d = desk.serve(t, func(o *ServerOptions) { o.Patience = 50 * time.Millisecond }).dial(t)
	d.expect("220")
	same(t, "replies", d.rest(), []string{"421 4.4.2 Nothing came for too long"})
}

// TestRate: a letter has some time, more for what has come of it, and never more than there is.
func TestRate(t *testing.T) {
	t.Parallel()
	began := time.Now()
	for _, c := range []struct {
		came int64
		want time.Duration
	}{
		{0, time.Minute}, {999, time.Minute}, {letterRate, 61 * time.Second}, {100 * letterRate, 160 * time.Second}, {36 << 20, 10 * time.Minute},
	} {
		l := letterTime{began: began, first: time.Minute, most: 10 * time.Minute, came: c.came}
		same(t, fmt.Sprint(c.came), l.until().Sub(began), c.want)
	}
	desk := newDesk()
	s := desk.serve(t, func(o *ServerOptions) { o.Patience, o.DataTime = 200*time.Millisecond, time.Minute })
	slow := s.ready(t)
	slow.run("DATA", "354")
	go func() { // a byte at a time never comes to an end
		for range 1000 {
			if _, err := slow.Conn.Write([]byte("x")); err != nil {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	same(t, "replies", slow.rest(), []string{"421 4.4.2 The letter did not come to its end"})
	same(t, "letters", len(desk.letters()), 0)
}

// TestCutOff: a letter whose end never comes is not stored, wherever it breaks off.
func TestCutOff(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t)
	sent := plainLetter("cut", "Cut off.") + ".\r\n"
	for at := range len(sent) {
		d := s.ready(t)
		d.run("DATA", "354")
		d.write(sent[:at])
		if err := d.Conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		d.rest()
	}
	same(t, "letters", len(desk.letters()), 0)
	same(t, "ledger", len(desk.fates()), len(sent))
	for _, fate := range desk.fates() {
		same(t, "fate", fate, "cut_off")
	}
}

// TestAbandoned: a transaction that ends without a letter has its row too.
func TestAbandoned(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t)
	s.ready(t).run("RSET", "250", "NOOP", "250")
	s.ready(t).run("EHLO again", "250")
	s.ready(t).run("QUIT", "221")
	d := s.ready(t)
	_ = d.Close()
	waitFor(t, func() bool { return len(desk.fates()) == 4 })
	for _, fate := range desk.fates() {
		same(t, "fate", fate, "abandoned")
	}
}

// TestBombs are read within their limits, or refused; never long (S16).
func TestBombs(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t)
	nested := plainHeader() + "Content-Type: multipart/mixed; boundary=b0\r\n\r\n"
	for i := range 5000 {
		nested += fmt.Sprintf("--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n", i, i+1)
	}
	parts := plainHeader() + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\nx\r\n", 20_000)
	for name, c := range map[string]struct{ letter, want string }{
		"5,000 nested parts":     {nested, "554 5.6.0 the parts of the message are nested too deeply"},
		"20,000 parts":           {parts, "554 5.6.0 the message has too many parts"},
		"5,000 header fields":    {strings.Repeat("X-A: b\r\n", 5000) + plainLetter("h", "x"), "554 5.6.0 the header of the message has too many fields"},
		"a header of a megabyte": {strings.Repeat("X-A: "+strings.Repeat("b", 900)+"\r\n", 1100) + plainLetter("h", "x"), "554 5.6.0 the header of the message is too big"},
		"a folded megabyte":      {"X-A: b\r\n" + strings.Repeat(" "+strings.Repeat("b", 900)+"\r\n", 1100) + plainLetter("h", "x"), "554 5.6.0 the header of the message is too big"},
		"60 servers":             {strings.Repeat("Received: from a by b\r\n", 60) + plainLetter("r", "x"), "554 5.4.6 the message has passed too many servers: a loop"},
		"NUL":                    {plainLetter("nul", "a\x00b"), "250"},
		"no bytes":               {"", "550 5.6.0 the message has no From field"},
	} {
		begin := time.Now()
		got := s.talk(t).post("anna@client.example", c.letter, "x@"+domain)
		same(t, name, got[:min(len(got), len(c.want))], c.want)
		if took := time.Since(begin); took > 20*time.Second {
			t.Errorf("%s took %s", name, took)
		}
	}
	same(t, "letters", len(desk.letters()), 1)
}

func plainHeader() string { return "From: anna@client.example\r\n" }

// TestPanic: a defect of ours is no final answer, is in the log, and takes nobody else's connection with it.
func TestPanic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk := newDesk()
	desk.take = func(context.Context, chat.Addressee, chat.LetterIn) error { panic("on purpose") }
	s := w.serve(func(o *ServerOptions) { o.Service = desk })
	other := s.talk(t)
	same(t, "reply", s.talk(t).post("anna@client.example", plainLetter("p", "p"), "x@"+domain)[:3], "421")
	other.run("NOOP", "250")
	waitFor(t, func() bool { return strings.Contains(w.logged(), "on purpose") })
	if log := w.logged(); !strings.Contains(log, `"level":"error"`) {
		t.Errorf("log: %s", log)
	}
}
