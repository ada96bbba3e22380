package richtext

import (
	"bytes"

	"golang.org/x/net/html"
)

// htmlSpace is what HTML folds; a no-break space is not in it.
const htmlSpace = " \t\n\f\r"

// text takes the text between two tags.
func (b *builder) text(t []byte) {
	switch {
	case b.mention != nil:
		b.mention.name = append(b.mention.name, t...)
	case b.para != nil && b.para.kind == preformatted:
		b.verbatim(t)
	default:
		b.words(t)
	}
}

func (b *builder) verbatim(t []byte) {
	b.newline = false
	t = bytes.ReplaceAll(t, []byte("\r\n"), []byte("\n"))
	t = bytes.Map(func(r rune) rune {
		if r == '\r' || r == '\f' {
			return '\n'
		}
		return r
	}, t)
	b.para.code = append(b.para.code, t...)
}

func (b *builder) words(t []byte) {
	s := b.style()
	for len(t) > 0 {
		word := t
		if i := bytes.IndexAny(t, htmlSpace); i >= 0 {
			word = t[:i]
		}
		if len(word) > 0 {
			b.word(word, s)
			t = t[len(word):]
			continue
		}
		if !b.space {
			b.space, b.spaceStyle = true, s
		}
		t = bytes.TrimLeft(t, htmlSpace)
	}
}

func (b *builder) word(w []byte, s style) {
	if b.para == nil {
		b.startParagraph(paragraph)
	}
	if b.newline {
		b.para.lines = append(b.para.lines, nil)
		b.newline = false
	} else if b.cell {
		b.append([]byte(" | "), style{})
	} else if b.space {
		b.append([]byte{' '}, b.spaceStyle)
	}
	b.space, b.cell = false, false
	b.append(w, s)
}

// append puts text at the end of the last line.
func (b *builder) append(text []byte, s style) {
	last := &b.para.lines[len(b.para.lines)-1]
	if n := len(*last); n > 0 && (*last)[n-1].style == s && s.mention == "" {
		(*last)[n-1].text = append((*last)[n-1].text, text...)
		return
	}
	*last = append(*last, run{text: bytes.Clone(text), style: s})
}

// mention is a mention whose end tag has not come yet.
type mention struct {
	user  string
	name  []byte
	spans int // spans opened inside it
}

func (b *builder) startSpan(z *html.Tokenizer, more bool) {
	if b.mention != nil {
		b.mention.spans++
		return
	}
	if b.para != nil && b.para.kind == preformatted {
		return
	}
	user, _ := attribute(z, more, "data-mention")
	if exactID.MatchString(user) {
		b.mention = &mention{user: user}
	}
}

func (b *builder) endSpan() {
	if b.mention == nil {
		return
	}
	if b.mention.spans > 0 {
		b.mention.spans--
		return
	}
	b.endMention()
}

// endMention writes the open mention as one run. White space inside it is
// folded, and at its edges moved out; without a name it is nothing.
func (b *builder) endMention() {
	m := b.mention
	if m == nil {
		return
	}
	b.mention = nil
	s := b.style()
	if len(m.name) > 0 && isHTMLSpace(rune(m.name[0])) && !b.space {
		b.space, b.spaceStyle = true, s
	}
	name := bytes.Join(bytes.FieldsFunc(m.name, isHTMLSpace), []byte{' '})
	if len(name) == 0 {
		return
	}
	b.word(name, style{marks: s.marks, href: s.href, mention: m.user})
	if isHTMLSpace(rune(m.name[len(m.name)-1])) {
		b.space, b.spaceStyle = true, s
	}
}

func isHTMLSpace(r rune) bool {
	return r == ' ' || r == '\t' || r == '\n' || r == '\f' || r == '\r'
}
