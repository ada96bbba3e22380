package richtext

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// textWriter writes plain text. margin stands before every line; lead, where
// set, before the next line instead: a margin with a list's marker in it.
type textWriter struct {
	strings.Builder
	margin, lead string
}

func writeText(doc *document) (string, error) {
	w := &textWriter{}
	if !w.blocks(doc.blocks, false) {
		return "", ErrTooLarge
	}
	return strings.TrimRight(w.String(), "\n"), nil
}

// blocks reports whether there is still room. Tight blocks have no empty line
// between them.
func (w *textWriter) blocks(list []*block, tight bool) bool {
	wrote := false
	for _, b := range list {
		if b.isEmpty() {
			continue
		}
		if wrote && !tight {
			w.line("")
		}
		wrote = true
		if !w.block(b) || w.Len() > MaxBytes {
			return false
		}
	}
	return true
}

func (w *textWriter) block(b *block) bool {
	switch {
	case b.kind == preformatted:
		for l := range strings.SplitSeq(string(b.code), "\n") {
			w.line(l)
		}
	case b.kind == quote:
		return w.inside("> ", "> ", func() bool { return w.blocks(b.blocks, false) })
	case b.kind.isList():
		return w.list(b)
	default:
		for _, l := range b.lines {
			w.line(l.String())
		}
	}
	return true
}

func (w *textWriter) list(b *block) bool {
	for i, item := range b.blocks {
		marker := "- "
		if b.kind == orderedList {
			marker = strconv.Itoa(i+1) + ". "
		}
		ok := w.inside(marker, strings.Repeat(" ", len(marker)), func() bool {
			return w.blocks(item.blocks, true)
		})
		if !ok || w.Len() > MaxBytes {
			return false
		}
	}
	return true
}

// inside writes with a wider margin; first replaces it on the first line, which
// is written even when there is nothing else.
func (w *textWriter) inside(first, rest string, body func() bool) bool {
	margin, lead := w.margin, w.lead
	if lead == "" {
		lead = margin
	}
	w.margin, w.lead = margin+rest, lead+first
	ok := body()
	if w.lead != "" {
		w.line("")
	}
	w.margin = margin
	return ok
}

func (w *textWriter) line(s string) {
	margin := w.margin
	if w.lead != "" {
		margin, w.lead = w.lead, ""
	}
	s = strings.ReplaceAll(s, "\u00a0", " ")
	w.WriteString(strings.TrimRight(margin+s, " \t"))
	w.WriteByte('\n')
}

// String gives the line's words, and after each link where it goes.
func (l line) String() string {
	var text strings.Builder
	for i := 0; i < len(l); {
		href := l[i].href
		var words strings.Builder
		for ; i < len(l) && l[i].href == href; i++ {
			words.Write(l[i].text)
		}
		text.WriteString(words.String())
		if href != "" && !saysItself(words.String(), href) {
			text.WriteString(" (" + strings.TrimPrefix(href, "mailto:") + ")")
		}
	}
	return text.String()
}

// isBlank reports whether nothing in the document shows.
func (d *document) isBlank() bool {
	return !anyBlock(d.blocks, func(b *block) bool {
		return visible(b.code) || slices.ContainsFunc(b.lines, line.shows)
	})
}

func anyBlock(list []*block, is func(*block) bool) bool {
	for _, b := range list {
		if is(b) || anyBlock(b.blocks, is) {
			return true
		}
	}
	return false
}

func visible[text string | []byte](t text) bool {
	return strings.ContainsFunc(string(t), func(r rune) bool {
		return !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) && r != '\u2800' && r != '\u3164' && r != '\u034f'
	})
}
