package letter

import (
	"bytes"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// transferEncoding names a decoder, after tidying what senders write.
func transferEncoding(field string) (name string, known bool) {
	value := paramReader{s: field}
	switch name = strings.Trim(strings.ToLower(value.head()), "\"'"); name {
	case "quoted-printable", "base64":
		return name, true
	case "quotedprintable", "quoted_printable", "qp":
		return "quoted-printable", true
	case "x-base64", "base-64":
		return "base64", true
	case "x-uuencode", "uuencode", "x-uue", "uue":
		return "uuencode", true
	case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "none":
		return "", true
	}
	return "", false
}

// decoder streams the decoded bytes of encoded. It never fails: what is not in the
// encoding is passed on, skipped or ends the stream, and damaged reports it. What
// comes out is never longer than what went in.
type decoder interface {
	io.Reader
	damaged() bool
}

func newDecoder(encoding string, encoded []byte) decoder {
	switch encoding {
	case "base64":
		return &base64Decoder{src: encoded}
	case "quoted-printable":
		return &quotedDecoder{src: encoded}
	case "uuencode":
		return &uuDecoder{src: uuBlock(encoded)}
	}
	return &plainDecoder{bytes.NewReader(encoded)}
}

// decodeAll decodes at most limit bytes; more reports that there were more.
func decodeAll(encoding string, encoded []byte, limit int) (decoded []byte, more, damaged bool) {
	if encoding == "" {
		return encoded[:min(len(encoded), limit)], len(encoded) > limit, false
	}
	d := newDecoder(encoding, encoded)
	decoded = make([]byte, min(len(encoded), limit)+1)
	n, _ := io.ReadFull(d, decoded)
	if n > limit {
		return decoded[:limit], true, d.damaged()
	}
	return decoded[:n], false, d.damaged()
}

// cutBase64 parts a text in base64 from what a server on the way put behind it as it
// is: a list's footer, a disclaimer. encoded is empty when nothing is in base64.
func cutBase64(raw []byte) (encoded, added []byte) {
	for _, gap := range []string{"\n\r\n", "\n\n"} {
		if at := bytes.Index(raw, []byte(gap)); at >= 0 && looksBase64(raw[:at]) && !looksBase64(raw[at:]) {
			return raw[:at], raw[at:]
		}
	}
	if looksBase64(raw) {
		return raw, nil
	}
	return nil, raw
}

// looksBase64 tells base64, damaged or not, from text that was only declared so: in
// text every tenth character or so is a space or a mark. Of a few words what they would
// stand for decides.
func looksBase64(encoded []byte) bool {
	const sample, line = 4 << 10, 76
	foreign, all := 0, 0
	for _, c := range encoded[:min(len(encoded), sample)] {
		if c == '\r' || c == '\n' {
			continue
		}
		all++
		if base64Value[c] == 0xff && c != '=' {
			foreign++
		}
	}
	few := all <= line && (all%4 != 0 || !bytes.ContainsAny(encoded, "0123456789+/="))
	if foreign*20 <= all && !few {
		return true
	}
	decoded, more, _ := decodeAll("base64", encoded, sample)
	if more {
		decoded = bytes.TrimSuffix(decoded, lastRune(decoded))
	}
	return foreign*3 <= all && isReadable(decoded)
}

// isReadable holds for UTF-8 without controls.
func isReadable(b []byte) bool {
	for _, c := range b {
		if c < ' ' && !unicode.IsSpace(rune(c)) || c == 0x7f {
			return false
		}
	}
	return utf8.Valid(b)
}

// lastRune is the last character of b, whole or not.
func lastRune(b []byte) []byte {
	for i := len(b) - 1; i >= 0 && i >= len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			return b[i:]
		}
	}
	return nil
}

type plainDecoder struct{ io.Reader }

func (plainDecoder) damaged() bool { return false }

// base64Value maps a character to its six bits, 0xff to none.
var base64Value = func() (table [256]byte) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range table {
		table[i] = 0xff
	}
	for i := range len(alphabet) {
		table[alphabet[i]] = byte(i)
	}
	return table
}()

// base64Decoder (RFC 2045 section 6.8) skips what is not in the alphabet, does
// without padding, and goes on after it: several encoders' output is joined in
// practice.
type base64Decoder struct {
	src  []byte
	pos  int
	acc  uint32
	bits int
	junk bool
}

func (d *base64Decoder) damaged() bool { return d.junk }

func (d *base64Decoder) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if d.pos == len(d.src) {
			if d.bits >= 6 {
				d.junk = true // a lone character: bits are missing
			}
			return n, eof(n)
		}
		c := d.src[d.pos]
		d.pos++
		v := base64Value[c]
		if v == 0xff {
			d.skip(c)
			continue
		}
		d.acc, d.bits = d.acc<<6|uint32(v), d.bits+6
		if d.bits >= 8 {
			d.bits -= 8
			p[n] = byte(d.acc >> d.bits)
			n++
		}
	}
	return n, nil
}

func (d *base64Decoder) skip(c byte) {
	switch c {
	case '=':
		d.acc, d.bits = 0, 0
	case '\r', '\n', ' ', '\t':
	default:
		d.junk = true
	}
}

// quotedDecoder (RFC 2045 section 6.7) keeps what is no valid escape as it is.
type quotedDecoder struct {
	src    []byte
	pos    int
	spaces int // white space at pos that is known to be followed by text
	broken bool
}

func (d *quotedDecoder) damaged() bool { return d.broken }

func (d *quotedDecoder) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if d.pos == len(d.src) {
			return n, eof(n)
		}
		c := d.src[d.pos]
		switch {
		case c == '=':
			if out, ok := d.escape(); ok {
				p[n] = out
				n++
			}
			continue
		case isSpace(c) && d.spaces == 0 && d.trailing():
			continue
		}
		if d.spaces > 0 {
			d.spaces--
		}
		p[n] = c
		n++
		d.pos++
	}
	return n, nil
}

// trailing drops white space before a line end, which was added on the way (rule
// 3), and remembers how much white space is none of that.
func (d *quotedDecoder) trailing() bool {
	rest := d.src[d.pos:]
	n := 0
	for n < len(rest) && isSpace(rest[n]) {
		n++
	}
	if n == len(rest) || lineEnd(rest[n:]) > 0 {
		d.pos += n
		return true
	}
	d.spaces = n
	return false
}

// lineEnd returns the length of the line end that b starts with.
func lineEnd(b []byte) int {
	switch {
	case len(b) > 0 && b[0] == '\n':
		return 1
	case len(b) > 1 && b[0] == '\r' && b[1] == '\n':
		return 2
	}
	return 0
}

// escape reads "=XX" or a soft line break, which has no output.
func (d *quotedDecoder) escape() (byte, bool) {
	rest := d.src[d.pos+1:]
	if len(rest) >= 2 {
		if hi, lo := hexDigit(rest[0]), hexDigit(rest[1]); hi < 16 && lo < 16 {
			d.pos += 3
			return hi<<4 | lo, true
		}
	}
	const longestPadding = 1000 // a line on the wire has no more; a longer run is text
	n := 0
	for n < len(rest) && n < longestPadding && isSpace(rest[n]) {
		n++
	}
	if n == len(rest) {
		d.pos = len(d.src)
		return 0, false
	}
	if end := lineEnd(rest[n:]); end > 0 {
		d.pos += 1 + n + end
		return 0, false
	}
	d.broken = true
	d.pos++
	return '=', true
}

// eof ends a Read that has n bytes and no more to come.
func eof(n int) error {
	if n > 0 {
		return nil
	}
	return io.EOF
}
