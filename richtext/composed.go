package richtext

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// composed reads what composers usually send: paragraphs and headings of words, some of them in marks, spelled as they are
// stored but for characters that want an escape. It answers in one pass, without tokens and without a document, and only where
// the answer is, byte for byte, that of the full way (a property and a fuzz target hold that). What it does not know, or would have to
// repair, is not ok: nothing is said of that HTML but that it takes the full way.
func (s *Sanitizer) composed(src string) (clean, text string, ok bool) {
	if len(src) > MaxBytes || !utf8.ValidString(src) {
		return "", "", false
	}
	r, _ := s.readers.Get().(*composing)
	if r == nil {
		r = &composing{}
	}
	*r = composing{rest: src, html: r.html[:0], text: r.text[:0]}
	defer func() {
		r.rest = ""
		s.readers.Put(r)
	}()
	for r.rest != "" {
		if !r.block() {
			return "", "", false
		}
	}
	const margin = 16 // what the full way writes beside the words before it looks at the bounds
	if r.empty || len(r.text) == 0 || max(len(r.html), len(r.text)) > MaxBytes-margin {
		return "", "", false
	}
	if string(r.html) == src {
		return src, string(r.text), true
	}
	return string(r.html), string(r.text), true
}

// composing is how far composed has come.
type composing struct {
	rest       string
	html, text []byte
	empty      bool // the last block was an empty paragraph

	// Of the line, false and zero at its start.
	open  marks // around the next word
	edge  edge  // what stands right before it
	begun bool
	space bool // the last character was one
	shown bool // something on the line shows
}

// edge is the tag of a mark that nothing has followed yet.
type edge uint8

const (
	noEdge edge = iota
	startEdge
	endEdge
)

var composedBlocks = [...]struct{ start, end string }{
	{"<p>", "</p>"}, {"<h1>", "</h1>"}, {"<h2>", "</h2>"}, {"<h3>", "</h3>"},
}

// block takes one block with its end. An empty paragraph must not come first, nor last.
func (r *composing) block() bool {
	for _, b := range composedBlocks {
		if !r.take(b.start) {
			continue
		}
		if r.empty = r.take(b.end); r.empty {
			return len(r.text) > 0
		}
		if len(r.text) > 0 {
			r.text = append(r.text, "\n\n"...)
		}
		return r.lines(b.end)
	}
	return false
}

// take copies a tag, if it comes next.
func (r *composing) take(tag string) bool {
	if !strings.HasPrefix(r.rest, tag) {
		return false
	}
	r.html = append(r.html, tag...)
	r.rest = r.rest[len(tag):]
	return true
}

// lines takes everything up to the end of the block.
func (r *composing) lines(end string) bool {
	for r.rest != "" {
		switch {
		case r.rest[0] != '<':
			if !r.words() {
				return false
			}
		case strings.HasPrefix(r.rest, end):
			return r.endLine() && r.take(end)
		case strings.HasPrefix(r.rest, "<br>"):
			if !r.endLine() || !r.take("<br>") {
				return false
			}
			r.text = append(r.text, '\n')
		default:
			if !r.mark() {
				return false
			}
		}
	}
	return false
}

// endLine says whether the line can stay as it is, but for white space at its end.
func (r *composing) endLine() bool {
	if !r.shown || r.open != 0 || r.space && r.edge == endEdge {
		return false
	}
	if r.space {
		r.html = r.html[:len(r.html)-1]
	}
	r.text = bytes.TrimRight(r.text, " ")
	r.edge, r.begun, r.space, r.shown = noEdge, false, false, false
	return true
}

var composedMarks = [...]struct {
	mark       marks
	start, end string
}{
	{strong, "<strong>", "</strong>"}, {emphasis, "<em>", "</em>"}, {underline, "<u>", "</u>"},
	{strike, "<s>", "</s>"}, {code, "<code>", "</code>"},
}

// mark takes the start or the end of a mark, in the one order of nesting. Marks around nothing, and those that begin where
// others have just ended, may have to be spelled in another way.
func (r *composing) mark() bool {
	for _, m := range composedMarks {
		if r.take(m.start) {
			ok := r.open < m.mark && r.edge != endEdge
			r.open, r.edge = r.open|m.mark, startEdge
			return ok
		}
		if r.take(m.end) {
			ok := r.open&m.mark != 0 && r.open < m.mark<<1 && r.edge != startEdge
			r.open, r.edge = r.open&^m.mark, endEdge
			return ok
		}
	}
	return false
}

// words takes what comes before the next tag.
func (r *composing) words() bool {
	for r.rest != "" && r.rest[0] != '<' {
		ok := true
		switch c := r.rest[0]; c {
		case ' ':
			ok = r.begun && !r.space
			r.character(" ", " ", " ")
			r.space = true
		case '&':
			ok = r.reference()
		case '>':
			r.character(">", "&gt;", ">")
		case '"':
			r.character(`"`, "&#34;", `"`)
		case '\'':
			r.character("'", "&#39;", "'")
		default:
			ok = r.plain()
		}
		if !ok {
			return false
		}
	}
	return true
}

// character takes one character, however it was spelled.
func (r *composing) character(spelled, html, text string) {
	r.html, r.text = append(r.html, html...), append(r.text, text...)
	r.rest = r.rest[len(spelled):]
	r.edge, r.begun, r.space = noEdge, true, false
	r.shown = r.shown || text != " "
}

// composedReferences are the character references that browsers write.
var composedReferences = [...]struct{ spelled, html, text string }{
	{"&nbsp;", "\u00a0", " "}, {"&amp;", "&amp;", "&"}, {"&lt;", "&lt;", "<"}, {"&gt;", "&gt;", ">"},
	{"&#39;", "&#39;", "'"}, {"&#34;", "&#34;", `"`}, {"&quot;", "&#34;", `"`},
}

func (r *composing) reference() bool {
	for _, ref := range composedReferences {
		if strings.HasPrefix(r.rest, ref.spelled) {
			r.character(ref.spelled, ref.html, ref.text)
			return true
		}
	}
	return false
}

// plain takes words that are stored as they come, with single spaces between them.
func (r *composing) plain() bool {
	n := 0
	for n < len(r.rest) && (!special[r.rest[n]] || r.rest[n] == ' ' && n+1 < len(r.rest) && !special[r.rest[n+1]]) {
		n++
	}
	if n == 0 {
		return false // a control character
	}
	run := r.rest[:n]
	r.html, r.rest = append(r.html, run...), r.rest[n:]
	r.text = append(r.text, strings.ReplaceAll(run, "\u00a0", " ")...)
	r.edge, r.begun, r.space = noEdge, true, false
	r.shown = r.shown || run[0] < utf8.RuneSelf || visible(run)
	return true
}

// special are the bytes that end a run of plain characters.
var special = func() (is [256]bool) {
	for c := range ' ' + 1 {
		is[c] = true
	}
	for _, c := range "<>&\"'\x7f" {
		is[c] = true
	}
	return is
}()
