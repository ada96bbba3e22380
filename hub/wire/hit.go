package wire

import (
	"unicode/utf16"
	"unicode/utf8"

	"postern/chat"
)

// HitOf gives what was found.
func HitOf(h chat.Hit) Hit {
	m := h.Message
	return Hit{
		Row: RowOf(h.Row), Message: m.ID.String(), Position: m.Position.String(), Kind: string(m.Kind), Author: authorOf(m.Author), At: m.At,
		Title: MarkedOf(h.Title), Snippet: MarkedOf(h.Snippet), Files: each(h.Files, MarkedOf),
	}
}

// MarkedOf counts in the units of JavaScript's strings.
func MarkedOf(m chat.Marked) Marked {
	out := Marked{Text: m.Text, Marks: make([]Mark, len(m.Marks))}
	at, units := 0, 0
	to := func(place int) int {
		for at < place && at < len(m.Text) {
			r, size := utf8.DecodeRuneInString(m.Text[at:])
			at, units = at+size, units+max(utf16.RuneLen(r), 1)
		}
		return units
	}
	for i, mark := range m.Marks {
		out.Marks[i] = Mark{From: to(mark.From), To: to(mark.To)}
	}
	return out
}
