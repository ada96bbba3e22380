package letter

import (
	"bytes"
	"strings"
)

// Field is one header field.
type Field struct {
	Name  string // as sent
	Value string // unfolded, without controls; otherwise the bytes as sent, encoded-words included
	Raw   []byte // its lines as sent, with their ends
}

// Header is a header's fields in the order sent.
type Header []Field

// Get returns the first value of a field, "" when there is none.
func (h Header) Get(name string) string {
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			return h[i].Value
		}
	}
	return ""
}

// All returns every value of a field.
func (h Header) All(name string) []string {
	var values []string
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			values = append(values, h[i].Value)
		}
	}
	return values
}

// Has reports whether a field is there, be it empty.
func (h Header) Has(name string) bool { return h.Count(name) > 0 }

// Count returns how often a field is there.
func (h Header) Count(name string) int {
	n := 0
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			n++
		}
	}
	return n
}

// headerReader reads one header and repairs what real senders do to it.
type headerReader struct {
	raw       []byte
	pos       int
	root      bool              // the letter's own header, not a part's
	delimiter func([]byte) bool // a line that ends the part, header or not; may be nil
	maxBytes  int
	maxFields int
	notes     *notes

	fields   Header
	start    int  // of the last field in raw
	rejoined bool // the last field has lines that were not folded
	exceeded Limit
}

// read consumes the header and the empty line after it; pos is then the start of
// the body.
func (r *headerReader) read() {
	begin := r.pos
	if r.root {
		r.skipJunk()
	}
	for r.pos < len(r.raw) && r.exceeded == "" {
		line, next := cutLine(r.raw, r.pos)
		switch {
		case next-begin > r.maxBytes:
			r.exceeded = LimitHeaderBytes
		case len(line) == 0:
			r.close(r.pos)
			r.pos = next
			return
		case r.delimiter != nil && r.delimiter(line):
			r.close(r.pos)
			return
		case !r.take(line, next):
			r.close(r.pos)
			r.notes.add(NoteNoBlankLine)
			return
		}
	}
	r.close(r.pos)
}

// take reports whether line belongs to the header, and adds it if so.
func (r *headerReader) take(line []byte, next int) bool {
	if isSpace(line[0]) {
		if len(r.fields) > 0 {
			r.pos = next
			return true
		}
		line = bytes.TrimLeft(line, " \t")
		r.notes.add(NoteJunkBefore)
	}
	name := fieldName(line)
	switch {
	case name != "" && len(r.fields) == r.maxFields:
		r.exceeded = LimitHeaderFields
		return true
	case name != "":
		r.close(r.pos)
		r.start = r.pos
		r.fields = append(r.fields, Field{Name: name})
	case len(r.fields) > 0 && r.isBrokenFold(line, next):
		r.notes.add(NoteBrokenFold)
		r.rejoined = true
	default:
		return false
	}
	r.pos = next
	return true
}

// isBrokenFold tells a folded line that lost its indent from the first line of a
// body whose empty line is missing. Taking text for header loses it, so the header
// must speak for it: a parameter, a line before that asks for more, or a field that
// everybody knows right after.
func (r *headerReader) isBrokenFold(line []byte, next int) bool {
	before := bytes.TrimRight(r.raw[r.start:r.pos], " \t\r\n")
	if name, _, ok := bytes.Cut(line, []byte("=")); ok && isToken(bytes.TrimRight(name, "*0123456789")) &&
		bytes.HasSuffix(before, []byte(";")) {
		return true
	}
	if bytes.HasSuffix(before, []byte(",")) && bytes.IndexByte(line, '@') > 0 {
		return true
	}
	after, _ := cutLine(r.raw, next)
	return isKnownField(fieldName(after))
}

// close completes the last field, whose lines end at end.
func (r *headerReader) close(end int) {
	if len(r.fields) == 0 || r.fields[len(r.fields)-1].Raw != nil {
		return
	}
	f := &r.fields[len(r.fields)-1]
	f.Raw = r.raw[r.start:end]
	value := f.Raw[bytes.IndexByte(f.Raw, ':')+1:]
	var changed bool
	f.Value, changed = unfold(value, r.rejoined)
	if changed {
		r.notes.add(NoteHeaderControls)
	}
	r.rejoined = false
}

// unfold removes line ends (RFC 5322 section 2.2.3); where a fold lost its indent,
// a space stands for it. A bare CR is a space and never an end of line: what comes
// after it must not become a field of its own. Other controls are dropped.
func unfold(value []byte, rejoined bool) (text string, changed bool) {
	value = bytes.Trim(value, " \t\r\n")
	if !hasControl(value) {
		return string(value), false
	}
	b := make([]byte, 0, len(value))
	for i, c := range value {
		switch {
		case c == '\r' && i+1 < len(value) && value[i+1] == '\n':
		case c == '\n':
			if rejoined && i+1 < len(value) && !isSpace(value[i+1]) {
				b = append(b, ' ')
			}
		case c == '\t':
			b = append(b, c)
		case c == '\r':
			b, changed = append(b, ' '), true
		case c < ' ' || c == 0x7f:
			changed = true
		default:
			b = append(b, c)
		}
	}
	return string(b), changed
}

func hasControl(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c == 0x7f {
			return true
		}
	}
	return false
}

// skipJunk passes over what stands before the first field: empty lines, the line
// mbox files put there, remains of another protocol. When no field everybody knows
// follows closely, it is no junk: the letter has no header.
func (r *headerReader) skipJunk() {
	const closely = 6
	pos := r.pos
	for range closely {
		line, next := cutLine(r.raw, pos)
		switch {
		case next == pos:
			return
		case len(line) == 0 && r.pos == pos:
			r.pos = next
		case isMboxLine(line):
			r.notes.add(NoteMboxLine)
			r.pos = next
		case isKnownField(fieldName(bytes.TrimLeft(line, " \t"))):
			if r.pos != pos {
				r.notes.add(NoteJunkBefore)
			}
			r.pos = pos
			return
		case fieldName(line) != "":
			return
		}
		pos = next
	}
}

func isMboxLine(line []byte) bool {
	line = bytes.TrimPrefix(line, []byte(">"))
	return bytes.HasPrefix(line, []byte("From ")) && fieldName(line) == ""
}

// cutLine returns the line at pos without its end, and where the next one starts;
// next equals pos only at the end of b.
func cutLine(b []byte, pos int) (line []byte, next int) {
	end := bytes.IndexByte(b[pos:], '\n')
	if end < 0 {
		return bytes.TrimSuffix(b[pos:], []byte("\r")), len(b)
	}
	return bytes.TrimSuffix(b[pos:pos+end], []byte("\r")), pos + end + 1
}

// fieldName returns the name when line starts a field (RFC 5322 section 2.2, and a
// space before the colon as section 4.5 has it), "" when it does not.
func fieldName(line []byte) string {
	const longest = 128
	colon := bytes.IndexByte(line[:min(len(line), longest)], ':')
	if colon < 0 {
		return ""
	}
	name := bytes.TrimRight(line[:colon], " \t")
	if len(name) == 0 {
		return ""
	}
	for _, c := range name {
		if c <= ' ' || c >= 0x7f {
			return ""
		}
	}
	return string(name)
}

// isKnownField holds for names that a body's line would hardly start with.
func isKnownField(name string) bool {
	switch strings.ToLower(name) {
	case "from", "to", "cc", "bcc", "subject", "date", "sender", "reply-to", "message-id", "in-reply-to",
		"references", "received", "return-path", "delivered-to", "envelope-to", "mime-version", "content-type",
		"content-transfer-encoding", "content-disposition", "content-id", "content-description",
		"content-language", "dkim-signature", "authentication-results", "auto-submitted", "precedence",
		"list-id", "list-unsubscribe", "x-mailer", "user-agent", "x-priority", "importance":
		return true
	}
	return false
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' }

// isToken holds for a token of RFC 2045 section 5.1.
func isToken(b []byte) bool {
	for _, c := range b {
		if c <= ' ' || c >= 0x7f || bytes.IndexByte([]byte(`()<>@,;:\"/[]?=`), c) >= 0 {
			return false
		}
	}
	return len(b) > 0
}
