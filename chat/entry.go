package chat

import (
	"maps"
	"slices"
	"time"
)

// draft is the start of an entry: everything but its place in the conversation.
type draft struct {
	id       ID
	kind     MessageKind
	audience Audience
	author   *User // nil: the system
	via      Via
	at       time.Time
	noticeID func() ID
	grace    time.Duration
	undo     time.Duration // how long it may be undone
	quiet    bool          // a copied message: staff have read it where it was written
	words    string        // of its text, as the search has them
	bcc      bool          // the author gets a copy of the mail that goes out
}

// writing collects the effects of adding entries to one conversation. Cursors and conversation are worked on as values and
// handed over at the end.
type writing struct {
	s       *State
	conv    Conversation
	people  map[ID]Participant // changed
	effects Effects
}

func write(s *State) *writing {
	return &writing{s: s, conv: s.Thread.Conversation, people: map[ID]Participant{}}
}

// participant is the participant as changed so far.
func (w *writing) participant(id ID) Participant {
	if p, ok := w.people[id]; ok {
		return p
	}
	return *w.s.Thread.Participants[id]
}

// add gives the message its place and hash, and moves what a new entry moves: the conversation, the cursors of everyone who may see
// it, the streams of those who are told, and a notice for each one owed mail.
func (w *writing) add(m Message, d draft) (Message, error) {
	pos, err := w.conv.Last.next(d.audience)
	if err != nil {
		return Message{}, err
	}
	m.Office, m.Conversation, m.ID, m.Position = w.conv.Office, w.conv.ID, d.id, pos
	m.Kind, m.Audience, m.Via, m.At, m.Undoable = d.kind, d.audience, d.via, d.at, d.undo
	if d.author != nil {
		m.Author = d.author.Person()
	}
	for i := range m.Attachments {
		a := &m.Attachments[i]
		a.Conversation, a.Message, a.Position, a.Audience = m.Conversation, m.ID, pos, d.audience
	}
	m.Hash = recordHash(w.conv.Hash, &m)
	w.moveConversation(&m)
	seats := w.seats(d.audience)
	if m.Counts() {
		for _, u := range seats {
			w.moveCursor(u.ID, &m, d.quiet && u.View() == StaffView)
			w.owe(u, &m, d)
		}
	}
	staff, contacts := apart(seats)
	w.effects.Messages = append(w.effects.Messages, m)
	if s, ok := w.searchable(&m, d.words); ok {
		w.effects.Searchable = append(w.effects.Searchable, s)
	}
	w.effects.Events = append(w.effects.Events, Event{
		Type: MessageCreated, Conversation: m.Conversation, Position: pos,
		Staff: staff, Contacts: contacts, Body: Body{Message: &m},
	})
	return m, nil
}

func (w *writing) moveConversation(m *Message) {
	w.conv.Last, w.conv.Hash = m.Position, m.Hash
	if !m.Counts() {
		return
	}
	w.conv.Newest, w.conv.ActiveAt = m.Position, m.At
	if m.Audience == ForAll {
		w.conv.NewestPublic, w.conv.ActivePublic = m.Position, m.At
	}
}

// seats are whom the audience includes of those who are in the conversation now, with the changes of this writing. Who is deactivated keeps
// their seat, and is told of nothing.
func (w *writing) seats(to Audience) (users []*User) {
	take := func(id ID) {
		if u := w.s.User(id); u != nil && w.participant(id).Active && to.Includes(u.View()) {
			users = append(users, u)
		}
	}
	for _, id := range w.s.Thread.Order {
		take(id)
	}
	for _, id := range slices.SortedFunc(maps.Keys(w.people), compareIDs) {
		if w.s.Thread.Participants[id] == nil {
			take(id)
		}
	}
	return users
}

// listeners are those of them who are told, staff and contacts apart.
func (w *writing) listeners(to Audience) (staff, contacts []ID) {
	return apart(w.seats(to))
}

func apart(seats []*User) (staff, contacts []ID) {
	for _, u := range seats {
		switch {
		case !u.Active:
		case u.View() == StaffView:
			staff = append(staff, u.ID)
		default:
			contacts = append(contacts, u.ID)
		}
	}
	return staff, contacts
}

func compareIDs(a, b ID) int { return slices.Compare(a[:], b[:]) }

// moveCursor: a new message brings the conversation back into view, and is unread for everyone but its author. A quiet one is new to nobody.
func (w *writing) moveCursor(id ID, m *Message, quiet bool) {
	p := w.participant(id)
	p.Newest, p.ActiveAt = m.Position, m.At
	switch {
	case quiet && !p.Unread():
		p.LastRead = m.Position
	case !quiet:
		m.Surfaced.note(&p)
		p.Archived, p.Deleted, p.Beneath = false, false, false
		if id != m.Author.ID {
			p.NewestOther = m.Position
		}
	}
	w.people[id] = p
}

// note keeps how the conversation stood with a participant before it comes back into view.
func (s *Surfaced) note(p *Participant) {
	if p.Archived {
		s.Archived = append(s.Archived, p.User)
	}
	if p.Deleted {
		s.Deleted = append(s.Deleted, p.User)
	}
	if p.Beneath {
		s.Beneath = append(s.Beneath, p.User)
	}
}

// owe owes the user word of the message: a mention also where they muted the conversation, and its author a copy of what the others get. Staff's
// waits until somebody gets a mail; a contact's does not, since it would tell them who has muted the conversation.
func (w *writing) owe(u *User, m *Message, d draft) {
	kind := MessageNotice
	switch own := u.ID == m.Author.ID; {
	case !u.Active, u.Email == "", d.quiet && u.View() == StaffView, own && !d.bcc:
		return
	case own:
		kind = CopyNotice
	case m.Mentions(u.ID):
		kind = MentionNotice
	case w.participant(u.ID).Muted:
		return
	}
	w.effects.Notices = append(w.effects.Notices, Notice{
		Office: m.Office, ID: d.noticeID(), Kind: kind, Conversation: m.Conversation, Message: m.ID,
		Position: m.Position, Recipient: u.ID, Held: kind == CopyNotice && u.View() == StaffView, After: d.grace,
	})
}

// done hands over the effects.
func (w *writing) done() Effects {
	e := w.effects
	e.Conversation = &w.conv
	for _, id := range slices.SortedFunc(maps.Keys(w.people), compareIDs) {
		e.Participants = append(e.Participants, w.people[id])
	}
	return e
}
