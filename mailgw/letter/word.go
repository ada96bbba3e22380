package letter

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

// decodeText decodes the encoded-words of an unstructured field (RFC 2047) and
// makes the rest valid UTF-8, with fallback as the charset of undeclared bytes. It
// decodes once: what an encoded-word spells is never decoded again. The result has
// no controls and no line ends, so no word can smuggle in a header.
//
// Tolerated: words inside other text and quoted strings, without spaces between
// them, with a language (RFC 2231 section 5), with spaces inside, with broken
// base64, and characters cut in two by a word's end.
func decodeText(value, fallback string) string {
	if isPlain(value) {
		return value
	}
	d := wordDecoder{fallback: fallback}
	d.decode(value)
	return visible(d.out.String())
}

// isPlain holds when there is nothing to decode or to clean.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f || s[i] == '=' && i+1 < len(s) && s[i+1] == '?' {
			return false
		}
	}
	return true
}

type wordDecoder struct {
	fallback string
	out      strings.Builder
	charset  string // of the words in pending
	pending  []byte // decoded bytes of adjoining words of one charset: a character may span them
}

func (d *wordDecoder) decode(s string) {
	last := strings.LastIndex(s, "?=") // no word can end past it: looking on would be quadratic
	done, pos := 0, 0
	for pos < last {
		open := strings.Index(s[pos:last], "=?")
		if open < 0 {
			break
		}
		open += pos
		word, ok := cutWord(s[open:])
		if !ok {
			pos = open + 2
			continue
		}
		d.text(s[done:open])
		d.word(word)
		done = open + len(word.whole)
		pos = done
	}
	d.text(s[done:])
	d.flush()
}

// text takes what is no encoded-word. White space between two words is not part of
// the text (RFC 2047 section 6.2).
func (d *wordDecoder) text(s string) {
	if s == "" || len(d.pending) > 0 && strings.TrimLeft(s, " \t") == "" {
		return
	}
	d.flush()
	d.out.WriteString(toUTF8([]byte(s), d.fallback))
}

func (d *wordDecoder) word(w encodedWord) {
	if len(d.pending) > 0 && d.charset != w.charset {
		d.flush()
	}
	d.charset = w.charset
	d.pending = append(d.pending, w.bytes()...)
}

func (d *wordDecoder) flush() {
	if len(d.pending) > 0 {
		d.out.WriteString(toUTF8(d.pending, d.charset))
		d.pending = d.pending[:0]
	}
}

type encodedWord struct {
	whole, charset, text string
	base64               bool
}

// cutWord reads an encoded-word at the start of s.
func cutWord(s string) (encodedWord, bool) {
	// A word of RFC 2047 has 75 characters; some senders put a whole subject in one.
	const longestCharset, longestText = 64, 8 << 10
	rest := s[2:]
	mark := strings.IndexByte(rest[:min(len(rest), longestCharset)], '?')
	if mark < 1 {
		return encodedWord{}, false
	}
	w := encodedWord{charset: strings.ToLower(rest[:mark])}
	w.charset, _, _ = strings.Cut(w.charset, "*")
	rest = strings.TrimLeft(rest[mark+1:], " ")
	if len(rest) < 2 || rest[1] != '?' || strings.IndexByte("bBqQ", rest[0]) < 0 || strings.ContainsAny(w.charset, " \t\"<>@,;") {
		return encodedWord{}, false
	}
	w.base64 = rest[0] == 'b' || rest[0] == 'B'
	rest = rest[2:]
	end := strings.Index(rest[:min(len(rest), longestText)], "?=")
	if end < 0 {
		return encodedWord{}, false
	}
	w.text = rest[:end]
	w.whole = s[:len(s)-len(rest)+end+2]
	return w, true
}

func (w encodedWord) bytes() []byte {
	if w.base64 {
		return looseBase64(w.text)
	}
	b := make([]byte, 0, len(w.text))
	for i := 0; i < len(w.text); i++ {
		c := w.text[i]
		if c == '_' {
			c = ' '
		} else if c == '=' {
			if v, ok := hexByte(w.text, i+1); ok {
				c = v
				i += 2
			}
		}
		b = append(b, c)
	}
	return b
}

// looseBase64 decodes what can be decoded: without padding, with too much of it,
// with other characters between.
func looseBase64(s string) []byte {
	clean := strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && base64Value[byte(r)] != 0xff {
			return r
		}
		return -1
	}, s)
	clean = clean[:len(clean)-looseTail(len(clean))]
	b, err := base64.RawStdEncoding.DecodeString(clean)
	if err != nil {
		return nil
	}
	return b
}

// looseTail is the number of characters at the end that make no byte.
func looseTail(n int) int {
	if n%4 == 1 {
		return 1
	}
	return 0
}

func hexByte(s string, i int) (byte, bool) {
	if i+1 >= len(s) {
		return 0, false
	}
	hi, lo := hexDigit(s[i]), hexDigit(s[i+1])
	return hi<<4 | lo, hi < 16 && lo < 16
}

// hexDigit returns 255 for what is none. RFC 2045 wants capitals; senders differ.
func hexDigit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}

// visible makes one line of text fit to show: controls and line separators become
// spaces, runs of white space one space, and the characters that turn the order of
// the text around go.
func visible(s string) string {
	space := false
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u2028' || r == '\u2029':
			space = b.Len() > 0
			continue
		case isOverride(r):
			continue
		case space:
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// isOverride holds for the embeddings and overrides of Unicode's bidirectional
// algorithm; marks and isolates, which right-to-left text needs, stay.
func isOverride(r rune) bool { return r >= '\u202a' && r <= '\u202e' }
