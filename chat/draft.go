package chat

import (
	"crypto/sha256"
	"time"
)

// MaxDrafts is how many drafts somebody has at most.
const MaxDrafts = 200

// Draft is what somebody is writing and has not sent (F14): their own, and nobody else ever learns of it. Its id is chosen by
// the client that begins it, and is the key that the message is sent under, so that two devices cannot both send it.
type Draft struct {
	Office       ID
	Author       ID
	ID           ID
	Version      int64 // 1, 2, 3 ...: a save names the one it is based on
	Conversation ID    // zero: of a conversation not yet started, with To, CC, Audience and Title
	To           []ID  // users; of staff, teams and circles too
	CC           []ID  // the same, of staff alone
	Audience     Spread
	Title        string
	Important    bool
	Note         bool
	Unsigned     bool         // without the author's signature
	Secure       bool         // its files travel as links, whatever the mode (F11)
	BCC          *bool        // as with [SendRequest]
	HTML         string       // sanitised; empty in lists
	Preview      string       // the first characters of its text
	Files        []Attachment // the author's uploads; those that were sent meanwhile are left out
	SavedAt      time.Time
	Gone         bool // sent or discarded: kept empty for a while, so that a late save cannot bring it back
}

// DraftMark is all that events tell of a draft: who shows it asks for it.
type DraftMark struct {
	ID           ID
	Conversation ID
	Version      int64
}

// draftPreview is how many characters of a draft's text lists show.
const draftPreview = 160

// DraftRequest is a draft to be saved, whole.
type DraftRequest struct {
	ID           ID
	BasedOn      int64 // the version that was changed; zero: it is new
	Conversation ID
	To           []ID // users; of staff, teams and circles too
	CC           []ID // the same, of staff alone
	Audience     Spread
	Title        string
	Important    bool
	Note         bool
	Unsigned     bool
	Secure       bool
	BCC          *bool
	HTML         string
	Attachments  []ID
}

// DraftShown is a draft with whom it goes to, as far as its author may still write to them.
type DraftShown struct {
	Draft
	Recipients []Recipient
	Besides    []Recipient // in CC
}

// Recipient is whom a draft names: somebody, or everybody in a team or circle.
type Recipient struct {
	Person
	Roster  RosterKind // empty: a person
	Members int        // of the roster
}

// DraftSaved is a draft as it is kept. Where others had been saved since the version it is based on, it is kept as a second draft under
// an id of its own, and Beside is the one that stands.
type DraftSaved struct {
	Draft  DraftShown
	Beside *DraftShown
	Place  Place
}

// Conflict for a draft that was sent or discarded: the text that a client still holds is begun anew, under another id, or dropped.
var errDraftGone = Refuse(Expired, "This draft was sent or discarded, perhaps on another device.")

var errNoDraft = Refuse(NotFound, "There is no such draft.")

// same says whether two drafts hold the same, whatever their versions.
func (d *Draft) same(other *Draft) bool {
	return d.content() == other.content()
}

// blank says that nobody would miss it.
func (d *Draft) blank() bool {
	return d.Preview == "" && d.Title == "" && len(d.To)+len(d.CC)+len(d.Files) == 0
}

// content is a hash of all that its author put into it.
func (d *Draft) content() [32]byte {
	h := sha256.New()
	h.Write(d.Conversation[:])
	for _, text := range []string{string(d.Audience), d.Title, d.HTML} {
		hashText(h, text)
	}
	for _, on := range []bool{d.Important, d.Note, d.Unsigned, d.Secure, d.BCC != nil, d.BCC != nil && *d.BCC} {
		hashFlag(h, on)
	}
	for _, list := range [][]ID{d.To, d.CC} {
		hashNumber(h, int64(len(list)))
		for _, id := range list {
			h.Write(id[:])
		}
	}
	for _, f := range d.Files {
		h.Write(f.ID[:])
	}
	return [32]byte(h.Sum(nil))
}

// second is the id that a draft gets when it has to stand beside another: always the same for the same save, so that one whose answer
// was lost can be made again. In form it is a UUID of version 8 (RFC 9562, section 5.8).
func (d *Draft) second(basedOn int64) ID {
	content := d.content()
	h := sha256.New()
	h.Write(d.Author[:])
	h.Write(d.ID[:])
	hashNumber(h, basedOn)
	h.Write(content[:])
	id := ID(h.Sum(nil)[:len(ID{})])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80
	return id
}

// draftEvent tells the author's own devices, and nobody else. The version stands where messages have their position.
func draftEvent(what EventType, draft *Draft, author *User) Event {
	mark := DraftMark{ID: draft.ID, Conversation: draft.Conversation, Version: draft.Version}
	return Event{
		Type: what, Conversation: draft.Conversation, Subject: draft.ID, Position: Position(draft.Version), Body: Body{Draft: &mark},
	}.tellOne(author)
}

// SentDraft is a draft that goes with the message that was made of it.
type SentDraft struct {
	Office, Author, ID ID
	Conversation       ID
	At                 time.Time
	Rest               ID // what the draft holds goes on under this id, as version 1; zero: it was sent whole
}

// DraftState is how a draft stands that a message is about to be made of.
type DraftState struct {
	Office, Author, ID ID
	Conversation       ID
	Version            int64
	Gone               bool
}

// draftSent is the draft that a message is made of; zero: none.
type draftSent struct {
	id      ID
	version int64 // that was sent; zero: whichever there is
}

// draftOf is the draft that a message is sent from: its id is the message's key.
func draftOf(key string, drafted bool, version int64) (draftSent, error) {
	if !drafted {
		return draftSent{}, nil
	}
	id, err := ParseID(key)
	if err != nil || id.IsZero() {
		return draftSent{}, Refuse(Invalid, "A draft is sent under its own id as the key.").About("key")
	}
	if version < 0 {
		return draftSent{}, Refuse(Invalid, "A draft's versions count from 1 on.").About("draft_version")
	}
	return draftSent{id, version}, nil
}

// need is the draft whose state the decision must see; zero: none.
func (d draftSent) need() ID {
	if d.version == 0 {
		return ID{}
	}
	return d.id
}

// endDraft takes the draft away that the author's message was made of, on all their devices. What another device has saved since the version that
// was sent is not lost: it goes on as a draft of its own.
func (w *writing) endDraft(author *User, p posting) {
	if p.draft.id.IsZero() {
		return
	}
	sent := SentDraft{Office: author.Office, Author: author.ID, ID: p.draft.id, Conversation: w.conv.ID, At: p.at}
	gone := Draft{ID: sent.ID, Conversation: w.conv.ID}
	w.effects.Events = append(w.effects.Events, draftEvent(DraftGone, &gone, author))
	if was := w.s.Draft(); was != nil && !was.Gone && was.Version > p.draft.version {
		sent.Rest = p.newID()
		rest := Draft{ID: sent.Rest, Conversation: was.Conversation, Version: 1}
		w.effects.Events = append(w.effects.Events, draftEvent(DraftChanged, &rest, author))
	}
	w.effects.Drafts = append(w.effects.Drafts, sent)
}
