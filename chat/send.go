package chat

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"
	"unicode/utf8"
)

// SendRequest is a message on its way.
type SendRequest struct {
	Conversation ID
	Key          string // idempotency key, 1 to 64 characters; the same key with the same content gives the first answer
	HTML         string // as it comes from outside
	Note         bool   // for staff only
	Important    bool
	Attachments  []ID
	Secure       bool  // attachments travel as links, whatever the mode
	Unsigned     bool  // without the author's signature
	Drafted      bool  // Key is the id of a draft of the author's, which goes with the message
	DraftVersion int64 // the one that is sent: a newer one, of another device, goes on as a draft of its own; zero: whichever there is
	BCC          *bool // a blind copy of the mail that goes out (F9); nil: as the author's profile has it
}

// Sent is a durable message. Place is where its author's stream stands with it.
type Sent struct {
	Message Message
	Files   []Attachment // after an undo: those of the message, as uploads
	Place   Place
}

// Send writes a message or note into a conversation.
func (s *Service) Send(ctx context.Context, a Actor, r SendRequest) (Sent, error) {
	text, err := s.prepare(r.Key, r.HTML, r.Attachments)
	if err != nil {
		return Sent{}, err
	}
	draft, err := draftOf(r.Key, r.Drafted, r.DraftVersion)
	if err != nil {
		return Sent{}, err
	}
	p := posting{
		text: text, draft: draft, key: r.Key, note: r.Note, important: r.Important, uploads: r.Attachments, secure: r.Secure, unsigned: r.Unsigned,
		bcc: r.BCC, undo: s.UndoFor,
		id: s.NewID(), at: s.now(), newID: s.NewID, via: ViaBrowser,
	}
	var sent Message
	told, err := s.decide(ctx, Decision{
		Need: Need{Office: a.Office, Conversation: r.Conversation, Actor: a.User, Key: r.Key, Uploads: r.Attachments, Draft: draft.need()},
		Decide: func(st *State) (e Effects, err error) {
			sent, e, err = decideSend(st, p)
			return e, err
		},
	})
	if err != nil {
		return Sent{}, err
	}
	place, _, err := s.placed(ctx, told, a.User)
	return Sent{Message: sent.For(a.View), Place: place}, err
}

// posting is a message ready to be decided on.
type posting struct {
	text      formatted
	key       string
	note      bool
	important bool
	uploads   []ID
	secure    bool
	unsigned  bool
	bcc       *bool
	undo      time.Duration // how long it may be undone
	via       Via
	letter    ID
	folded    bool
	received  time.Time // of a letter that waited
	draft     draftSent // that it is made of, if any
	of        *Message  // that this is a copy of, if any
	id        ID
	at        time.Time
	newID     func() ID
}

// formatted is a body that went through the sanitizer.
type formatted struct {
	html, text string
	words      string // as the search has them
}

// prepare bounds and cleans what a message is made of.
func (s *Service) prepare(key, html string, uploads []ID) (formatted, error) {
	switch {
	case key == "" || len(key) > 64 || !utf8.ValidString(key) || strings.ContainsRune(key, 0):
		return formatted{}, Refuse(Invalid, "Give the message a key of 1 to 64 characters.").About("key")
	case len(uploads) > MaxAttachments:
		return formatted{}, Refuse(TooLarge, "A message carries at most 50 files.").About("attachments")
	}
	f, err := s.clean(html)
	if err == nil && strings.TrimSpace(f.text) == "" && len(uploads) == 0 {
		return formatted{}, Refuse(Invalid, "The message is empty.").About("html")
	}
	return f, err
}

func (s *Service) clean(html string) (formatted, error) {
	if len(html) > MaxBody {
		return formatted{}, Refuse(TooLarge, "The message is too long. Send the rest as a file.").About("html")
	}
	if !utf8.ValidString(html) || strings.ContainsRune(html, 0) { // by whatever door; HTTP refuses it in every field
		return formatted{}, Refuse(Invalid, "Text cannot hold the character NUL, and is UTF-8.").About("html")
	}
	clean, text, err := s.Sanitizer.Sanitize(html)
	if err != nil {
		return formatted{}, Refuse(Invalid, "The message's text cannot be read.").About("html").Because(err)
	}
	return formatted{clean, text, textWords(text)}, nil
}

// cleanUnnamed is clean for what names nobody: a letter, or a signature. Whoever wrote it did not choose among those who see it.
func (s *Service) cleanUnnamed(html string) (formatted, error) {
	f, err := s.clean(html)
	f.html = withoutMentions(f.html)
	return f, err
}

// sentHash tells the same content under a key from other content.
func (p *posting) sentHash(conversation ID) [32]byte {
	h := sha256.New()
	h.Write(conversation[:])
	hashText(h, p.text.html)
	flags := int64(0)
	for i, on := range []bool{p.note, p.important, p.secure, p.unsigned, p.bcc != nil, p.bcc != nil && *p.bcc} {
		if on {
			flags |= 1 << i
		}
	}
	hashNumber(h, flags)
	for _, id := range p.uploads {
		h.Write(id[:])
	}
	return [32]byte(h.Sum(nil))
}

// repeat gives the first answer to a key, if there was one.
func repeat(st *State, want [32]byte) (*Message, error) {
	m := st.Earlier()
	if m == nil {
		return nil, nil
	}
	if m.Sent != want {
		return nil, Refuse(Conflict, "That key was used for another message.").About("key")
	}
	return m, nil
}

// decideSend is the rule of sending.
func decideSend(st *State, p posting) (Message, Effects, error) {
	hash := p.sentHash(st.Need.Conversation)
	if first, err := repeat(st, hash); first != nil || err != nil {
		return deref(first), Effects{}, err
	}
	seat, err := takeOpenSeat(st)
	if err != nil {
		return Message{}, Effects{}, err
	}
	if p.note && seat.actor.View() != StaffView {
		return Message{}, Effects{}, Refuse(Forbidden, "Only staff write internal notes.")
	}
	w := write(st)
	m, err := w.post(seat.actor, p, hash)
	return m, w.done(), err
}

func deref(m *Message) Message {
	if m == nil {
		return Message{}
	}
	return *m
}

// post adds a written message or note with its files, and what it does to who waits for whom.
func (w *writing) post(author *User, p posting, hash [32]byte) (Message, error) {
	files, err := takeUploads(w.s, author, p.uploads)
	if err != nil {
		return Message{}, err
	}
	d := draft{
		id: p.id, kind: Written, audience: ForAll, author: author, via: p.via, at: p.at, noticeID: p.newID, grace: max(w.s.Office.Grace, p.undo),
		undo: p.undo, quiet: p.of != nil, words: p.text.words,
	}
	if p.note {
		d.kind, d.audience = Note, ForStaff
	}
	m := Message{
		HTML: p.text.html, Text: p.text.text, Important: p.important, Key: p.key, Sent: hash,
		Letter: p.letter, Folded: p.folded, ReceivedAt: p.received, Secure: p.secure, Attachments: files, Signature: p.signatureFor(author),
	}
	if !p.note && author.View() == ContactView && w.conv.State != Open {
		m.Surfaced.State = w.conv.State
	}
	if p.via == ViaBrowser && p.of == nil {
		d.bcc = author.BCC
		if p.bcc != nil {
			d.bcc = *p.bcc
		}
		if m.Subjects, err = w.mentions(m.HTML, d.audience); err != nil {
			return Message{}, err
		}
	}
	if m, err = w.add(m, d); err != nil {
		return Message{}, err
	}
	w.endDraft(author, p)
	return m, w.answered(&m, p.newID)
}

// takeUploads gives the actor's own, unsent uploads.
func takeUploads(st *State, author *User, ids []ID) ([]Attachment, error) {
	var files []Attachment
	seen := map[ID]bool{}
	for _, id := range ids {
		a := st.Upload(id)
		if a == nil || a.Owner != author.ID || !a.Message.IsZero() || seen[id] {
			return nil, Refuse(Invalid, "One of the files is not there or was sent already. Attach it again.").About("attachments")
		}
		seen[id] = true
		files = append(files, *a)
	}
	return files, nil
}
