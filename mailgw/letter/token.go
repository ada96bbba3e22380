package letter

import (
	"strings"
	"unicode/utf8"
)

// token is a lexical token of a structured field (RFC 5322 section 3.2).
type token struct {
	kind  byte   // one of the kinds below, or the special itself
	text  string // unquoted
	space bool   // white space or a comment stands before it
}

const (
	tokenAtom    = 'a' // with dots, and 8-bit
	tokenQuoted  = 'q'
	tokenLiteral = 'l' // [ ... ], brackets kept
	tokenWord    = 'w' // an encoded-word, not decoded
	tokenComment = 'c'
)

const specials = `()<>[]:;@\,"`

type lexer struct {
	s        string
	lastWord int // no encoded-word ends after this position
	pos      int
}

// tokens never fails: what has no end ends with the field.
func tokens(s string) []token {
	l := lexer{s: s, lastWord: strings.LastIndex(s, "?=")}
	var all []token
	space := false
	for {
		t, ok := l.next()
		if !ok {
			return all
		}
		if t.kind == ' ' {
			space = true
			continue
		}
		t.space = space
		space = t.kind == tokenComment
		all = append(all, t)
	}
}

func (l *lexer) next() (token, bool) {
	if l.pos >= len(l.s) {
		return token{}, false
	}
	switch c := l.s[l.pos]; {
	case c <= ' ' || c == 0x7f:
		l.pos++
		return token{kind: ' '}, true
	case c == '"':
		return token{kind: tokenQuoted, text: l.quoted()}, true
	case c == '(':
		return token{kind: tokenComment, text: l.comment()}, true
	case c == '[':
		return token{kind: tokenLiteral, text: l.literal()}, true
	case strings.IndexByte(specials, c) >= 0:
		l.pos++
		return token{kind: c, text: string(c)}, true
	}
	if word, ok := l.word(); ok {
		return token{kind: tokenWord, text: word}, true
	}
	return token{kind: tokenAtom, text: l.atom()}, true
}

func (l *lexer) quoted() string {
	var b strings.Builder
	for l.pos++; l.pos < len(l.s); l.pos++ {
		switch c := l.s[l.pos]; {
		case c == '"':
			l.pos++
			return b.String()
		case c == '\\' && l.pos+1 < len(l.s):
			l.pos++
			b.WriteByte(l.s[l.pos])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// comment counts nesting and does not recurse.
func (l *lexer) comment() string {
	var b strings.Builder
	depth := 0
	for ; l.pos < len(l.s); l.pos++ {
		switch c := l.s[l.pos]; c {
		case '(':
			if depth > 0 {
				b.WriteByte(c)
			}
			depth++
			continue
		case ')':
			if depth--; depth == 0 {
				l.pos++
				return b.String()
			}
		case '\\':
			if l.pos+1 < len(l.s) {
				l.pos++
			}
		}
		b.WriteByte(l.s[l.pos])
	}
	return b.String()
}

func (l *lexer) literal() string {
	end := strings.IndexByte(l.s[l.pos:], ']')
	if end < 0 {
		l.pos++
		return "["
	}
	text := l.s[l.pos : l.pos+end+1]
	l.pos += end + 1
	return text
}

// word reads an encoded-word whole, whatever specials it holds: senders forget to
// encode the comma, and it must not make two addresses of one.
func (l *lexer) word() (string, bool) {
	if l.pos >= l.lastWord || !strings.HasPrefix(l.s[l.pos:], "=?") {
		return "", false
	}
	w, ok := cutWord(l.s[l.pos:])
	if !ok || strings.ContainsAny(w.text, "<>\"") {
		return "", false
	}
	l.pos += len(w.whole)
	return w.whole, true
}

func (l *lexer) atom() string {
	start := l.pos
	for l.pos < len(l.s) {
		c := l.s[l.pos]
		if c <= ' ' || c == 0x7f || strings.IndexByte(specials, c) >= 0 {
			break
		}
		// A word may follow an atom directly: name=?utf-8?...?=
		if c == '=' && l.pos > start && l.pos < l.lastWord && strings.HasPrefix(l.s[l.pos:], "=?") {
			break
		}
		l.pos++
	}
	if l.pos == start {
		l.pos++
	}
	return l.s[start:min(l.pos, len(l.s))]
}

// phrase joins the tokens of a display name as they are read.
func phrase(all []token, fallback string) string {
	var b strings.Builder
	for i, t := range all {
		if t.kind == tokenComment {
			continue
		}
		if i > 0 && t.space {
			b.WriteByte(' ')
		}
		if t.kind == tokenQuoted && !utf8.ValidString(t.text) {
			t.text = toUTF8([]byte(t.text), fallback)
		}
		b.WriteString(t.text)
	}
	return decodeText(b.String(), fallback)
}
