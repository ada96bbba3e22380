package mailgw

import (
	"bufio"
	"bytes"
	"net/netip"
	"strings"
	"testing"
)

// binaryProxy is a header of version 2: command and family, the addresses, what a proxy adds.
func binaryProxy(command, family byte, rest string) string {
	return string(proxyBinary) + string([]byte{command, family, byte(len(rest) >> 8), byte(len(rest))}) + rest
}

const (
	fourAddresses = "\xc0\x00\x02\x01\xcb\x00\x71\x01\xdc\x04\x00\x19"
	sixAddresses  = "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01" + "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02" + "\xdc\x04\x00\x19"
)

var proxyHeaders = []struct{ header, want string }{ // want: the address; "-" for none; empty: refused
	{"PROXY TCP4 192.0.2.1 203.0.113.1 56324 25\r\n", "192.0.2.1"},
	{"PROXY TCP6 2001:db8::1 2001:db8::2 56324 25\r\n", "2001:db8::1"},
	{"PROXY UNKNOWN\r\n", "-"},
	{"PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n", "-"},
	{binaryProxy(0x21, 0x11, fourAddresses), "192.0.2.1"},
	{binaryProxy(0x21, 0x11, fourAddresses+"\x04\x00\x04more"), "192.0.2.1"},
	{binaryProxy(0x21, 0x21, sixAddresses), "2001:db8::1"},
	{binaryProxy(0x20, 0, ""), "-"},
	{binaryProxy(0x20, 0x11, fourAddresses), "-"},

	{"PROXY TCP4 192.0.2.1 203.0.113.1 56324 25\n", ""},
	{"PROXY TCP4 2001:db8::1 2001:db8::2 56324 25\r\n", ""},
	{"PROXY TCP6 192.0.2.1 203.0.113.1 56324 25\r\n", ""},
	{"PROXY TCP4 192.0.2.1 2001:db8::2 56324 25\r\n", ""},
	{"PROXY TCP6 fe80::1%eth0 fe80::2 56324 25\r\n", ""},
	{"PROXY TCP4 192.0.2.1  203.0.113.1 56324 25\r\n", ""},
	{"PROXY TCP4 192.0.2.1 203.0.113.1 -1 25\r\n", ""},
	{"PROXY TCP4 192.0.2.1 203.0.113.1 65536 25\r\n", ""},
	{"PROXY TCP4 192.0.2.01 203.0.113.1 56324 25\r\n", ""},
	{"PROXY UNIX 192.0.2.1 203.0.113.1 56324 25\r\n", ""},
	{"PROXY \r\n", ""},
	{"PROXY UNKNOWN " + strings.Repeat("x", 100) + "\r\n", ""},
	{"PROXY " + strings.Repeat("x", 10_000), ""},
	{"EHLO client.example\r\nMAIL FROM:<>\r\n", ""},
	{"proxy TCP4 192.0.2.1 203.0.113.1 56324 25\r\n", ""},
	{"", ""},
	{binaryProxy(0x11, 0x11, fourAddresses), ""},
	{binaryProxy(0x22, 0x11, fourAddresses), ""},
	{binaryProxy(0x21, 0x11, fourAddresses[:8]), ""},
	{binaryProxy(0x21, 0x12, fourAddresses), ""},
	{binaryProxy(0x21, 0x31, strings.Repeat("\x00", 216)), ""},
	{binaryProxy(0x21, 0x21, fourAddresses), ""},
	{binaryProxy(0x21, 0x11, fourAddresses+strings.Repeat("x", maxProxyBinary)), ""},
	{string(proxyBinary) + "\x21\x11\x00\x20" + fourAddresses, ""},
}

func TestProxyHeaders(t *testing.T) {
	t.Parallel()
	for _, c := range proxyHeaders {
		in := bufio.NewReaderSize(strings.NewReader(c.header+"EHLO x\r\n"), 4096)
		from, err := readProxy(in)
		got := from.String()
		switch {
		case err != nil:
			got = ""
		case !from.IsValid():
			got = "-"
		}
		same(t, c.header, got, c.want)
		if next, _ := in.Peek(4); c.want != "" && string(next) != "EHLO" {
			t.Errorf("%q: read past the header: %q is next", c.header, next)
		}
	}
}

// FuzzProxy: a header is read to its end and no further, or refused; its address is one that was written there.
func FuzzProxy(f *testing.F) {
	for _, c := range proxyHeaders {
		f.Add([]byte(c.header))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		source := bytes.NewReader(raw)
		in := bufio.NewReaderSize(source, 4096)
		from, err := readProxy(in)
		if err != nil {
			return
		}
		used := len(raw) - source.Len() - in.Buffered()
		header := raw[:used]
		if used > 16+maxProxyBinary || bytes.HasPrefix(raw, proxyText) && (used > maxProxyText || !bytes.HasSuffix(header, []byte("\r\n"))) {
			t.Errorf("%d bytes were read of %q", used, raw)
		}
		if from.IsValid() && bytes.HasPrefix(raw, proxyText) {
			if again, err := netip.ParseAddr(strings.Fields(string(header))[2]); err != nil || again != from {
				t.Errorf("%s of %q", from, header)
			}
		}
	})
}

// TestBehindAProxy: a client is whom a named proxy says it is, in the ledger and in its caps; anybody else's header is a mistake, and a named
// proxy that says nothing is not let in.
func TestBehindAProxy(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	behind := desk.serve(t, func(o *ServerOptions) {
		o.Proxies, o.MaxPerAddress = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, 2
	})
	from := func(ip string) *dialog {
		d := behind.dial(t)
		d.write("PROXY TCP4 " + ip + " 203.0.113.1 56324 25\r\n")
		return d
	}
	d := from("192.0.2.1")
	d.expect("220")
	d.run("EHLO x", "250", "MAIL FROM:<anna@client.example>", "250", "RCPT TO:<nobody@"+domain+">", "550")
	same(t, "peer", desk.ledger[0].Peer, "192.0.2.1")
	from("192.0.2.1").expect("220")
	from("192.0.2.1").expect("421 4.4.5")
	from("192.0.2.2").expect("220")
	d.run("QUIT", "221")
	d.expect("-")
	waitFor(t, func() bool { return behind.open() == 2 })
	from("192.0.2.1").expect("220")
	check := behind.dial(t)
	check.write(binaryProxy(0x20, 0, ""))
	check.expect("220")
	none := behind.dial(t)
	none.write("EHLO x\r\n")
	none.expect("421 4.3.5")
	none.expect("-")

	open := desk.serve(t, func(o *ServerOptions) { o.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} })
	liar := open.dial(t)
	liar.expect("220")
	liar.write("PROXY TCP4 192.0.2.1 203.0.113.1 56324 25\r\n")
	liar.expect("500 5.5.2")
	early := open.dial(t)
	early.write("PROXY TCP4 192.0.2.1 203.0.113.1 56324 25\r\n")
	_ = closeWrite(early)
	for _, said := range early.rest() {
		if strings.HasPrefix(said, "250") {
			t.Errorf("heard %q", said)
		}
	}
}
