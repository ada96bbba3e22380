package wire

import (
	"time"
	"unicode/utf8"

	"postern/chat"
)

// The bodies that go out with every message and every reading are written here without reflection, straight from what chat shows.
// Each writes the very bytes that [Marshal] gives for its type: tests hold them to it, field by field. All others are Marshal's.

// appendMessage writes MessageOf(m). ok is false, and nothing is written, for what few entries have: files, mentions, what grey lines tell, that it
// was withdrawn.
func appendMessage(b []byte, m *chat.Message) (_ []byte, ok bool) {
	if len(m.Attachments) > 0 || len(m.Subjects) > 0 || m.Kind == chat.Happen || !m.ReceivedAt.IsZero() || m.Withdrawn != "" {
		return b, false
	}
	b = appendID(append(b, `{"id":"`...), m.ID)
	b = appendID(append(b, `","conversation":"`...), m.Conversation)
	b = appendPosition(append(b, `","position":"`...), m.Position)
	b = appendString(append(b, `","kind":`...), string(m.Kind))
	b = appendAuthor(append(b, `,"author":`...), m.Author)
	b = appendString(append(b, `,"via":`...), string(m.Via))
	b = appendString(append(b, `,"html":`...), m.HTML)
	b = appendString(append(b, `,"text":`...), m.Text)
	if m.Important {
		b = append(b, `,"important":true`...)
	}
	if m.Folded {
		b = append(b, `,"folded":true`...)
	}
	if m.Signature != [32]byte{} {
		b = append(b, `,"signed":true`...)
	}
	if m.Key != "" {
		b = appendString(append(b, `,"key":`...), m.Key)
	}
	b = appendTime(append(b, `,"attachments":[],"at":`...), m.At)
	return append(b, '}'), true
}

func appendAuthor(b []byte, p chat.Person) []byte {
	if p.ID.IsZero() {
		return append(b, "null"...)
	}
	return appendPerson(b, p)
}

// appendPerson writes PersonOf(p).
func appendPerson(b []byte, p chat.Person) []byte {
	b = appendID(append(b, `{"id":"`...), p.ID)
	b = appendString(append(b, `","name":`...), p.Name)
	b = append(append(b, `,"kind":"`...), kindOf(p.View)...)
	return append(b, `"}`...)
}

// appendReceipt writes ReceiptOf(r).
func appendReceipt(b []byte, r *chat.ReceiptShown) []byte {
	b = appendID(append(b, `{"conversation":"`...), r.Conversation)
	b = appendPerson(append(b, `","reader":`...), r.Reader)
	b = appendPosition(append(b, `,"after":"`...), r.After)
	b = appendPosition(append(b, `","through":"`...), r.Through)
	b = appendTime(append(b, `","at":`...), r.At)
	return append(b, '}')
}

// appendCursor writes CursorOf(p).
func appendCursor(b []byte, p *chat.Participant) []byte {
	b = appendID(append(b, `{"conversation":"`...), p.Conversation)
	b = appendPosition(append(b, `","standing":{"last_read":"`...), p.LastRead)
	b = appendPosition(append(b, `","opened":"`...), p.Opened)
	b = appendBool(append(b, `","unread":`...), p.Unread())
	b = appendBool(append(b, `,"marked_unread":`...), p.MarkedUnread)
	b = appendBool(append(b, `,"archived":`...), p.Archived)
	if p.Deleted {
		b = append(b, `,"deleted":true`...)
	}
	b = appendBool(append(b, `,"muted":`...), p.Muted)
	b = appendBool(append(b, `,"active":`...), p.Active)
	if p.Beneath {
		b = append(b, `,"beneath":true`...)
	}
	if !p.LeftAt.IsZero() {
		b = appendTime(append(b, `,"left_at":`...), p.LeftAt)
	}
	return append(b, "}}"...)
}

// AppendAck writes the whole frame that answers a `send`.
func AppendAck(b []byte, key string, m *chat.Message) []byte {
	b = append(b, `{"type":"ack"`...)
	if key != "" {
		b = appendString(append(b, `,"key":`...), key)
	}
	b = appendID(append(b, `,"data":{"id":"`...), m.ID)
	b = appendID(append(b, `","conversation":"`...), m.Conversation)
	b = appendPosition(append(b, `","position":"`...), m.Position)
	b = m.At.UTC().AppendFormat(append(b, `","at":"`...), time.RFC3339Nano)
	return append(b, `"}}`...)
}

func appendID(b []byte, id chat.ID) []byte {
	b, _ = id.AppendText(b) // never fails
	return b
}

func appendPosition(b []byte, p chat.Position) []byte {
	b, _ = p.AppendText(b) // never fails
	return b
}

func appendBool(b []byte, on bool) []byte {
	if on {
		return append(b, "true"...)
	}
	return append(b, "false"...)
}

// appendTime writes a time as [time.Time.MarshalJSON] does. Ours are of years with four digits.
func appendTime(b []byte, t time.Time) []byte {
	return append(t.AppendFormat(append(b, '"'), time.RFC3339Nano), '"')
}

// appendString writes a JSON string as [Marshal] does: <, > and & as they are, the line ends of JavaScript that JSON does not know
// escaped, and U+FFFD for what is not UTF-8.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < ' ' || c == '"' || c == '\\' {
				b = appendEscape(append(b, s[from:i]...), c)
				from = i + 1
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b = append(append(b, s[from:i]...), `\ufffd`...)
			from = i + size
		case r == '\u2028' || r == '\u2029':
			b = append(append(b, s[from:i]...), `\u202`...)
			b = append(b, hexDigits[r&0xf])
			from = i + size
		}
		i += size
	}
	return append(append(b, s[from:]...), '"')
}

const hexDigits = "0123456789abcdef"

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
}
