package hub

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"postern/hub/wire"
)

// What a server owes a peer by RFC 6455, case by case, over a real socket. The families are those that the Autobahn suite has for servers:
// framing, pings, reserved bits and opcodes, fragments, UTF-8, closing, limits. It has an echo where Postern has commands: a `send` to no
// conversation is answered by an error under its key, so that answer stands for the echo.

// silently stands for a connection that is ended without a close frame, as section 7.1.7 allows for one that has failed.
const silently = 1006

// frameOf is a client's frame: masked, as section 5.3 wants it.
func frameOf(first byte, payload string) []byte {
	b := appendHeader(nil, first, len(payload))
	b[1] |= 0x80
	mask := [4]byte{0x37, 0xfa, 0x21, 0x3d}
	b = append(b, mask[:]...)
	for i := range len(payload) {
		b = append(b, payload[i]^mask[i%4])
	}
	return b
}

// widened is a text frame with a length of so many bytes more than the first.
func widened(payload string, bytes int) []byte {
	b := []byte{fin | opText, masked | length16}
	if bytes == 8 {
		b = []byte{fin | opText, masked | length64, 0, 0, 0, 0, 0, 0}
	}
	b = append(binary.BigEndian.AppendUint16(b, uint16(len(payload))), 0, 0, 0, 0)
	return append(b, payload...)
}

// closing is the payload of a close frame.
func closing(code uint16, reason string) string {
	return string(binary.BigEndian.AppendUint16(nil, code)) + reason
}

// asking is a command that is answered under its key.
func asking(key string) string {
	return `{"type":"send","key":"` + key + `","html":"Grüße, 世界 🎉"}`
}

// padded is such a command of so many bytes.
func padded(key string, size int) string {
	text := asking(key)
	return text + strings.Repeat(" ", size-len(text))
}

// exchange is what a peer sends and what it is owed. An empty closed: the connection stands, and answers a ping.
type exchange struct {
	name   string
	send   [][]byte
	keys   string // of the commands that are answered, in order
	pongs  string // payloads, each with a comma behind it
	closed []uint16
}

func whole(texts ...string) (list [][]byte) {
	for _, text := range texts {
		list = append(list, frameOf(fin|opText, text))
	}
	return list
}

// inParts sends a text as one message of fragments, cut at these places.
func fragmented(text string, cuts ...int) (list [][]byte) {
	from, op := 0, byte(opText)
	for _, cut := range cuts {
		list = append(list, frameOf(op, text[from:cut]))
		from, op = cut, opContinue
	}
	return append(list, frameOf(fin|op, text[from:]))
}

func framing() (list []exchange) {
	for _, size := range []int{125, 126, 127, 128, 65535, 65536, wire.MaxFrame} { // the three forms of a length, section 5.2
		list = append(list, exchange{name: fmt.Sprintf("a message of %d bytes", size), send: whole(padded("k", size)), keys: "k"})
	}
	return append(list,
		exchange{name: "an empty message is no command", send: whole(""), closed: []uint16{wire.CloseForeign}},
		exchange{name: "a message of spaces is no command", send: whole("   "), closed: []uint16{wire.CloseForeign}},
		exchange{name: "a binary message", send: [][]byte{frameOf(fin|opBinary, asking("k"))}, closed: []uint16{wire.CloseForeign}},
		exchange{name: "without a mask, section 5.1", send: [][]byte{append(appendHeader(nil, fin|opText, 2), "{}"...)}, closed: []uint16{1002}},
		exchange{name: "a ping without a mask", send: [][]byte{appendHeader(nil, fin|opPinging, 0)}, closed: []uint16{1002}},
		exchange{name: "a continuation without a mask", send: [][]byte{frameOf(opText, "{"), append(appendHeader(nil, fin|opContinue, 1), '}')}, closed: []uint16{1002}},
		exchange{name: "a length with its highest bit, section 5.2", send: [][]byte{{fin | opText, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}}, closed: []uint16{1002}},
		exchange{name: "125 bytes whose length takes two, section 5.2", send: [][]byte{widened(padded("k", 125), 2)}, closed: []uint16{1002}},
		exchange{name: "125 bytes whose length takes eight", send: [][]byte{widened(padded("k", 125), 8)}, closed: []uint16{1002}},
		exchange{name: "65535 bytes whose length takes eight", send: [][]byte{widened(padded("k", 65535), 8)}, closed: []uint16{1002}},
		exchange{name: "nothing, whose length takes two", send: [][]byte{widened("", 2)}, closed: []uint16{1002}},
		exchange{name: "a length of 2^62", send: [][]byte{{fin | opText, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, make([]byte, wire.MaxFrame+1)}, closed: []uint16{wire.CloseTooBig}},
		exchange{name: "a message over the limit", send: whole(padded("k", wire.MaxFrame+1)), closed: []uint16{wire.CloseTooBig}},
		exchange{name: "many commands at once", send: [][]byte{bytes.Join(whole(asking("a"), asking("b"), asking("c")), nil)}, keys: "abc"},
	)
}

func pings() []exchange {
	ten := exchange{name: "ten pings, section 5.5.2"}
	for i := range 10 {
		text := fmt.Sprint("payload", i)
		ten.send, ten.pongs = append(ten.send, frameOf(fin|opPinging, text)), ten.pongs+text+","
	}
	long := strings.Repeat("x", 125)
	return []exchange{
		ten,
		{name: "an empty ping", send: [][]byte{frameOf(fin|opPinging, "")}, pongs: ","},
		{name: "a ping of 125 bytes", send: [][]byte{frameOf(fin|opPinging, long)}, pongs: long + ","},
		{name: "a ping of 126 bytes, section 5.5", send: [][]byte{frameOf(fin|opPinging, long+"x")}, closed: []uint16{1002}},
		{name: "a ping of any bytes", send: [][]byte{frameOf(fin|opPinging, "\x00\xff\xfe")}, pongs: "\x00\xff\xfe,"},
		{name: "a ping of 2^63-1 bytes", send: [][]byte{{fin | opPinging, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}}, closed: []uint16{1002}},
		{name: "a pong of 126 bytes", send: [][]byte{frameOf(fin|opPonging, long+"x")}, closed: []uint16{1002}},
		{name: "a ping in fragments, section 5.4", send: [][]byte{frameOf(opPinging, "x")}, closed: []uint16{1002}},
		{name: "a pong that nobody asked for, section 5.5.3", send: [][]byte{frameOf(fin|opPonging, "x"), frameOf(fin|opPonging, "")}},
		{name: "a pong, then a ping", send: [][]byte{frameOf(fin|opPonging, "x"), frameOf(fin|opPinging, "y")}, pongs: "y,"},
	}
}

// reserved bits and opcodes fail the connection: sections 5.2.
func reserved() (list []exchange) {
	for bits := byte(0x10); bits <= 0x70; bits += 0x10 {
		list = append(list, exchange{name: fmt.Sprintf("reserved bits %x", bits), send: [][]byte{frameOf(fin|bits|opText, asking("k"))}, closed: []uint16{1002}})
	}
	for _, op := range []byte{3, 4, 5, 6, 7, 11, 12, 13, 14, 15} {
		list = append(list,
			exchange{name: fmt.Sprintf("opcode %d", op), send: [][]byte{frameOf(fin|op, "")}, closed: []uint16{1002}},
			exchange{name: fmt.Sprintf("opcode %d after a command", op), send: [][]byte{frameOf(fin|opText, asking("k")), frameOf(fin|op, "x")}, keys: "k", closed: []uint16{1002}},
		)
	}
	list = append(list, exchange{name: "a reserved bit on a continuation", send: [][]byte{frameOf(opText, "{"), frameOf(fin|0x40|opContinue, "}")}, closed: []uint16{1002}})
	return append(list, exchange{name: "a reserved bit on a ping", send: [][]byte{frameOf(fin|0x10|opPinging, "x")}, closed: []uint16{1002}})
}

func fragments() []exchange {
	text := asking("k")
	everyByte := exchange{name: "a byte a fragment", keys: "k"}
	cuts := make([]int, len(text)-1)
	for i := range cuts {
		cuts[i] = i + 1
	}
	everyByte.send = fragmented(text, cuts...)
	amid := exchange{name: "pings between fragments, section 5.4", keys: "k"}
	for i, part := range fragmented(text, 3, 10, 20) {
		amid.send, amid.pongs = append(amid.send, part, frameOf(fin|opPinging, fmt.Sprint(i))), amid.pongs+fmt.Sprint(i)+","
	}
	return []exchange{
		everyByte, amid,
		{name: "two fragments", send: fragmented(text, 12), keys: "k"},
		{name: "an empty first and last fragment", send: fragmented(text, 0, 5, len(text)), keys: "k"},
		{name: "only empty fragments are no command", send: fragmented("", 0, 0), closed: []uint16{wire.CloseForeign}},
		{name: "fragments within one packet", send: [][]byte{bytes.Join(fragmented(text, 3, 9), nil)}, keys: "k"},
		{name: "nothing to continue", send: [][]byte{frameOf(fin|opContinue, text)}, closed: []uint16{1002}},
		{name: "nothing to continue, unfinished", send: [][]byte{frameOf(opContinue, text)}, closed: []uint16{1002}},
		{name: "a new message before the last fragment", send: [][]byte{frameOf(opText, text[:5]), frameOf(fin|opText, text)}, closed: []uint16{1002}},
		{name: "nothing to continue after a whole message", send: append(fragmented(text, 4), frameOf(fin|opContinue, "x")), keys: "k", closed: []uint16{1002}},
		{name: "fragments over the limit", send: fragmented(padded("k", wire.MaxFrame+1), wire.MaxFrame/2), closed: []uint16{wire.CloseTooBig}},
		{name: "fragments at the limit", send: fragmented(padded("k", wire.MaxFrame), 1000, wire.MaxFrame/2), keys: "k"},
		{name: "a fragment of 2^63-1 bytes after another", send: [][]byte{frameOf(opText, text[:5]), {fin | opContinue, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}}, closed: []uint16{wire.CloseTooBig}},
		{name: "a long ping between fragments", send: [][]byte{frameOf(opText, text[:5]), frameOf(fin|opPinging, strings.Repeat("x", 126)), frameOf(fin|opContinue, text[5:])}, closed: []uint16{1002}},
		{name: "a ping in fragments between fragments", send: [][]byte{frameOf(opText, text[:5]), frameOf(opPinging, ""), frameOf(fin|opContinue, text[5:])}, closed: []uint16{1002}},
		{name: "binary fragments", send: [][]byte{frameOf(opBinary, text[:5]), frameOf(fin|opContinue, text[5:])}, closed: []uint16{wire.CloseForeign}},
		{name: "a close between fragments", send: [][]byte{frameOf(opText, text[:5]), frameOf(fin|opClosing, closing(1000, ""))}, closed: []uint16{1000}},
	}
}

// encodings: a text message is UTF-8 as a whole (section 8.1), wherever fragments cut it.
func encodings() (list []exchange) {
	text := asking("k")
	at := strings.Index(text, "🎉")
	for cut := at + 1; cut < at+4; cut++ {
		list = append(list, exchange{name: fmt.Sprintf("a fragment ends within a character, byte %d", cut-at), send: fragmented(text, cut), keys: "k"})
	}
	for _, bad := range []string{
		"\xff", "\xfe", "\x80", "\xbf", "\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xf8\x80\x80\x80\xaf", "\xc1\xbf", "\xe0\x9f\xbf",
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xed\xa0\x80\xed\xb0\x80", "\xf4\x90\x80\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x8e", "\xce\xba\xed\xa0\x80edited",
	} {
		if utf8.ValidString(bad) {
			panic("a case that is none")
		}
		list = append(list,
			exchange{name: fmt.Sprintf("%x within a command", bad), send: whole(`{"type":"send","key":"` + bad + `"}`), closed: []uint16{wire.CloseNotText}},
			exchange{name: fmt.Sprintf("%x at the end, in fragments", bad), send: fragmented(text+bad, 5, len(text)), closed: []uint16{wire.CloseNotText}},
		)
	}
	return list
}

// closings: sections 5.5.1 and 7.4.
func closings() (list []exchange) {
	for _, code := range []uint16{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999} {
		list = append(list, exchange{name: fmt.Sprintf("closed with %d", code), send: [][]byte{frameOf(fin|opClosing, closing(code, "bye"))}, closed: []uint16{code}})
	}
	for _, code := range []uint16{0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535} {
		list = append(list, exchange{name: fmt.Sprintf("closed with %d, which nobody may", code), send: [][]byte{frameOf(fin|opClosing, closing(code, ""))}, closed: []uint16{1002}})
	}
	return append(list,
		exchange{name: "closed without a code", send: [][]byte{frameOf(fin|opClosing, "")}, closed: []uint16{1000, 1005}},
		exchange{name: "a close of one byte", send: [][]byte{frameOf(fin|opClosing, "x")}, closed: []uint16{1002}},
		exchange{name: "a reason of 123 bytes", send: [][]byte{frameOf(fin|opClosing, closing(1000, strings.Repeat("x", 123)))}, closed: []uint16{1000}},
		exchange{name: "a reason of 124 bytes", send: [][]byte{frameOf(fin|opClosing, closing(1000, strings.Repeat("x", 124)))}, closed: []uint16{1002}},
		exchange{name: "a reason that is not UTF-8", send: [][]byte{frameOf(fin|opClosing, closing(1000, "\xff"))}, closed: []uint16{wire.CloseNotText}},
		exchange{name: "a close in fragments", send: [][]byte{frameOf(opClosing, closing(1000, ""))}, closed: []uint16{1002}},
		exchange{name: "a command after the close is not answered", send: [][]byte{frameOf(fin|opClosing, closing(1000, "")), frameOf(fin|opText, asking("k"))}, closed: []uint16{1000}},
		exchange{name: "a ping after the close is not answered", send: [][]byte{frameOf(fin|opClosing, closing(1000, "")), frameOf(fin|opPinging, "x")}, closed: []uint16{1000}},
	)
}

// manyEach lets one person have as many connections as cases play at once, and as wait for the server to see that their peer has gone.
func manyEach(o *Options) { o.PerUser = 10_000 }

// TestConformance plays each case twice: in the writes it has, and byte for byte.
func TestConformance(t *testing.T) {
	t.Parallel()
	n := startNode(t, newBook(2), alone(), manyEach)
	for family, list := range map[string][]exchange{
		"framing": framing(), "pings": pings(), "reserved": reserved(), "fragments": fragments(), "encodings": encodings(), "closings": closings(),
	} {
		for _, e := range list {
			t.Run(family+"/"+e.name, func(t *testing.T) {
				t.Parallel()
				n.play(t, e, e.send)
				if all := bytes.Join(e.send, nil); len(all) < 1000 {
					var single [][]byte
					for i := range all {
						single = append(single, all[i:i+1])
					}
					n.play(t, e, single)
				}
			})
		}
	}
}

// TestHandshakes: what is not a WebSocket's beginning (RFC 6455, section 4.2.1) is answered as HTTP, and goes no further.
func TestHandshakes(t *testing.T) {
	t.Parallel()
	n := startNode(t, newBook(2), alone())
	good := fmt.Sprintf(handshake, 0, "")
	for name, c := range map[string]struct {
		was, now string
		status   int
	}{
		"as it should be":           {"", "", http.StatusSwitchingProtocols},
		"names in any case":         {"Upgrade: websocket", "UPGRADE: WebSocket", http.StatusSwitchingProtocols},
		"several connection tokens": {"Connection: Upgrade", "Connection: keep-alive, Upgrade", http.StatusSwitchingProtocols},
		"several subprotocols":      {wire.Subprotocol, "other, " + wire.Subprotocol, http.StatusSwitchingProtocols},
		"posted":                    {"GET", "POST", http.StatusMethodNotAllowed},
		"no upgrade":                {"Upgrade: websocket\r\n", "", http.StatusUpgradeRequired},
		"another upgrade":           {"Upgrade: websocket", "Upgrade: h2c", http.StatusUpgradeRequired},
		"no connection":             {"Connection: Upgrade\r\n", "", http.StatusUpgradeRequired},
		"HTTP/1.0":                  {"HTTP/1.1", "HTTP/1.0", http.StatusUpgradeRequired},
		"no version":                {"Sec-WebSocket-Version: 13\r\n", "", http.StatusBadRequest},
		"an old version":            {"Version: 13", "Version: 8", http.StatusBadRequest},
		"no key":                    {"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n", "", http.StatusBadRequest},
		"a key that is too short":   {"AAAAAAAAAAAAAAAAAAAAAA==", "AAAA", http.StatusBadRequest},
		"a key that is no base64":   {"AAAAAAAAAAAAAAAAAAAAAA==", "!!!!!!!!!!!!!!!!!!!!!!==", http.StatusBadRequest},
		"two keys":                  {"Sec-WebSocket-Key: ", "Sec-WebSocket-Key: BBBBBBBBBBBBBBBBBBBBBA==\r\nSec-WebSocket-Key: ", http.StatusBadRequest},
		"no subprotocol":            {"Sec-WebSocket-Protocol: " + wire.Subprotocol + "\r\n", "", http.StatusBadRequest},
		"another subprotocol":       {wire.Subprotocol, "chat", http.StatusBadRequest},
	} {
		conn, err := n.dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(conn, strings.Replace(good, c.was, c.now, 1))
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || answer.StatusCode != c.status {
			t.Errorf("%s: answered %v, %v, want %d", name, answer, err, c.status)
		} else if c.status == http.StatusSwitchingProtocols && (answer.Header.Get("Sec-WebSocket-Extensions") != "" || answer.Header.Get("Sec-WebSocket-Protocol") != wire.Subprotocol) {
			t.Errorf("%s: agreed on %v", name, answer.Header)
		}
		conn.Close()
	}
}

// play holds the server to a case, on a connection of its own.
func (n *node) play(t *testing.T, e exchange, writes [][]byte) {
	t.Helper()
	p := n.meet(t)
	defer p.conn.Close()
	go func() {
		for _, b := range writes {
			if _, err := p.conn.Write(b); err != nil {
				return // the server has closed, as it may
			}
		}
		if len(e.closed) == 0 {
			p.conn.Write(frameOf(fin|opPinging, "still there"))
		}
	}()
	keys, pongs, code := p.hear(t)
	if keys != e.keys {
		t.Errorf("answered %q, want %q", keys, e.keys)
	}
	switch {
	case len(e.closed) == 0 && (code != 0 || pongs != e.pongs+"still there,"):
		t.Errorf("pongs %q, closed with %d; it was to stand, with %q", pongs, code, e.pongs)
	case len(e.closed) > 0 && (!slices.Contains(e.closed, code) || pongs != e.pongs):
		t.Errorf("pongs %q, closed with %d, want %q and %v", pongs, code, e.pongs, e.closed)
	}
}

// peer is the other side of a connection, frame by frame.
type peer struct {
	conn net.Conn
	in   *bufio.Reader
}

// meet makes a connection and takes its hello.
func (n *node) meet(t testing.TB) *peer {
	t.Helper()
	conn := n.rawUpgrade(t, "")
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	p := &peer{conn: conn, in: bufio.NewReader(conn)}
	if answer, err := http.ReadResponse(p.in, nil); err != nil || answer.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("answered %v, %v", answer, err)
	}
	return p
}

// hear takes what the server sends until it closes, with its code, or has answered the last ping.
func (p *peer) hear(t *testing.T) (keys, pongs string, code uint16) {
	t.Helper()
	for {
		op, payload, err := p.frame()
		if err == io.EOF || errors.Is(err, syscall.ECONNRESET) {
			return keys, pongs, silently
		}
		if err != nil {
			t.Fatalf("the connection ended without a close frame: %v", err)
		}
		switch op {
		case fin | opText:
			var f wire.Frame
			if err := json.Unmarshal(payload, &f); err != nil {
				t.Fatalf("%q: %v", payload, err)
			}
			keys += f.Key
		case fin | opPonging:
			if pongs += string(payload) + ","; string(payload) == "still there" {
				return keys, pongs, 0
			}
		case fin | opClosing:
			return keys, pongs, p.closedWith(t, payload)
		default:
			t.Fatalf("a frame begins with %x", op)
		}
	}
}

// closedWith gives the code, after the server has ended the connection too (section 7.1.1): it sends nothing more.
func (p *peer) closedWith(t *testing.T, payload []byte) uint16 {
	t.Helper()
	p.conn.(*net.TCPConn).CloseWrite()
	if rest, err := io.ReadAll(p.in); len(rest) > 0 || err != nil && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("after the close came %x, %v", rest, err)
	}
	if len(payload) < 2 {
		return 1005
	}
	if reason := payload[2:]; !utf8.Valid(reason) {
		t.Errorf("the reason is %q", reason)
	}
	return binary.BigEndian.Uint16(payload)
}

// frame reads one of the server's frames: it never masks (section 5.1).
func (p *peer) frame() (first byte, payload []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(p.in, head[:]); err != nil {
		return 0, nil, err
	}
	size := uint64(head[1])
	switch head[1] {
	case 126:
		var wide [2]byte
		_, err = io.ReadFull(p.in, wide[:])
		size = uint64(binary.BigEndian.Uint16(wide[:]))
	case 127:
		var wide [8]byte
		_, err = io.ReadFull(p.in, wide[:])
		size = binary.BigEndian.Uint64(wide[:])
	}
	if err == nil && size > 1<<20 {
		err = fmt.Errorf("a frame of %d bytes", size)
	}
	if err != nil {
		return 0, nil, err
	}
	payload = make([]byte, size)
	_, err = io.ReadFull(p.in, payload)
	return head[0], payload, err
}

// FuzzFrames: whatever bytes follow the handshake, what comes back is whole frames of ours, a close frame at most once and last, and then the end.
func FuzzFrames(f *testing.F) {
	for _, family := range [][]exchange{framing(), pings(), reserved(), fragments(), encodings(), closings()} {
		for _, e := range family {
			if all := bytes.Join(e.send, nil); len(all) < 1000 {
				f.Add(all)
			}
		}
	}
	n := startNode(f, newBook(2), alone(), manyEach, func(o *Options) { o.CommandsPerSecond = 1e9 }) // pings by the thousand too
	f.Fuzz(func(t *testing.T, sent []byte) {
		p := n.meet(t)
		defer p.conn.Close()
		go func() {
			p.conn.Write(sent)
			p.conn.(*net.TCPConn).CloseWrite()
		}()
		closed := false
		for {
			op, payload, err := p.frame()
			if err == io.EOF || errors.Is(err, syscall.ECONNRESET) {
				return
			}
			if err != nil || closed {
				t.Fatalf("after %x: %x %q, %v, closed before: %v", sent, op, payload, err, closed)
			}
			switch op {
			case fin | opText:
				if !json.Valid(payload) {
					t.Errorf("after %x: %q", sent, payload)
				}
			case fin | opClosing:
				closed = true
				if len(payload) == 1 || len(payload) > 2 && !utf8.Valid(payload[2:]) {
					t.Errorf("after %x: a close of %q", sent, payload)
				}
			case fin | opPonging, fin | opPinging:
			default:
				t.Errorf("after %x: a frame begins with %x", sent, op)
			}
		}
	})
}
