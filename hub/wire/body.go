package wire

import "time"

// Person is a user as others see one.
type Person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Kind string `json:"kind"` // staff | contact
}

// Attachment is a file of a message. It is fetched from /api/v1/attachments/{id}; an image that can be shown says its size, and has a
// /api/v1/attachments/{id}/preview.
type Attachment struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Type    string `json:"type"` // sniffed media type
	Size    int64  `json:"size"` // bytes
	Inline  string `json:"inline,omitempty"`
	Width   int    `json:"width,omitempty"` // pixels, upright
	Height  int    `json:"height,omitempty"`
	Blocked bool   `json:"blocked,omitempty"` // by the virus scanner
}

// Happening is what a grey line tells.
type Happening struct {
	What   string   `json:"what"` // joined | left | removed | retitled; for staff: letter_held | letter_accepted | letter_rejected | auto_replied | mail_bounced | assigned | unassigned | waiting | done | reopened | made_strict | strict_no_more
	About  []Person `json:"about,omitempty"`
	Letter string   `json:"letter,omitempty"` // id of the letter that it is about; the line of a decision has that of the one held
}

// Withdrawn says how a message was taken back. What it said is not told.
type Withdrawn struct {
	How string    `json:"how"` // undone: forget that it was there | retracted: its place stays
	By  Person    `json:"by"`
	At  time.Time `json:"at"`
}

// Message is one entry of a conversation.
type Message struct {
	ID           string       `json:"id"`
	Conversation string       `json:"conversation"`
	Position     string       `json:"position"` // opaque; sorts as text in the order of the conversation
	Kind         string       `json:"kind"`     // message | note | event
	Author       *Person      `json:"author"`   // null: the system
	Via          string       `json:"via"`      // browser | letter | system
	HTML         string       `json:"html"`     // sanitised
	Text         string       `json:"text"`
	Important    bool         `json:"important,omitempty"`
	Folded       bool         `json:"folded,omitempty"` // more of the letter is one click away
	Signed       bool         `json:"signed,omitempty"` // the author's signature is one click away
	Key          string       `json:"key,omitempty"`    // the author's idempotency key
	Attachments  []Attachment `json:"attachments"`
	Mentions     []Person     `json:"mentions,omitempty"`
	Happening    *Happening   `json:"happening,omitempty"` // with kind event
	Withdrawn    *Withdrawn   `json:"withdrawn,omitempty"`
	ReceivedAt   *time.Time   `json:"received_at,omitempty"` // of a letter that waited for staff: when it came; to staff
	At           time.Time    `json:"at"`
}

// Participant is somebody in a conversation.
type Participant struct {
	Person
	CC     bool `json:"cc,omitempty"`
	Active bool `json:"active"` // false: has left
}

// Conversation is a conversation without anybody's own state.
type Conversation struct {
	ID           string        `json:"id"`
	Kind         string        `json:"kind"` // conversation | copy (staff only; contacts see a conversation)
	CopyOf       string        `json:"copy_of,omitempty"`
	Copies       int           `json:"copies,omitempty"` // how many it has; staff only
	Title        string        `json:"title"`
	Important    bool          `json:"important"`
	Strict       bool          `json:"strict"` // mail never says more than that a message waits
	StartedBy    string        `json:"started_by"`
	StartedAt    time.Time     `json:"started_at"`
	Participants []Participant `json:"participants"`

	State           string     `json:"state,omitempty"`            // open | waiting | done; staff only
	Assignee        string     `json:"assignee,omitempty"`         // id of who answers; staff only
	UnansweredSince *time.Time `json:"unanswered_since,omitempty"` // a contact has waited since then; staff only
}

// Standing is the asker's own state in a conversation.
type Standing struct {
	LastRead     string `json:"last_read"` // position; everything to here counts as read
	Opened       string `json:"opened"`    // position; receipts are given to here
	Unread       bool   `json:"unread"`
	MarkedUnread bool   `json:"marked_unread"`
	Archived     bool   `json:"archived"`
	Deleted      bool   `json:"deleted,omitempty"` // out of the asker's lists; archived too
	Muted        bool   `json:"muted"`
	Active       bool   `json:"active"`            // false: has left; what was seen before stays readable
	Beneath      bool   `json:"beneath,omitempty"` // a copy that stands beneath its original, and in no list; staff only

	LeftAt *time.Time `json:"left_at,omitempty"` // when the asker left, or was removed
}

// CopyMade is a copy beneath its original.
type CopyMade struct {
	Conversation string   `json:"conversation"` // the copy
	Contact      Person   `json:"contact"`
	Active       bool     `json:"active"`   // false: the contact has left it
	Read         bool     `json:"read"`     // the newest copied message was opened
	Answered     bool     `json:"answered"` // the contact has written in it
	Messages     []string `json:"messages"` // ids of the original's messages that are in it
}

// Preview is the newest message that the asker may see.
type Preview struct {
	Position    string    `json:"position"`
	Kind        string    `json:"kind"`
	Author      *Person   `json:"author"`
	Text        string    `json:"text"` // at most 160 characters
	Attachments bool      `json:"attachments"`
	Important   bool      `json:"important,omitempty"`
	Withdrawn   bool      `json:"withdrawn,omitempty"` // it was retracted
	Mentioned   bool      `json:"mentioned,omitempty"` // it names the asker
	At          time.Time `json:"at"`
}

// Row is a conversation as a list shows it.
type Row struct {
	Conversation Conversation `json:"conversation"`
	Standing     Standing     `json:"standing"`
	Newest       *Preview     `json:"newest"`           // null: nothing visible yet
	Unseen       int          `json:"unseen,omitempty"` // how many messages make it unread, at most 100; absent: none, or not counted
}

// Mark is a stretch of text, in UTF-16 code units: the units of JavaScript's strings.
type Mark struct {
	From int `json:"from"`
	To   int `json:"to"` // exclusive
}

// Marked is text with the words in it that were searched for.
type Marked struct {
	Text  string `json:"text"`
	Marks []Mark `json:"marks"`
}

// Hit is what a search has found: an entry of a conversation.
type Hit struct {
	Row      Row       `json:"row"`
	Message  string    `json:"message"`
	Position string    `json:"position"`
	Kind     string    `json:"kind"`
	Author   *Person   `json:"author"`
	At       time.Time `json:"at"`
	Title    Marked    `json:"title"`
	Snippet  Marked    `json:"snippet"` // some of the entry's text
	Files    []Marked  `json:"files"`   // names of its files that hold a word
}

// Receipt says that the reader opened every message after After up to Through.
type Receipt struct {
	Conversation string    `json:"conversation"`
	Reader       Person    `json:"reader"`
	After        string    `json:"after"`
	Through      string    `json:"through"`
	At           time.Time `json:"at"`
}

// Recipient is whom a draft names: a person, or of staff a team or circle, with that as its kind.
type Recipient struct {
	Person
	Members int `json:"members,omitempty"` // of a team or circle: how many people it stands for
}

// Draft is what the asker is writing and has not sent.
type Draft struct {
	ID           string       `json:"id"` // of the client's choice; the key that it is sent under
	Version      int64        `json:"version"`
	Conversation string       `json:"conversation,omitempty"` // absent: not yet started
	To           []Recipient  `json:"to"`                     // not yet started: whom it goes to
	CC           []Recipient  `json:"cc"`                     // not yet started: who is in CC
	Audience     string       `json:"audience,omitempty"`     // private | shared
	Title        string       `json:"title"`
	Important    bool         `json:"important"`
	Note         bool         `json:"note"`
	Unsigned     bool         `json:"unsigned"`       // without the author's signature
	Secure       bool         `json:"secure"`         // as with send
	BCC          *bool        `json:"bcc,omitempty"`  // as with send
	HTML         string       `json:"html,omitempty"` // sanitised; absent in lists
	Preview      string       `json:"preview"`        // the first characters of its text
	Attachments  []Attachment `json:"attachments"`
	SavedAt      time.Time    `json:"saved_at"`
}

// DraftMark says that one's own draft changed or is gone, on whatever device; who shows it asks for it.
type DraftMark struct {
	ID           string `json:"id"`
	Conversation string `json:"conversation,omitempty"`
	Version      int64  `json:"version"`
}

// Cursor is the asker's own cursor after it moved, on whatever device.
type Cursor struct {
	Conversation string   `json:"conversation"`
	Standing     Standing `json:"standing"`
}

// Problem is an error body (RFC 9457, application/problem+json) and the error of a frame.
type Problem struct {
	Type   string `json:"type"`             // about:blank
	Title  string `json:"title"`            // the status in words
	Status int    `json:"status,omitempty"` // HTTP only
	Code   string `json:"code"`             // not_found | forbidden | unsigned | invalid | conflict | too_large | too_many | unavailable | expired | internal
	Detail string `json:"detail"`           // what is wrong and what to do
	Field  string `json:"field,omitempty"`
	Retry  bool   `json:"retry"`                   // the same request may work later
	After  int    `json:"retry_after_s,omitempty"` // not before so many seconds
}
