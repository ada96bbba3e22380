package chat

import (
	"slices"
	"time"
)

// Limits of a conversation.
const (
	MaxParticipants = 500
	MaxTitle        = 200     // characters
	MaxBody         = 256_000 // bytes of HTML as it comes in
	MaxAttachments  = 50      // a message
)

// ConversationKind tells a conversation from a copy of one.
type ConversationKind string

// The kinds of conversations.
const (
	Ordinary ConversationKind = "conversation"
	Copy     ConversationKind = "copy" // one copied contact with the staff of the original (F5)
)

// Progress says how far staff are with a conversation (F40). Contacts never learn of it.
type Progress string

// The states of a conversation.
const (
	Open    Progress = "open"
	Waiting Progress = "waiting" // for the client
	Done    Progress = "done"
)

// Conversation is a titled thread.
type Conversation struct {
	Office    ID
	ID        ID
	Kind      ConversationKind
	CopyOf    ID // a copy: the conversation it was copied from; never shown to contacts
	Title     string
	Important bool
	Strict    bool // privacy mode, whatever office and account say
	StartedBy ID
	StartedAt time.Time
	State     Progress
	Assignee  ID // the member of staff who answers; zero: nobody yet

	Copies int // how many it has; never shown to contacts

	Last         Position  // of the last entry of any kind
	Newest       Position  // of the newest message or note
	NewestPublic Position  // of the newest message for all
	ActiveAt     time.Time // of the newest message or note
	ActivePublic time.Time // of the newest message for all
	Hash         [32]byte  // record hash of the last entry

	UnansweredSince time.Time // of the first message by a contact after the last one for all by staff; zero: all is answered
}

// NewestFor is the position of the newest message that the view shows.
func (c *Conversation) NewestFor(v View) Position {
	if v == StaffView {
		return c.Newest
	}
	return c.NewestPublic
}

// Participant is a user in a conversation, with their cursor. One row per user and conversation, whatever spans.
type Participant struct {
	Conversation ID
	User         ID
	CC           bool // staff who were put in CC
	Active       bool // a span is open
	JoinedAt     time.Time
	LeftAt       time.Time
	LeftTitle    string // the title as it was then: all that somebody who left knows

	LastRead     Position  // everything to here counts as read; moves forward only
	Opened       Position  // receipts are given to here; moves forward only
	NewestOther  Position  // newest visible message by someone else
	Newest       Position  // newest visible message by anybody; its preview stands in lists
	ActiveAt     time.Time // of that message, or of joining: the order of the user's lists
	MarkedUnread bool
	Archived     bool
	Deleted      bool // taken out of the user's lists, the archive too; only with Archived, and brought back by the same (F2)
	Muted        bool
	Beneath      bool // in no list: a copy that staff see beneath its original only, until somebody writes in it; or the conversation vanished
}

// Unread says whether the conversation is unread for the participant (F19). The generated column
// `unread` holds the same expression; a test holds the two together.
func (p *Participant) Unread() bool {
	return p.Active && (p.MarkedUnread || p.NewestOther > p.LastRead)
}

// Vanished says that the first message of the conversation was undone: to the participant it is as if it had never been.
func (p *Participant) Vanished() bool { return !p.Active && p.Beneath && p.Newest == 0 }

// InBadge says whether the conversation counts in the participant's badge.
func (p *Participant) InBadge() bool { return p.Unread() && !p.Archived && !p.Muted }

// Span is a stretch of a conversation that a participant may read: positions p with After < p, and p <= Through unless
// the span is still open. Spans are never overwritten, only closed; of one participant's at most one is open.
type Span struct {
	Conversation ID
	User         ID
	After        Position
	Through      Position
	Open         bool
	OpenedAt     time.Time
}

// empty says that the span never comes to hold anything: what there was of the conversation has vanished.
func (s Span) empty() bool { return !s.Open && s.Through <= s.After }

func (s Span) covers(p Position) bool { return p > s.After && (s.Open || p <= s.Through) }

// Access is what a viewer may read of a conversation: the one value that every query and every door is handed.
type Access struct {
	View  View
	Spans []Span
}

// Sees says whether the viewer may read an entry at the position with the audience.
func (a Access) Sees(p Position, to Audience) bool {
	if to == ForStaff && a.View != StaffView {
		return false
	}
	for _, s := range a.Spans {
		if s.covers(p) {
			return true
		}
	}
	return false
}

// Any says whether there is anything the viewer was ever allowed to read.
func (a Access) Any() bool {
	return slices.ContainsFunc(a.Spans, func(s Span) bool { return !s.empty() })
}
