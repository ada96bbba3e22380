package richtext

import (
	"regexp"
	"strings"
)

// FromText gives plain text as canonical HTML: an empty line parts paragraphs,
// every other line feed is a line break, web and mail addresses become links.
// Nothing in the text is markup. The only error is [ErrTooLarge].
func FromText(text string) (string, error) {
	if len(text) > MaxBytes {
		return "", ErrTooLarge
	}
	text = string(clean([]byte(newlines.Replace(text))))
	b := &builder{root: &block{kind: quote}}
	for l := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(l) == "" {
			b.endParagraph()
			continue
		}
		b.plainLine(l)
		b.breakLine()
	}
	doc := b.finish()
	if doc.isBlank() {
		return "", nil
	}
	return writeHTML(doc)
}

var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", "\n", "\u2028", "\n", "\u2029", "\n\n")

// address finds what to make a link of; what comes before it decides in
// plainLine whether it stands alone.
var address = regexp.MustCompile(`(?i)https?://[^\s<>"]+|www\.[a-z0-9-]+\.[^\s<>"]+|[a-z0-9._%+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24}`)

func (b *builder) plainLine(l string) {
	at := 0
	for _, m := range address.FindAllStringIndex(l, -1) {
		text := trimAddress(l[m[0]:m[1]])
		href, ok := canonicalLink(hrefOf(text))
		if !ok || m[0] > 0 && isWordByte(l[m[0]-1]) {
			continue
		}
		b.spaced(l[at:m[0]])
		b.href = href
		b.spaced(text)
		b.href = ""
		at = m[0] + len(text)
	}
	b.spaced(l[at:])
}

// spaced keeps the width of several spaces, which HTML would fold.
func (b *builder) spaced(s string) {
	s = strings.ReplaceAll(s, "\t", "    ")
	if b.newline || b.para == nil {
		trimmed := strings.TrimLeft(s, " ")
		s = strings.Repeat("\u00a0", len(s)-len(trimmed)) + trimmed
	}
	b.text([]byte(strings.ReplaceAll(s, "  ", "\u00a0 ")))
}

func hrefOf(text string) string {
	lower := strings.ToLower(text)
	switch {
	case strings.HasPrefix(lower, "http://"), strings.HasPrefix(lower, "https://"):
		return text
	case strings.HasPrefix(lower, "www."):
		return "https://" + text
	}
	return "mailto:" + text
}

// trimAddress leaves out what belongs to the sentence: its full stop, or a
// closing bracket that was not opened inside.
func trimAddress(s string) string {
	for s != "" {
		last := s[len(s)-1]
		closing := strings.IndexByte(")]}", last)
		switch {
		case strings.IndexByte(".,;:!?'*_", last) >= 0:
		case closing >= 0 && strings.Count(s, "([{"[closing:closing+1]) < strings.Count(s, string(last)):
		default:
			return s
		}
		s = s[:len(s)-1]
	}
	return s
}

func isWordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}
