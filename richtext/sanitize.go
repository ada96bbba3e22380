package richtext

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// MaxBytes bounds formatted text: as it comes in, as HTML and as text.
const MaxBytes = 256 << 10

// ErrTooLarge is formatted text over [MaxBytes], before or after cleaning.
// Trying again does not help; a shorter text does.
var ErrTooLarge = errors.New("formatted text too large")

// Sanitizer cleans formatted text. It is safe for concurrent use.
type Sanitizer struct {
	gate    *bluemonday.Policy
	readers sync.Pool // of *composing
}

// New makes a Sanitizer. One serves the whole process.
func New() *Sanitizer { return &Sanitizer{gate: newGate()} }

// Sanitize turns HTML from anywhere into the canonical HTML that is stored and
// shown, and its plain text. Both are empty when nothing visible was in it.
// The only error is [ErrTooLarge].
func (s *Sanitizer) Sanitize(html string) (clean, text string, err error) {
	if clean, text, ok := s.composed(html); ok {
		return clean, text, nil
	}
	return s.whole(html)
}

// whole is the full way: everything else, and the measure of the short one.
func (s *Sanitizer) whole(html string) (clean, text string, err error) {
	doc, err := read(html)
	if err != nil {
		return "", "", err
	}
	if doc.isBlank() {
		return "", "", nil
	}
	if clean, err = writeHTML(doc); err != nil {
		return "", "", err
	}
	if text, err = writeText(doc); err != nil {
		return "", "", err
	}
	return s.gate.Sanitize(clean), text, nil
}

// Text gives HTML as plain text: lists with "- " and "1. ", quotes with "> ",
// a link's address in parentheses where it is not what the link says. No-break
// spaces become spaces. The only error is [ErrTooLarge].
func Text(html string) (string, error) {
	doc, err := read(html)
	if err != nil {
		return "", err
	}
	return writeText(doc)
}

// Empty reports whether nothing in the HTML would be seen. HTML too large to
// be cleaned is not empty.
func Empty(html string) bool {
	doc, err := read(html)
	return err == nil && doc.isBlank()
}

func read(html string) (*document, error) {
	if len(html) > MaxBytes {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, len(html), MaxBytes)
	}
	return parse(strings.ToValidUTF8(html, "\uFFFD")), nil
}

var (
	exactRel = regexp.MustCompile(`^` + linkRel + `$`)
	exactID  = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
)

// newGate states the allowed list a second time, for bluemonday. On canonical
// HTML it changes nothing (a test and a fuzz target hold that).
func newGate() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "h1", "h2", "h3", "ul", "ol", "li", "blockquote", "pre")
	p.AllowElements("strong", "em", "u", "s", "code", "br")
	p.RequireParseableURLs(true)
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(exactRel).OnElements("a")
	p.AllowAttrs("data-mention").Matching(exactID).OnElements("span")
	return p
}
