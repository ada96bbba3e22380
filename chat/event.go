package chat

import (
	"strconv"
	"strings"
	"time"
)

// EventType says what an event tells. The names are those of the protocol (docs/protocol.md).
type EventType string

// The types of events.
const (
	MessageCreated      EventType = "message.created"
	MessageWithdrawn    EventType = "message.withdrawn"
	ConversationJoined  EventType = "conversation.joined"
	ConversationChanged EventType = "conversation.changed"
	ConversationLeft    EventType = "conversation.left"
	CursorMoved         EventType = "cursor.moved"
	ReceiptCreated      EventType = "receipt.created"
	DraftChanged        EventType = "draft.changed"  // Subject: the draft; Position: its version
	DraftGone           EventType = "draft.gone"     // Subject: the draft; sent or discarded
	MailChanged         EventType = "mail.changed"   // Subject: the mail's recipient; Position: the newest message it tells of; for staff
	SessionEnded        EventType = "session.ended"  // Subject: the session
	RightsChanged       EventType = "rights.changed" // reload everything
)

// personal says that the event concerns its reader alone, and no conversation: they hear of it whatever they may do.
func (t EventType) personal() bool { return t == SessionEnded || t == RightsChanged }

// Event is one piece of news and everybody who may know of it. The log keeps the references; Body is what they point at,
// as it was when the event was made.
type Event struct {
	Type         EventType
	Conversation ID
	Position     Position // message.created, message.withdrawn: the message; receipt.created: Through; draft.changed: the version
	Subject      ID       // receipt.created: the reader; session.ended: the session; draft.changed, draft.gone: the draft
	Staff        []ID
	Contacts     []ID
	Body         Body
}

// Body is what an event shows. One field is set, by the type of event; none for session.ended and rights.changed.
type Body struct {
	Message  *Message
	Row      *Row     // conversation.joined
	Summary  *Summary // conversation.changed
	Receipt  *ReceiptShown
	Cursor   *Participant
	Left     ID         // conversation.left
	Vanished bool       // with Left: its first message was undone
	Draft    *DraftMark // draft.changed, draft.gone
	Mail     *MailMark  // mail.changed
}

// MailMark says that the fate of a mail changed: of whom, and of which messages in a conversation, up to the newest that it tells of.
type MailMark struct {
	Conversation ID
	Recipient    ID
	Through      Position
}

// ReceiptShown is a receipt with its reader's name.
type ReceiptShown struct {
	Receipt
	Reader Person
}

// Summary is a conversation with its people, without anybody's own state.
type Summary struct {
	Conversation Conversation
	Members      []Member // in the order they joined
}

// Member is a participant with their name.
type Member struct {
	Participant
	Person Person
}

// Row is a conversation as one user's list shows it.
type Row struct {
	Summary
	Standing Participant
	Newest   *Message // newest message that the user may see; nil: none, or not told
	Unseen   int      // what makes it unread, at most [MaxUnseen]; zero: nothing, or not counted
}

// For gives the body's form for a view. It is the one place that says what of a conversation a view shows.
func (b Body) For(v View) Body {
	if b.Message != nil {
		b.Message = ptr(b.Message.For(v))
	}
	if b.Summary != nil {
		b.Summary = ptr(b.Summary.For(v))
	}
	if b.Row != nil {
		b.Row = ptr(b.Row.For(v))
	}
	if b.Receipt != nil {
		b.Receipt = ptr(b.Receipt.For(v))
	}
	return b
}

// For leaves the record's hash to staff, which covers the notes before, and that of what was sent, which covers who was in CC. Contacts are not shown
// staff's keys: a copied message has none; nor that a letter waited for staff. What was withdrawn shows nobody what it said, and what its undo needs is the server's.
func (m Message) For(v View) Message {
	m.Undoable, m.UndoUntil, m.Surfaced = 0, time.Time{}, Surfaced{}
	if v != StaffView {
		m.Hash, m.Sent, m.ReceivedAt = [32]byte{}, [32]byte{}, time.Time{}
		if m.Author.View == StaffView {
			m.Key = ""
		}
	}
	if m.Withdrawn != "" {
		m.HTML, m.Text, m.Attachments, m.Subjects, m.Important, m.Folded = "", "", nil, nil, false, false
		m.Signature = [32]byte{}
	}
	return m
}

// For gives the row's form for a view.
func (r Row) For(v View) Row {
	r.Summary = r.Summary.For(v)
	if r.Newest != nil {
		r.Newest = ptr(r.Newest.For(v))
	}
	return r
}

// For gives contacts the messages for all that a receipt covers.
func (r ReceiptShown) For(v View) ReceiptShown {
	if v != StaffView {
		r.After, r.Through = r.After.Public(), r.Through.Public()
	}
	return r
}

// For leaves out, for contacts, that a conversation is a copy, who answers it and how far staff are with it, and everything that moves with notes.
func (c Conversation) For(v View) Conversation {
	if v != StaffView {
		c.Kind, c.CopyOf, c.State, c.Assignee, c.Copies, c.UnansweredSince = Ordinary, ID{}, "", ID{}, 0, time.Time{}
		c.Last, c.Newest, c.ActiveAt, c.Hash = c.NewestPublic, c.NewestPublic, c.ActivePublic, [32]byte{}
	}
	return c
}

// For leaves out, for contacts, who is in the conversation no more: somebody who came later than they left has never met them. Nobody is shown
// where others stand.
func (s Summary) For(v View) Summary {
	s.Conversation = s.Conversation.For(v)
	members := make([]Member, 0, len(s.Members))
	for _, m := range s.Members {
		if v == StaffView || m.Active {
			members = append(members, m.For(v))
		}
	}
	s.Members = members
	return s
}

// For gives what a view is shown of another's participation: that they are in it, and staff when that began or ended.
func (m Member) For(v View) Member {
	shown := Participant{Conversation: m.Conversation, User: m.User, CC: m.CC, Active: m.Active}
	if v == StaffView {
		shown.JoinedAt, shown.LeftAt = m.JoinedAt, m.LeftAt
	}
	return Member{Participant: shown, Person: m.Person}
}

// Place is a place in a user's stream: what `since` and `as_of` say.
type Place struct {
	Epoch  int64
	Number int64
}

// String gives EPOCH.N.
func (p Place) String() string {
	return strconv.FormatInt(p.Epoch, 10) + "." + strconv.FormatInt(p.Number, 10)
}

// ParsePlace reads EPOCH.N; anything else is [Invalid].
func ParsePlace(s string) (Place, error) {
	epoch, number, ok := strings.Cut(s, ".")
	e, errE := strconv.ParseInt(epoch, 10, 64)
	n, errN := strconv.ParseInt(number, 10, 64)
	p := Place{Epoch: e, Number: n}
	if !ok || errE != nil || errN != nil || e < 0 || n < 0 || p.String() != s {
		return Place{}, Refuse(Invalid, "A place in the stream is EPOCH.N.").About("since")
	}
	return p, nil
}

// Stream is where a user's stream stands.
type Stream struct {
	User ID
	Place
	Badge int // conversations that count as unread
}

// StreamEvent is a row of a user's stream: the references only.
type StreamEvent struct {
	User         ID
	Number       int64
	Badge        int
	Type         EventType
	Conversation ID
	Position     Position
	Subject      ID
	At           time.Time
}

// Told is an event after its commit: everybody's number in their own stream.
type Told struct {
	Event
	Office   ID
	Staff    []Heard
	Contacts []Heard
}

// Heard is one user's number for an event.
type Heard struct {
	User ID
	Place
	Badge int // after the event's group
}

// Kept is how long streams are kept.
const Kept = 30 * 24 * time.Hour
