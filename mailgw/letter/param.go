package letter

import (
	"sort"
	"strconv"
	"strings"
)

// mediaType is a Content-Type or Content-Disposition, read tolerantly.
type mediaType struct {
	value  string            // lower case: "text/plain", "attachment"
	params map[string]string // by lower-case name, decoded (RFC 2231, RFC 2047)
}

// parseMediaType reads value and parameters (RFC 2045 section 5.1). Tolerated:
// missing semicolons, quotes that are missing or never end, comments, spaces around
// '=', parameters said twice (the first counts), encoded-words, undeclared 8-bit,
// backslashes of Windows paths.
func parseMediaType(field, fallback string) mediaType {
	p := paramReader{s: field}
	m := mediaType{value: strings.Trim(strings.ToLower(p.head()), `<>"'`), params: map[string]string{}}
	pieces := map[string][]piece{}
	const most = 200 // a field of a well-meaning sender has five
	for range most {
		name, value, ok := p.next()
		if !ok {
			break
		}
		name, part := parsePiece(strings.ToLower(name), value)
		pieces[name] = append(pieces[name], part)
	}
	for name, parts := range pieces {
		m.params[name] = joinPieces(parts, name == "name" || name == "filename", fallback)
	}
	return m
}

// paramReader walks over "; name=value".
type paramReader struct {
	s string
}

// head reads up to the first parameter; "" when there is nothing else.
func (p *paramReader) head() string {
	p.skip()
	end := strings.IndexAny(p.s, "; \t(")
	if end < 0 {
		end = len(p.s)
	}
	head := p.s[:end]
	if strings.Contains(head, "=") && !strings.Contains(head, "/") {
		return ""
	}
	p.s = p.s[end:]
	// "text / plain"
	p.skip()
	if rest, ok := strings.CutPrefix(p.s, "/"); ok && !strings.Contains(head, "/") {
		p.s = strings.TrimLeft(rest, " \t")
		return head + "/" + p.head()
	}
	return head
}

// skip passes over separators and comments.
func (p *paramReader) skip() {
	for {
		p.s = strings.TrimLeft(p.s, "; \t,")
		if !strings.HasPrefix(p.s, "(") {
			return
		}
		comment := lexer{s: p.s}
		comment.comment()
		p.s = p.s[comment.pos:]
	}
}

func (p *paramReader) next() (name, value string, ok bool) {
	for p.skip(); p.s != ""; p.skip() {
		end := strings.IndexAny(p.s, "=; \t")
		if end < 0 {
			break
		}
		name = p.s[:end]
		rest := strings.TrimLeft(p.s[end:], " \t")
		if !strings.HasPrefix(rest, "=") {
			p.s = p.s[end:] // a word without a value
			continue
		}
		p.s = strings.TrimLeft(rest[1:], " \t")
		return name, p.value(isFreeText(name)), true
	}
	return "", "", false
}

// isFreeText tells parameters that may hold spaces though nobody quoted them from
// those where a space means a forgotten semicolon.
func isFreeText(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "name") || strings.HasPrefix(name, "filename") || name == "boundary"
}

func (p *paramReader) value(free bool) string {
	if strings.HasPrefix(p.s, `"`) {
		return p.quoted()
	}
	end := strings.IndexByte(p.s, ';')
	if end < 0 {
		end = len(p.s)
	}
	if space := strings.IndexAny(p.s[:end], " \t"); space >= 0 && !free {
		end = space
	}
	value := strings.TrimRight(p.s[:end], " \t")
	p.s = p.s[end:]
	return value
}

func (p *paramReader) quoted() string {
	var b strings.Builder
	for i := 1; i < len(p.s); i++ {
		switch c := p.s[i]; {
		case c == '"':
			p.s = p.s[i+1:]
			return b.String()
		case c == '\\' && i+1 < len(p.s) && (p.s[i+1] == '"' && i+2 < len(p.s) || p.s[i+1] == '\\'):
			i++
			b.WriteByte(p.s[i])
		default:
			b.WriteByte(c)
		}
	}
	p.s = ""
	return strings.TrimRight(b.String(), " \t;")
}

// piece is a parameter's value or a section of it (RFC 2231 sections 3 and 4).
type piece struct {
	section  int // -1: no section, the value whole
	extended bool
	text     string
}

func parsePiece(name, text string) (string, piece) {
	base, extended := strings.CutSuffix(name, "*")
	p := piece{section: -1, extended: extended, text: text}
	if stem, number, ok := strings.Cut(base, "*"); ok {
		if n, err := strconv.Atoi(number); err == nil && n >= 0 {
			p.section = n
			return stem, p
		}
	}
	return base, p
}

// joinPieces prefers, as RFC 6266 section 4.3 does for files, an extended value to
// a plain one, then sections in their order. Only what is shown is words: a boundary
// may look like one.
func joinPieces(parts []piece, words bool, fallback string) string {
	sort.SliceStable(parts, func(i, j int) bool { return parts[i].section < parts[j].section })
	whole := -1
	for i, p := range parts {
		if p.section < 0 && (whole < 0 || p.extended && !parts[whole].extended) {
			whole = i
		}
	}
	if whole >= 0 && (parts[whole].extended || parts[len(parts)-1].section < 0) {
		parts = parts[whole : whole+1]
	} else {
		parts = parts[countWhole(parts):]
	}
	raw, charset, extended := assemble(parts)
	switch {
	case extended:
		return toUTF8(raw, charset)
	case words:
		return decodeText(string(raw), fallback)
	}
	return string(raw)
}

func countWhole(parts []piece) int {
	n := 0
	for n < len(parts) && parts[n].section < 0 {
		n++
	}
	return n
}

// assemble joins sections; the first extended one may name the charset of all.
func assemble(parts []piece) (raw []byte, charset string, extended bool) {
	for i, p := range parts {
		if i > 0 && p.section == parts[i-1].section {
			continue // said twice
		}
		text := p.text
		if !p.extended {
			raw = append(raw, text...)
			continue
		}
		if first, rest, ok := strings.Cut(text, "'"); ok && !extended {
			if _, value, ok := strings.Cut(rest, "'"); ok {
				charset, text = first, value
			}
		}
		extended = true
		raw = append(raw, unpercent(text)...)
	}
	return raw, charset, extended
}

func unpercent(s string) []byte {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' {
			if v, ok := hexByte(s, i+1); ok {
				b = append(b, v)
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return b
}
