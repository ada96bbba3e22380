package chat

import (
	"encoding/hex"
	"time"
)

// Searchable is what the search finds an entry by: an entry's words, kept beside it until they are sealed into the index. It says nothing of who may see it:
// that is asked when it is found.
type Searchable struct {
	Office       ID
	Conversation ID
	Position     Position
	Message      ID
	At           time.Time
	// Words are folded, each once, with a space before each and after the last. Bare ones are of the text and the names of files; the others have a mark
	// before them.
	Words string
}

// What a searchable word is of, by the mark before it.
const (
	AboutMark  = "~" // the title, the author, the contacts in the conversation: what the entry stands in
	AuthorMark = "@" // the author's id
	FileMark   = "+" // that there are files
)

// Bounds of what one entry is found by.
const (
	maxWords      = 5000
	maxAboutNames = 20 // contacts
)

// textWords are the words of a text, as [Searchable] has them, but for the space at the end.
func textWords(text string) string {
	var s wordSet
	s.add("", text, maxWords)
	return s.text.String()
}

// searchable gives what an entry is found by, in its conversation as the writing leaves it; ok is false for grey lines that tell nothing to search for.
// A new title and new people are found by the grey line that tells of them.
func (w *writing) searchable(m *Message, text string) (s Searchable, ok bool) {
	if m.Kind == Happen && m.Happening != Retitled && m.Happening != Joined {
		return s, false
	}
	var names []string
	for _, id := range w.s.Thread.Order {
		names = w.nameContact(names, id)
	}
	if m.Happening == Joined {
		for _, p := range m.Subjects {
			names = w.nameContact(names, p.ID)
		}
	}
	if text == "" { // made of another message, and not by a door
		text = textWords(m.Text)
	}
	return searchableOf(m, text, w.conv.Title, names), true
}

func (w *writing) nameContact(names []string, id ID) []string {
	if u := w.s.User(id); len(names) < maxAboutNames && u != nil && u.View() == ContactView && w.participant(id).Active {
		names = append(names, u.Name)
	}
	return names
}

// searchableOf puts together what an entry is found by; text are the words of its text.
func searchableOf(m *Message, text, title string, contacts []string) Searchable {
	var s wordSet
	s.add(AboutMark, title, maxWords)
	s.add(AboutMark, m.Author.Name, maxWords)
	for _, name := range contacts {
		s.add(AboutMark, name, maxWords)
	}
	if !m.Author.ID.IsZero() {
		s.put(authorWord(m.Author.ID))
	}
	if len(m.Attachments) > 0 {
		s.put(FileMark)
	}
	for i := range m.Attachments {
		s.add("", m.Attachments[i].Name, maxWords)
	}
	return Searchable{
		Office: m.Office, Conversation: m.Conversation, Position: m.Position, Message: m.ID, At: m.At, Words: text + s.text.String() + " ",
	}
}

func authorWord(id ID) string { return AuthorMark + hex.EncodeToString(id[:]) }
