package reply

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// body is a letter's body as lines. The lines cover text from its first byte to
// its last, and where the letter is HTML, html too but for its head.
type body struct {
	text, html string
	sender     string // the author's name and address, "" when not known
	lines      []line
}

// line is a line of the body with what its reader knew of it.
type line struct {
	start, end         int // in body.text, the line feed included
	htmlStart, htmlEnd int // in body.html

	depth int    // of quoting
	key   string // the words in a form to compare, see key; "" when the line is long
	blank bool
	soft  bool // an empty line that stands for the gap between two paragraphs of HTML

	// What the structure of a known program says.
	cited  bool // inside a quote that a program made
	own    bool // inside a quote that the person made
	intro  bool // an attribution
	rest   bool // from here on all is quote
	signed bool // inside a signature
	ruled  bool // below a horizontal rule
}

// maxKey is the length up to which a line may be an attribution, a header, a
// formula: longer ones are prose.
const maxKey = 400

// mostLines bounds the lines that are told apart, since each is many times as large as
// a line feed: all that follows is one more.
const mostLines = 100_000

// readText reads plain text.
func readText(text string) *body {
	text = newlines(text)
	b := &body{text: text}
	for start := 0; start < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[start:], '\n'); i >= 0 && len(b.lines) < mostLines {
			end = start + i + 1
		}
		if at, ok := splitInline(text[start:end]); ok && !strings.HasPrefix(strings.TrimSpace(text[start:end]), ">") {
			b.add(line{start: start, end: start + at})
			start += at
		}
		if at := splitBehind(text[start:end]); at > 0 {
			b.add(line{start: start, end: start + at})
			start += at
		}
		b.add(line{start: start, end: end})
		start = end
	}
	b.readInitials()
	return b
}

// initialled is a line quoted with its author's initials before the mark ("AL> yes").
var initialled = regexp.MustCompile(`^ ?(\p{Lu}{1,3})>+ ?`)

// readInitials takes initials for a quote mark from where a program first set them, below
// its attribution: elsewhere they may be the prompt of a computer.
func (b *body) readInitials() {
	initials := ""
	for i := range b.lines {
		l := &b.lines[i]
		begins := b.text[l.start:min(l.end, l.start+16)]
		if l.depth > 0 || !strings.Contains(begins, ">") { // nearly all: the pattern costs more
			continue
		}
		m := initialled.FindStringSubmatch(begins)
		if m == nil {
			continue
		}
		if initials == "" {
			above, _ := b.above(0, i)
			if above < 0 || !isAttribution(b.lines[above].key, traitsOf(b.lines[above].key), true) {
				continue
			}
			initials = m[1]
		}
		if m[1] == initials {
			l.depth = strings.Count(m[0], ">")
			l.key = key(b.text[l.start+len(m[0]) : l.end])
		}
	}
}

// add puts a line at the end, once its place in the text is known.
func (b *body) add(l line) {
	words := b.text[l.start:l.end]
	marks, rest := quoteMarks(words)
	l.depth += marks
	l.blank = strings.TrimFunc(rest, isSpace) == ""
	if len(rest) <= maxKey {
		l.key = key(rest)
	}
	b.lines = append(b.lines, l)
}

// quoteMarks counts the ">" that a line begins with.
func quoteMarks(s string) (int, string) {
	n := 0
	for {
		t := strings.TrimLeft(s, " \t\u00a0\u200b")
		if !strings.HasPrefix(t, ">") {
			return n, s
		}
		n++
		s = t[1:]
	}
}

// words gives a line's text without its line feed and quote marks.
func (b *body) words(i int) string {
	_, s := quoteMarks(b.text[b.lines[i].start:b.lines[i].end])
	return strings.TrimFunc(s, isSpace)
}

// says reports whether a line of this kind has words on it.
func (b *body) says(kinds []Kind, k Kind) bool {
	for i := range b.lines {
		if kinds[i] == k && !b.lines[i].blank {
			return true
		}
	}
	return false
}

// key gives words in a form that can be compared: composed, in lower case, with
// ASCII digits, colons and spaces, without emphasis and invisible characters.
func key(s string) string {
	if plainASCII(s) {
		return strings.Join(strings.Fields(strings.ToLower(strings.ReplaceAll(s, "*", ""))), " ")
	}
	var out strings.Builder
	space := false
	for _, r := range norm.NFC.String(s) {
		switch {
		case isSpace(r):
			space = out.Len() > 0
			continue
		case r == '*' || unicode.Is(unicode.Cf, r) || r >= 0xfe00 && r <= 0xfe0f:
			continue
		}
		if space {
			out.WriteByte(' ')
			space = false
		}
		out.WriteRune(comparable(r))
	}
	return out.String()
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func comparable(r rune) rune {
	switch r {
	case '：', '﹕', '∶':
		return ':'
	case '，', '、', '،':
		return ','
	case '＜':
		return '<'
	case '＞':
		return '>'
	case '＠':
		return '@'
	case '‐', '‑', '‒', '–', '—', '―', '－':
		return '-'
	}
	if unicode.Is(unicode.Nd, r) && r >= utf8.RuneSelf {
		return '0' + digit(r)
	}
	return unicode.ToLower(r)
}

// digit gives the value of a decimal digit of any script. Unicode lays each
// script's ten digits out in a row.
func digit(r rune) rune {
	n := rune(0)
	for n < 9 && unicode.Is(unicode.Nd, r-n-1) {
		n++
	}
	return n % 10
}

func isSpace(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' || r == '\u2060' || r == '\u200e' || r == '\u200f'
}
