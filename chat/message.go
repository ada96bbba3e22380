package chat

import (
	"slices"
	"time"
)

// Audience says who in a conversation sees an entry.
type Audience string

// The audiences.
const (
	ForAll   Audience = "all"
	ForStaff Audience = "staff"
)

// Includes says whether somebody with the view belongs to the audience.
func (a Audience) Includes(v View) bool { return a == ForAll || v == StaffView }

// MessageKind tells what an entry of a conversation is.
type MessageKind string

// The kinds of entries.
const (
	Written MessageKind = "message"
	Note    MessageKind = "note"  // for staff, never mailed to a contact (F17)
	Happen  MessageKind = "event" // a grey line: somebody joined, a letter waits
)

// Via says by which door an entry came.
type Via string

// The doors.
const (
	ViaBrowser Via = "browser"
	ViaLetter  Via = "letter"
	ViaSystem  Via = "system"
)

// Happening says what a grey line tells.
type Happening string

// The happenings.
const (
	Joined      Happening = "joined"
	Left        Happening = "left"
	Removed     Happening = "removed"
	Retitled    Happening = "retitled"
	LetterHeld  Happening = "letter_held"     // a letter waits in quarantine; for staff
	LetterTaken Happening = "letter_accepted" // by staff, out of quarantine; for staff
	LetterGone  Happening = "letter_rejected" // by staff; for staff
	AutoReplied Happening = "auto_replied"    // a robot answered; for staff
	MailBounced Happening = "mail_bounced"    // a mail came back; for staff

	Assigned   Happening = "assigned"   // to the first of Subjects; for staff
	Unassigned Happening = "unassigned" // for staff
	Waits      Happening = "waiting"    // for the client; for staff
	Finished   Happening = "done"       // for staff
	Reopened   Happening = "reopened"   // by staff, or by a contact's message; for staff

	MadeStrict   Happening = "made_strict"    // mail of it says only that a message waits; for staff
	StrictNoMore Happening = "strict_no_more" // mail of it says what the office lets it; for staff
)

// Withdrawal says how a message was taken back (F41). The record keeps what it said.
type Withdrawal string

// The ways to take a message back.
const (
	Undone    Withdrawal = "undone"    // soon after: as if it had never been there
	Retracted Withdrawal = "retracted" // its place stays, its content is hidden
)

// Message is one entry in a conversation. What it says is never rewritten; that it was withdrawn is put beside it.
type Message struct {
	Office       ID
	Conversation ID
	ID           ID
	Position     Position
	Kind         MessageKind
	Audience     Audience
	Author       Person // zero ID: the system
	Via          Via
	HTML         string // sanitised
	Text         string
	Important    bool
	Key          string   // the author's idempotency key; empty: none
	Sent         [32]byte // hash of what was sent under Key: the same key with other content is a conflict
	Letter       ID       // the letter it came by, if any
	Folded       bool     // the letter had more: quotes or a signature, one click away
	Secure       bool     // attachments travel as links, never in mail (F11); false lets those of a message from the browser in, where the mode does
	Signature    [32]byte // of what stands below it (F12), as it was when it was sent; zero: nothing
	Attachments  []Attachment
	Happening    Happening // with Kind == Happen
	Subjects     []Person  // with Kind == Happen: whom it is about; otherwise who is mentioned
	At           time.Time
	ReceivedAt   time.Time // of a letter that waited in quarantine: when it came; otherwise zero
	Hash         [32]byte  // record hash; never leaves the server's own record

	Undoable  time.Duration // how long it may be undone, from the commit on, by the database's clock
	UndoUntil time.Time     // the end of it: the store fills it in; zero: it never could be
	Surfaced  Surfaced

	Withdrawn   Withdrawal // empty: it stands
	WithdrawnBy Person
	WithdrawnAt time.Time
}

// Surfaced is what a message brought back into view: its undo puts that away again.
type Surfaced struct {
	Archived []ID     // who had archived the conversation
	Deleted  []ID     // of those, who had deleted it
	Beneath  []ID     // to whom it was a copy beneath its original
	State    Progress // that it was in, and is no more since a contact wrote; empty: it was open
}

// Nothing says that everything was in view already.
func (s *Surfaced) Nothing() bool { return len(s.Archived)+len(s.Beneath) == 0 && s.State == "" }

// Counts says whether the entry makes a conversation unread and wants a mail.
func (m *Message) Counts() bool { return m.Kind != Happen || m.Happening == LetterHeld }

// Mentions says whether the message names the user, so that they hear of it even where the conversation is muted.
func (m *Message) Mentions(user ID) bool {
	return m.Kind != Happen && slices.ContainsFunc(m.Subjects, func(p Person) bool { return p.ID == user })
}

// Attachment is a file of a message, or an upload that waits for its message.
type Attachment struct {
	Office       ID
	ID           ID
	Owner        ID // who uploaded it
	Conversation ID // zero: not sent yet
	Message      ID // zero: not sent yet
	Position     Position
	Audience     Audience
	Name         string
	Type         string // sniffed, never the sender's word
	Size         int64  // bytes
	Inline       string // Content-ID, for an inline image of a letter
	Hash         [32]byte
	Width        int // of an image that can be shown, in pixels, upright; zero: none
	Height       int
	CreatedAt    time.Time
	Scan         Scan
}

// Scan is what the virus scanner said of a file last.
type Scan struct {
	At    time.Time // zero: nobody asked yet
	By    string    // the signatures it went by
	Found string    // what it found; empty: nothing
}

// anew is the same file as an upload that waits for its message.
func (a Attachment) anew(id, owner ID, at time.Time) Attachment {
	a.ID, a.Owner, a.CreatedAt = id, owner, at
	a.Conversation, a.Message, a.Position, a.Audience, a.Scan = ID{}, ID{}, 0, "", Scan{}
	return a
}

// Receipt is the fact that a reader opened, in Postern, every message after After up to Through at that time (F20).
type Receipt struct {
	Conversation ID
	Reader       ID
	After        Position
	Through      Position
	At           time.Time
}
