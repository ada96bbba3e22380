package richtext

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxDepth bounds containers inside containers; an item counts besides its list.
const maxDepth = 16

// parse reads HTML token by token, in one pass and without a tree, and forgives
// everything.
func parse(src string) *document {
	b := &builder{root: &block{kind: quote}}
	z := html.NewTokenizer(strings.NewReader(src))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.finish()
		case html.TextToken:
			if b.skip == "" {
				b.text(clean(z.Text()))
			}
		case html.StartTagToken:
			b.start(z, false)
		case html.SelfClosingTagToken:
			b.start(z, true)
		case html.EndTagToken:
			name, _ := z.TagName()
			b.end(name)
		}
	}
}

// clean replaces what no database or screen agrees on: control characters.
// A vertical tab is Word's line feed.
func clean(text []byte) []byte {
	text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	if bytes.IndexFunc(text, isControl) < 0 {
		return text
	}
	return bytes.Map(func(r rune) rune {
		switch {
		case r == '\v':
			return '\n'
		case isControl(r):
			return '\uFFFD'
		}
		return r
	}, text)
}

func isControl(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\f' && r != '\r' || r == 0x7f
}

// skipped elements hold nothing that a reader was meant to read. The tokenizer
// itself sees to it that no tags are found in those that browsers read raw.
var skipped = map[string]bool{
	"script": true, "style": true, "title": true, "textarea": true, "iframe": true, "noembed": true,
	"noframes": true, "noscript": true, "svg": true, "math": true, "select": true, "object": true,
	"applet": true, "audio": true, "video": true, "canvas": true, "template": true, "datalist": true,
}

// raw elements hold text up to their end tag even where they claim to close themselves.
var raw = map[string]bool{
	"script": true, "style": true, "title": true, "textarea": true, "iframe": true, "noembed": true,
	"noframes": true, "noscript": true,
}

func (b *builder) start(z *html.Tokenizer, selfClosing bool) {
	nameBytes, more := z.TagName()
	name := string(nameBytes)
	if b.skip != "" {
		if name == b.skip && !selfClosing {
			b.skipDepth++
		}
		return
	}
	if skipped[name] {
		if !selfClosing || raw[name] {
			b.skip, b.skipDepth = name, 1
		}
		return
	}
	switch a := atom.Lookup(nameBytes); a {
	case atom.A:
		b.href = ""
		if href, ok := attribute(z, more, "href"); ok {
			b.href, _ = canonicalLink(href)
		}
	case atom.Span:
		b.startSpan(z, more)
	case atom.B, atom.Strong:
		b.startStrong(z, more)
	case atom.Img:
		b.image(z, more)
	default:
		b.startElement(a)
	}
}

func (b *builder) startElement(a atom.Atom) {
	if m, ok := markOf[a]; ok {
		b.depth[m]++
		return
	}
	if k, ok := kindOf[a]; ok {
		b.open(k)
		return
	}
	switch a {
	case atom.Br:
		b.breakLine()
	case atom.Td, atom.Th:
		b.cell = true
	default:
		if ownLine[a] {
			b.endLine()
		}
	}
}

// startStrong ignores what only looks like bold: an editor of Google wraps all
// that it copies in <b style="font-weight:normal">.
func (b *builder) startStrong(z *html.Tokenizer, more bool) {
	css, _ := attribute(z, more, "style")
	if strings.Contains(strings.ReplaceAll(css, " ", ""), "font-weight:normal") {
		return
	}
	b.depth[strong]++
}

// image keeps what a mail program writes as a picture but means as a character.
func (b *builder) image(z *html.Tokenizer, more bool) {
	alt, _ := attribute(z, more, "alt")
	if len(alt) > 0 && len(alt) <= 32 && strings.IndexFunc(alt, func(r rune) bool { return r < 0x200d }) < 0 {
		b.text(clean([]byte(alt)))
	}
}

func (b *builder) end(nameBytes []byte) {
	if b.skip != "" {
		if string(nameBytes) == b.skip {
			if b.skipDepth--; b.skipDepth == 0 {
				b.skip = ""
			}
		}
		return
	}
	a := atom.Lookup(nameBytes)
	if m, ok := markOf[a]; ok {
		b.depth[m] = max(0, b.depth[m]-1)
		return
	}
	if k, ok := kindOf[a]; ok {
		b.close(k)
		return
	}
	switch {
	case a == atom.A:
		b.href = ""
	case a == atom.Span:
		b.endSpan()
	case a == atom.Br: // browsers read </br> as <br>
		b.breakLine()
	case ownLine[a]:
		b.endLine()
	}
}

func attribute(z *html.Tokenizer, more bool, want string) (string, bool) {
	for more {
		var key, val []byte
		if key, val, more = z.TagAttr(); string(key) == want {
			return string(bytes.ToValidUTF8(val, []byte("\uFFFD"))), true
		}
	}
	return "", false
}

var markOf = map[atom.Atom]marks{
	atom.B: strong, atom.Strong: strong,
	atom.I: emphasis, atom.Em: emphasis, atom.Cite: emphasis, atom.Dfn: emphasis, atom.Var: emphasis,
	atom.U: underline, atom.Ins: underline,
	atom.S: strike, atom.Strike: strike, atom.Del: strike,
	atom.Code: code, atom.Kbd: code, atom.Samp: code, atom.Tt: code,
}

var kindOf = map[atom.Atom]kind{
	atom.P: paragraph, atom.Pre: preformatted, atom.Listing: preformatted, atom.Xmp: preformatted,
	atom.H1: heading1, atom.H2: heading2, atom.H3: heading3, atom.H4: heading3, atom.H5: heading3, atom.H6: heading3,
	atom.Blockquote: quote, atom.Ul: bulletList, atom.Menu: bulletList, atom.Dir: bulletList,
	atom.Ol: orderedList, atom.Li: listItem,
}

// ownLine are elements that browsers show on lines of their own, without a gap.
var ownLine = map[atom.Atom]bool{
	atom.Div: true, atom.Section: true, atom.Article: true, atom.Header: true, atom.Footer: true, atom.Nav: true,
	atom.Aside: true, atom.Main: true, atom.Address: true, atom.Center: true, atom.Form: true, atom.Fieldset: true,
	atom.Legend: true, atom.Figure: true, atom.Figcaption: true, atom.Details: true, atom.Summary: true,
	atom.Dl: true, atom.Dt: true, atom.Dd: true, atom.Hr: true, atom.Hgroup: true, atom.Dialog: true,
	atom.Table: true, atom.Caption: true, atom.Thead: true, atom.Tbody: true, atom.Tfoot: true, atom.Tr: true,
	atom.Body: true, atom.Html: true, atom.Head: true,
}
