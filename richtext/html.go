package richtext

import (
	"strings"

	"golang.org/x/net/html"
)

// htmlWriter writes the canonical form: one spelling for each document.
type htmlWriter struct {
	strings.Builder
}

func writeHTML(doc *document) (string, error) {
	w := &htmlWriter{}
	for _, b := range doc.blocks {
		if !w.block(b) {
			return "", ErrTooLarge
		}
	}
	return w.String(), nil
}

// block reports whether there is still room.
func (w *htmlWriter) block(b *block) bool {
	tag := kindTags[b.kind]
	w.WriteString("<" + tag + ">")
	switch {
	case b.kind == preformatted:
		w.WriteString("<code>" + html.EscapeString(string(b.code)) + "</code>")
	case b.kind == listItem && len(b.blocks) == 0:
		w.WriteString("<p></p>")
	case b.kind.isContainer():
		for _, child := range b.blocks {
			if !w.block(child) {
				return false
			}
		}
	default:
		for i, l := range b.lines {
			if i > 0 {
				w.WriteString("<br>")
			}
			w.line(l)
		}
	}
	w.WriteString("</" + tag + ">")
	return w.Len() <= MaxBytes
}

// line nests tags in one order, a > strong > em > u > s > code, and keeps open
// what the next run has too.
func (w *htmlWriter) line(l line) {
	var open []string // end tags
	var current []string
	for _, r := range l {
		want := r.startTags()
		same := 0
		for same < len(current) && same < len(want) && current[same] == want[same] {
			same++
		}
		open = w.closeTo(open, same)
		for _, tag := range want[same:] {
			w.WriteString(tag)
			open = append(open, endTag(tag))
		}
		current = want
		w.content(r)
	}
	w.closeTo(open, 0)
}

func (w *htmlWriter) closeTo(open []string, n int) []string {
	for i := len(open) - 1; i >= n; i-- {
		w.WriteString(open[i])
	}
	return open[:n]
}

func (w *htmlWriter) content(r run) {
	text := html.EscapeString(string(r.text))
	if r.mention != "" {
		text = `<span data-mention="` + r.mention + `">` + text + "</span>"
	}
	w.WriteString(text)
}

func (s style) startTags() []string {
	var tags []string
	if s.href != "" {
		tags = append(tags, `<a href="`+html.EscapeString(s.href)+`" rel="`+linkRel+`">`)
	}
	for i, name := range markTags {
		if s.marks&(1<<i) != 0 {
			tags = append(tags, "<"+name+">")
		}
	}
	return tags
}

func endTag(start string) string {
	name, _, _ := strings.Cut(strings.Trim(start, "<>"), " ")
	return "</" + name + ">"
}
