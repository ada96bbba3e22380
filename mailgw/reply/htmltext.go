package reply

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// words takes text between two tags.
func (r *htmlReader) words(t string) {
	for t != "" {
		word := t
		if i := strings.IndexAny(t, " \t\n\f\r"); i >= 0 {
			word = t[:i]
		}
		if word == "" {
			r.space = true
			t = strings.TrimLeft(t, " \t\n\f\r")
			continue
		}
		r.word(word)
		t = t[len(word):]
	}
}

func (r *htmlReader) word(w string) {
	if r.text.Len() == r.textAt {
		r.beginLine()
	} else if r.space {
		r.text.WriteByte(' ')
	}
	r.space = false
	r.text.WriteString(w)
}

// verbatim takes the source of text whose line ends count, and keeps account of
// where in it each line ends.
func (r *htmlReader) verbatim(raw string) {
	at := r.at
	for l := range strings.SplitAfterSeq(raw, "\n") {
		l, ended := strings.CutSuffix(l, "\n")
		for i, part := range strings.Split(newlines(html.UnescapeString(strings.TrimSuffix(l, "\r"))), "\n") {
			if i > 0 {
				r.breakLine()
			}
			if part != "" {
				r.space = false
				r.word(part)
			}
		}
		r.at += len(l)
		if ended {
			r.at++
			r.breakLine()
		}
	}
	r.at = at
}

// newlines makes line feeds of all line ends.
func newlines(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// picture keeps what is a character, drawn.
func (r *htmlReader) picture(alt string) {
	if alt != "" && len(alt) <= 32 && strings.IndexFunc(alt, func(c rune) bool { return c < 0x200d }) < 0 {
		r.words(alt)
	}
}

// beginLine puts what stands before a line's first word: the gap between two
// paragraphs, and a list's marker.
func (r *htmlReader) beginLine() {
	if r.gap {
		r.gap = false
		r.push(line{soft: true, htmlEnd: r.lineAt})
	}
	r.text.WriteString(r.item)
	r.item = ""
}

// breakLine is <br>: it ends a line even when it is empty.
func (r *htmlReader) breakLine() {
	if r.text.Len() == r.textAt {
		r.gap = false
	}
	r.push(line{htmlEnd: r.at})
}

// endLine ends a line where there is one.
func (r *htmlReader) endLine() {
	if r.text.Len() > r.textAt {
		r.push(line{htmlEnd: r.at})
	}
	r.space = false
}

// push ends the line with what is known of it.
func (r *htmlReader) push(l line) {
	r.text.WriteByte('\n')
	l.start, l.end = r.textAt, r.text.Len()
	l.htmlStart = r.lineAt
	l.depth = r.depth
	l.cited = r.cited > 0
	l.own = r.own > 0
	l.signed = r.signed > 0
	l.intro = r.intro
	l.ruled, l.rest = r.ruled, r.rest
	if !l.soft {
		r.ruled, r.rest = false, false
	}
	r.textAt, r.lineAt, r.space = l.end, l.htmlEnd, false
	if n := len(r.body.lines); n > mostLines {
		r.body.lines[n-1].end, r.body.lines[n-1].htmlEnd = l.end, l.htmlEnd
		return
	}
	r.body.lines = append(r.body.lines, l)
}

func (r *htmlReader) listItem() {
	r.item = "- "
	n := len(r.lists)
	if n > 0 && r.lists[n-1] >= 0 {
		r.lists[n-1]++
		r.item = strconv.Itoa(r.lists[n-1]) + ". "
	}
	r.item = strings.Repeat("  ", min(max(n-1, 0), 8)) + r.item
}

// attributes are those of a tag that tell something.
type attributes map[string]string

func attributesOf(z *html.Tokenizer, more bool) attributes {
	var m attributes
	for more {
		var k, v []byte
		k, v, more = z.TagAttr()
		switch string(k) {
		case "class", "id", "name", "type", "style", "alt", "cite", "data-smartmail", "data-signatureblock":
			if m == nil {
				m = attributes{}
			}
			m[string(k)] = strings.Map(dropControl, string(v))
		}
	}
	return m
}

func dropControl(r rune) rune {
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}

var invisible = map[string]bool{
	"script": true, "style": true, "title": true, "textarea": true, "iframe": true, "noembed": true, "noframes": true,
	"noscript": true, "svg": true, "math": true, "select": true, "object": true, "template": true,
}

var rawText = map[string]bool{
	"script": true, "style": true, "title": true, "textarea": true, "iframe": true, "noembed": true, "noframes": true, "noscript": true,
}

// ownLine are elements that stand on lines of their own.
var ownLine = atoms(atom.P, atom.Div, atom.Blockquote, atom.Pre, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
	atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd, atom.Table, atom.Tr, atom.Caption, atom.Hr, atom.Center, atom.Section,
	atom.Article, atom.Header, atom.Footer, atom.Address, atom.Form, atom.Body, atom.Html, atom.Head, atom.Fieldset, atom.Figure, atom.Main, atom.Aside)

// tracked are the elements that the stack keeps account of: those that programs
// give a role, and tables, which stray end tags do not leave.
var tracked = atoms(atom.Div, atom.Blockquote, atom.Span, atom.Table, atom.Section, atom.Article, atom.P, atom.Pre, atom.Td, atom.Center)

func atoms(list ...atom.Atom) map[atom.Atom]bool {
	m := map[atom.Atom]bool{}
	for _, a := range list {
		m[a] = true
	}
	return m
}
