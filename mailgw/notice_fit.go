package mailgw

import (
	"html"

	"postern/chat"
)

// Gmail cuts a mail off after 102 kB of HTML, and with it the link and what is folded under. So there is an end to what the messages of a mail are
// shown of, in bytes of markup; the rest of the mail has a fifth of it at most.
const (
	mostMarkup  = 75_000
	leastMarkup = 1_000 // of each message, however many there are
)

// fit shows the beginning of what is too long for a mail.
func (v *noticeView) fit() {
	room := mostMarkup
	for i := range v.Messages {
		m := &v.Messages[i]
		most := max(room-leastMarkup*(len(v.Messages)-i-1), leastMarkup)
		size := len(m.markup())
		if size > most {
			m.shorten(most)
			size = len(m.markup())
		}
		room -= size
	}
}

// shorten leaves the beginning of the text, without its format and signature, and some of the files.
func (m *messageView) shorten(most int) {
	text := m.Text
	m.Text, m.HTML, m.Signature, m.Cut = "", "", chat.Signature{}, true
	for len(m.Files) > 0 && len(m.markup()) > most/2 {
		m.Files, m.MoreFiles = m.Files[:len(m.Files)-1], m.MoreFiles+1
	}
	m.Text = beginning(text, most-len(m.markup()))
	m.Cut = len(m.Text) < len(text)
}

// beginning is as much of the text as is so many bytes of markup.
func beginning(text string, most int) string {
	for i, r := range text {
		size := len(html.EscapeString(string(r)))
		if r == '\n' {
			size = len(lineBreak)
		}
		if most -= size; most < 0 {
			return text[:i]
		}
	}
	return text
}
