package chat

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Marked is text with the words in it that were searched for.
type Marked struct {
	Text  string
	Marks []Mark
}

// Mark is where a word is: from the first of its bytes to the last, exclusive.
type Mark struct{ From, To int }

// matcher says whether an entry is what is searched for. It looks at what the asker may see and at nothing else: the index only proposes.
type matcher struct {
	words  []Term
	author ID
	files  bool
}

// wordsAsked takes the words of a question. Somebody who is still typing has not typed the end of the last.
func wordsAsked(text string) (list []Term) {
	for w := (words{text: text}); w.next(); {
		term := Term{Word: string(w.folded), Prefix: w.to == len(text)}
		if len(term.Word) > 0 && !slices.Contains(list, term) {
			list = append(list, term)
		}
	}
	return list
}

// terms are what the index is asked.
func (m matcher) terms() (all [][]Term) {
	for _, t := range m.words {
		all = append(all, []Term{t, {AboutMark + t.Word, t.Prefix}})
	}
	if !m.author.IsZero() {
		all = append(all, []Term{{Word: authorWord(m.author)}})
	}
	if m.files {
		all = append(all, []Term{{Word: FileMark}})
	}
	return all
}

// hits says that a folded word is searched for.
func (m matcher) hits(folded string) bool {
	return slices.ContainsFunc(m.words, func(t Term) bool { return t.is(folded) })
}

func (t Term) is(folded string) bool {
	return folded == t.Word || t.Prefix && strings.HasPrefix(folded, t.Word)
}

// rest takes away those words that are in a text.
func rest(wanted []Term, text string) []Term {
	if len(wanted) == 0 {
		return nil
	}
	wanted = slices.Clone(wanted)
	for w := (words{text: text}); len(wanted) > 0 && w.next(); {
		wanted = slices.DeleteFunc(wanted, func(t Term) bool { return t.is(string(w.folded)) })
	}
	return wanted
}

// lacks are the words that the entry itself does not hold.
func (m matcher) lacks(entry *Message) []Term {
	wanted := rest(m.words, entry.Text)
	for i := range entry.Attachments {
		wanted = rest(wanted, entry.Attachments[i].Name)
	}
	return wanted
}

// needsMore says that the conversation decides whether the entry fits.
func (m matcher) needsMore(entry *Message) bool {
	return m.fitsFilters(entry) && len(m.lacks(entry)) > 0
}

func (m matcher) fitsFilters(entry *Message) bool {
	return (m.author.IsZero() || entry.Author.ID == m.author) && (!m.files || len(entry.Attachments) > 0) &&
		(entry.Kind != Happen || entry.Happening == Retitled || entry.Happening == Joined)
}

// fits says whether the entry fits, in its conversation as the asker sees it; nil: that was not needed.
func (m matcher) fits(entry *Message, about *Row) bool {
	if !m.fitsFilters(entry) {
		return false
	}
	wanted := m.lacks(entry)
	if len(wanted) == 0 || about == nil {
		return len(wanted) == 0
	}
	wanted = rest(rest(wanted, about.Conversation.Title), entry.Author.Name)
	for i := range about.Members {
		if about.Members[i].Person.View == ContactView {
			wanted = rest(wanted, about.Members[i].Person.Name)
		}
	}
	return len(wanted) == 0
}

// show marks the words in what is shown of a hit.
func (m matcher) show(row Row, entry Message) Hit {
	h := Hit{Row: row, Message: entry, Title: m.mark(row.Conversation.Title), Snippet: m.snippet(entry.Text)}
	for i := range entry.Attachments {
		if name := m.mark(entry.Attachments[i].Name); len(name.Marks) > 0 {
			h.Files = append(h.Files, name)
		}
	}
	return h
}

func (m matcher) mark(text string) Marked {
	marked := Marked{Text: text}
	for w := (words{text: text}); w.next(); {
		if m.hits(string(w.folded)) {
			marked.Marks = append(marked.Marks, Mark{w.from, w.to})
		}
	}
	return marked
}

// Bounds of a snippet, in bytes.
const (
	snippetBytes  = 240
	snippetBefore = 60 // the first word that is marked
)

// snippet is the part of a text that has the most of the words early: it begins a little before the first of them.
func (m matcher) snippet(text string) Marked {
	from := 0
	for w := (words{text: text}); w.next(); {
		if m.hits(string(w.folded)) {
			from = w.from
			break
		}
	}
	begin := wordStart(text, max(0, from-snippetBefore), from)
	end := wordEnd(text, begin+snippetBytes)
	cut := strings.TrimSpace(text[begin:end])
	flat := m.mark(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return ' '
		}
		return r
	}, cut))
	if begin > 0 {
		flat = flat.behind("… ")
	}
	if end < len(text) {
		flat.Text += " …"
	}
	return flat
}

func (m Marked) behind(prefix string) Marked {
	m.Text = prefix + m.Text
	for i := range m.Marks {
		m.Marks[i].From += len(prefix)
		m.Marks[i].To += len(prefix)
	}
	return m
}

// wordStart is the beginning of the first word at or after a place, at most until.
func wordStart(text string, at, until int) int {
	if at == 0 {
		return 0
	}
	if space := strings.IndexAny(text[at:until], " \n\t"); space >= 0 {
		return at + space + 1
	}
	for at < until && !utf8.RuneStart(text[at]) {
		at++
	}
	return at
}

// wordEnd is the end of the last word before a place, or nearly.
func wordEnd(text string, at int) int {
	if at >= len(text) {
		return len(text)
	}
	for at > 0 && !utf8.RuneStart(text[at]) {
		at--
	}
	if space := strings.LastIndexAny(text[:at], " \n\t"); space > at-snippetBefore {
		return space
	}
	return at
}
