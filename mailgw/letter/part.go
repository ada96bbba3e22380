package letter

import (
	"io"
	"net/http"
	"strings"
)

// Kind says what a leaf of a letter is.
type Kind string

const (
	Body       Kind = "body"       // part of Text or HTML
	Inline     Kind = "inline"     // shown by the HTML, by its Content-ID
	Attachment Kind = "attachment" // everything else
)

// Part is a leaf of a letter.
type Part struct {
	Kind      Kind
	Type      string // declared media type, lower case, well-formed
	Sniffed   string // media type by the first bytes; attachments and inlines only
	Charset   string // declared
	Name      string // fit to show and to store; never empty for attachments and inlines, may repeat
	ContentID string // without brackets
	Size      int64  // bytes decoded; attachments and inlines only
	Damaged   bool   // the encoding was broken; what could be decoded is there

	encoding string
	raw      []byte
	header   Header
	flowed   bool
	delSp    bool
	node     *node
}

// Open returns a new reader of the decoded bytes. It fails only by io.EOF.
func (p *Part) Open() io.Reader { return newDecoder(p.encoding, p.raw) }

// Header returns the part's own header.
func (p *Part) Header() Header { return p.header }

func newPart(n *node, fallback string) *Part {
	p := &Part{
		Type:      n.media.value,
		Charset:   n.media.params["charset"],
		Name:      cleanName(declaredName(n, fallback)),
		ContentID: contentID(n.header.Get("Content-ID")),
		encoding:  n.encoding,
		raw:       n.body,
		header:    n.header,
		flowed:    strings.EqualFold(n.media.params["format"], "flowed"),
		delSp:     strings.EqualFold(n.media.params["delsp"], "yes"),
		node:      n,
	}
	return p
}

// declaredName prefers the disposition's file name to the type's name (RFC 2183
// section 2.3). Undeclared 8-bit is in the letter's charset, if anything.
func declaredName(n *node, fallback string) string {
	if name := n.disposition.params["filename"]; name != "" {
		return toUTF8([]byte(name), fallback)
	}
	return toUTF8([]byte(n.media.params["name"]), fallback)
}

// longestCID bounds a Content-ID: programs make such of 20 to 80 characters, and it
// goes wherever the file is shown.
const longestCID = 255

// contentID is "" for what is none, or no program's.
func contentID(field string) string {
	if len(field) > 2*longestCID {
		return ""
	}
	id := visible(strings.Trim(toUTF8([]byte(field), ""), "<> \t"))
	if len(id) > longestCID {
		return ""
	}
	return id
}

// measure fills in what only the decoded bytes tell, and a name where there is
// none. number is the part's place among attachments and inlines.
func (p *Part) measure(number int) {
	d := newDecoder(p.encoding, p.raw)
	head := make([]byte, 512) // what DetectContentType looks at
	n, _ := io.ReadFull(d, head)
	p.Sniffed, _, _ = strings.Cut(http.DetectContentType(head[:n]), ";")
	rest, _ := io.Copy(io.Discard, d)
	p.Size = int64(n) + rest
	p.Damaged = d.damaged()
	if p.Name == "" {
		p.Name = inventName(p.Type, number)
	}
}

// isText tells the leaves that are shown as the letter's body from files. A named
// text is a file, unless it comes first: some programs name the letter itself. In an
// unknown encoding it may be no text at all, and the name decides. A letter that is
// nothing but an attached text is shown and listed.
func (p *Part) isText(first bool) bool {
	if p.node.disposition.value == "attachment" && !(first && p.node.parent == nil) {
		return false
	}
	switch p.Type {
	case "text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "text/x-markdown",
		"text/x-amp-html", "text/watch-html", "text/unknown", "application/xhtml+xml":
		_, known := transferEncoding(p.header.Get("Content-Transfer-Encoding"))
		return p.Name == "" || first && known
	}
	return false
}
