package letter

import (
	"bytes"
	"html"
	"slices"
	"strings"
	"unicode/utf8"
)

// rendition is what a subtree says, in the forms it has. A form is there only if it
// is whole: a letter whose body is half text and half HTML has no text, but HTML
// with the text in it. So whoever takes either form loses nothing.
type rendition struct {
	text, html       string
	hasText, hasHTML bool
}

// assembler turns the tree into parts and bodies.
type assembler struct {
	limits   Limits
	notes    *notes
	fallback string // charset for undeclared bytes in names
	leaves   int
	budget   int    // bytes of body still shown; all bodies share TextBytes
	spare    string // HTML for programs of another kind, for where there is nothing else
	parts    []*Part
	exceeded []Limit
}

func (a *assembler) render(n *node) rendition {
	if !n.isMultipart() {
		return a.leaf(n)
	}
	if len(n.children) == 0 {
		return a.childless(n)
	}
	var all []rendition
	for _, child := range n.children {
		all = append(all, a.render(child))
	}
	if n.media.value == "multipart/alternative" {
		return choose(apart(n.children, all))
	}
	return concatenate(all)
}

// childless takes a multipart in which no part was found for the text it holds, or
// finds the parts below an encoding that RFC 2045 section 6.4 forbids there.
func (a *assembler) childless(n *node) rendition {
	if n.encoding != "" {
		a.notes.add(NoteEncodedMultipart)
		decoded := *n
		decoded.encoding = ""
		// What is decoded is shorter than what was encoded: this ends.
		raw, _, _ := decodeAll(n.encoding, n.body, len(n.body))
		w := walker{raw: raw, limits: a.limits, notes: a.notes, parts: len(a.parts)}
		w.walk(&decoded, 0)
		a.exceeded = append(a.exceeded, w.exceeded...)
		return a.render(&decoded)
	}
	a.notes.add(NoteNoParts)
	leaf := *n
	leaf.media.value = "text/plain"
	return a.leaf(&leaf)
}

func (a *assembler) leaf(n *node) rendition {
	p := newPart(n, a.fallback)
	first := a.leaves == 0
	a.leaves++
	a.parts = append(a.parts, p)
	if !p.isText(first) {
		p.Kind = Attachment
		return rendition{}
	}
	p.Kind = Body
	text, more := a.text(p)
	if more || p.Name != "" && n.disposition.value == "attachment" {
		file := *p
		file.Kind = Attachment
		a.parts = append(a.parts, &file)
	}
	switch p.Type {
	case "text/html", "application/xhtml+xml":
		return rendition{html: text, hasHTML: strings.TrimSpace(text) != ""}
	case "text/x-amp-html", "text/watch-html":
		if a.spare == "" {
			a.spare = text
		}
		return rendition{} // a further form of what the letter says as text or HTML
	case "text/enriched", "text/richtext":
		text = stripEnriched(text)
	}
	text = a.cutUuencoded(text)
	return rendition{text: text, hasText: strings.TrimSpace(text) != ""}
}

// text decodes a body: valid UTF-8, LF line ends, no NUL, at most TextBytes.
func (a *assembler) text(p *Part) (text string, more bool) {
	encoded, added := p.raw, []byte(nil)
	if p.encoding == "base64" {
		if encoded, added = cutBase64(p.raw); len(encoded) == 0 {
			p.encoding = ""
		}
		if len(added) > 0 {
			a.notes.add(NoteEncoding)
		}
	}
	raw, more, damaged := decodeAll(p.encoding, encoded, a.budget)
	raw, more = addUpTo(a.budget, raw, added, more)
	if damaged {
		p.Damaged = true
		a.notes.add(NoteDamaged)
	}
	label := p.Charset
	if label == "" && strings.HasSuffix(p.Type, "html") {
		label = metaCharset(raw)
	}
	text, how := decodeCharset(raw, label)
	switch how {
	case unknown:
		a.notes.add(NoteCharsetUnknown)
	case wrong:
		a.notes.add(NoteCharsetWrong)
	}
	if strings.ContainsRune(text, utf8.RuneError) {
		a.notes.add(NoteReplaced)
	}
	text = strings.TrimPrefix(lineFeeds(text), "\ufeff")
	if p.Type == "text/plain" && p.flowed {
		text = unflow(text, p.delSp)
	}
	if more || len(text) > a.budget {
		a.notes.add(NoteTextCut)
		text, more = cutRunes(text, a.budget), true
	}
	a.budget -= len(text)
	return text, more
}

// addUpTo puts what was added behind what was decoded, as far as there is room.
func addUpTo(limit int, raw, added []byte, more bool) ([]byte, bool) {
	if len(added) == 0 {
		return raw, more
	}
	room := limit - len(raw)
	return slices.Concat(raw, added[:min(len(added), room)]), more || len(added) > room
}

func lineFeeds(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// metaCharset finds what an HTML document says of itself, for when the letter says
// nothing.
func metaCharset(raw []byte) string {
	const prescan = 1024 // HTML standard, section 13.2.3.2
	head := bytes.ToLower(raw[:min(len(raw), prescan)])
	at := bytes.Index(head, []byte("charset="))
	if at < 0 || !bytes.Contains(head[:at], []byte("<meta")) {
		return ""
	}
	value := bytes.TrimLeft(head[at+len("charset="):], `"' `)
	if end := bytes.IndexAny(value, "\"' />;"); end >= 0 {
		value = value[:end]
	}
	if label := string(value); !strings.HasPrefix(label, "utf-16") {
		return label // it was read as ASCII, so it is not UTF-16
	}
	return ""
}

// apart gives the forms of what is said among alternatives. Two parts of one type
// are no two forms of it: where their words differ, both are said.
func apart(alternatives []*node, all []rendition) (forms []rendition) {
	at, seen, said := map[string]int{}, map[string]bool{}, [][]rendition{}
	for i, one := range all {
		kind := alternatives[i].media.value
		words := kind + "\n" + strings.Join(strings.Fields(one.text+one.html), " ")
		if seen[words] || !one.hasText && !one.hasHTML {
			continue
		}
		seen[words] = true
		group, again := at[kind]
		if !again || alternatives[i].isMultipart() {
			group = len(said)
			at[kind], said = group, append(said, nil)
		}
		said[group] = append(said[group], one)
	}
	for _, group := range said {
		forms = append(forms, concatenate(group))
	}
	return forms
}

// choose makes one of alternatives: the first with text, the last with HTML (RFC
// 2046 section 5.1.4 puts the richest last).
func choose(all []rendition) rendition {
	var r rendition
	for _, one := range all {
		if one.hasText && !r.hasText {
			r.text, r.hasText = one.text, true
		}
		if one.hasHTML {
			r.html, r.hasHTML = one.html, true
		}
	}
	return r
}

// concatenate makes one of parts that follow each other.
func concatenate(all []rendition) rendition {
	said := all[:0]
	text, rich := true, false
	for _, one := range all {
		if !one.hasText && !one.hasHTML {
			continue
		}
		said = append(said, one)
		text = text && one.hasText
		rich = rich || one.hasHTML
	}
	if len(said) == 0 {
		return rendition{}
	}
	var r rendition
	if text {
		r.text, r.hasText = joinTexts(said), true
	}
	if rich {
		r.html, r.hasHTML = joinHTML(said), true
	}
	return r
}

func joinTexts(said []rendition) string {
	if len(said) == 1 {
		return said[0].text
	}
	var b strings.Builder
	for i, one := range said {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(one.text)
		if !strings.HasSuffix(one.text, "\n") {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func joinHTML(said []rendition) string {
	if len(said) == 1 {
		return said[0].html
	}
	var b strings.Builder
	for _, one := range said {
		b.WriteString("<div>")
		if one.hasHTML {
			b.WriteString(one.html)
		} else {
			b.WriteString(strings.ReplaceAll(html.EscapeString(strings.TrimRight(one.text, "\n")), "\n", "<br>\n"))
		}
		b.WriteString("</div>\n")
	}
	return b.String()
}

// cutUuencoded takes uuencoded files out of text and makes attachments of them.
func (a *assembler) cutUuencoded(text string) string {
	if !strings.Contains(text, "begin ") {
		return text
	}
	raw := []byte(text)
	files := uuBlocks(raw, max(0, a.limits.Parts-len(a.parts)))
	if len(files) == 0 {
		return text
	}
	a.notes.add(NoteUuencode)
	var b strings.Builder
	done := 0
	for _, f := range files {
		b.WriteString(text[done:f.start])
		done = f.end
		a.parts = append(a.parts, &Part{
			Kind: Attachment, Type: "application/octet-stream", Name: cleanName(f.name),
			encoding: "uuencode", raw: raw[f.start:f.end],
		})
	}
	b.WriteString(text[done:])
	return b.String()
}

// stripEnriched takes the commands out of text/enriched (RFC 1896) and text/richtext
// (RFC 1341): "<bold>", "</bold>", "<param>red</param>", and "<<" for a bracket.
func stripEnriched(text string) string {
	const longest = 64
	var b strings.Builder
	for text != "" {
		before, rest, ok := strings.Cut(text, "<")
		b.WriteString(before)
		if !ok {
			break
		}
		end := strings.IndexByte(rest[:min(len(rest), longest)], '>')
		switch {
		case strings.HasPrefix(rest, "<"):
			b.WriteByte('<')
			text = rest[1:]
			continue
		case end < 0 || !isToken([]byte(strings.TrimPrefix(rest[:end], "/"))):
			b.WriteByte('<')
			text = rest
			continue
		}
		command := strings.ToLower(rest[:end])
		text = rest[end+1:]
		switch command {
		case "nl":
			b.WriteByte('\n')
		case "lt":
			b.WriteByte('<')
		case "param":
			text = text[max(0, strings.IndexByte(text, '<')):] // the parameter itself
		}
	}
	return b.String()
}

// cids collects the Content-IDs that an HTML body refers to.
func cids(html string) map[string]bool {
	found := map[string]bool{}
	const most = 1000
	rest := html
	for range most {
		at := strings.Index(rest, "cid:")
		if at < 0 {
			break
		}
		rest = rest[at+len("cid:"):]
		end := strings.IndexAny(rest[:min(len(rest), 512)], "\"'>) \t\r\n")
		if end > 0 {
			found[string(unpercent(rest[:end]))] = true
		}
	}
	return found
}

// isInline tells the files that the HTML shows from those to be listed.
func (p *Part) isInline(shown map[string]bool) bool {
	if p.ContentID == "" || p.node == nil {
		return false
	}
	if shown[p.ContentID] {
		return true
	}
	related := p.node.parent != nil && p.node.parent.media.value == "multipart/related"
	return related && p.node.disposition.value != "attachment" && strings.HasPrefix(p.Type, "image/")
}
