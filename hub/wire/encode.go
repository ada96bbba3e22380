package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"postern/chat"
)

// The functions here map what chat shows to what travels, field by field. They decide nothing: what a view may see is
// settled by [chat.Body.For] and by chat's own queries before.

// previewText is the most characters of a message that a list shows.
const previewText = 160

// PersonOf gives a user as others see one.
func PersonOf(p chat.Person) Person {
	return Person{ID: p.ID.String(), Name: p.Name, Kind: kindOf(p.View)}
}

// authorOf is nil for the system.
func authorOf(p chat.Person) *Person {
	if p.ID.IsZero() {
		return nil
	}
	author := PersonOf(p)
	return &author
}

func kindOf(v chat.View) string {
	if v == chat.StaffView {
		return "staff"
	}
	return "contact"
}

// AttachmentOf gives a file of a message, or one just uploaded.
func AttachmentOf(a chat.Attachment) Attachment {
	return Attachment{
		ID: a.ID.String(), Name: a.Name, Type: a.Type, Size: a.Size, Inline: a.Inline,
		Width: a.Width, Height: a.Height, Blocked: a.Scan.Found != "",
	}
}

// MessageOf gives one entry of a conversation.
func MessageOf(m chat.Message) Message {
	return Message{
		ID:           m.ID.String(),
		Conversation: m.Conversation.String(),
		Position:     m.Position.String(),
		Kind:         string(m.Kind),
		Author:       authorOf(m.Author),
		Via:          string(m.Via),
		HTML:         m.HTML,
		Text:         m.Text,
		Important:    m.Important,
		Folded:       m.Folded,
		Signed:       m.Signature != [32]byte{},
		Key:          m.Key,
		Attachments:  each(m.Attachments, AttachmentOf),
		Mentions:     mentionsOf(m),
		Happening:    happeningOf(m),
		Withdrawn:    withdrawnOf(m),
		ReceivedAt:   whenOf(m.ReceivedAt),
		At:           m.At,
	}
}

func mentionsOf(m chat.Message) []Person {
	if m.Kind == chat.Happen {
		return nil
	}
	return each(m.Subjects, PersonOf)
}

func withdrawnOf(m chat.Message) *Withdrawn {
	if m.Withdrawn == "" {
		return nil
	}
	return &Withdrawn{How: string(m.Withdrawn), By: PersonOf(m.WithdrawnBy), At: m.WithdrawnAt}
}

func happeningOf(m chat.Message) *Happening {
	if m.Kind != chat.Happen {
		return nil
	}
	return &Happening{What: string(m.Happening), About: each(m.Subjects, PersonOf), Letter: idOf(m.Letter)}
}

// ConversationOf gives a conversation with its people.
func ConversationOf(s chat.Summary) Conversation {
	c := s.Conversation
	return Conversation{
		ID:           c.ID.String(),
		Kind:         string(c.Kind),
		CopyOf:       idOf(c.CopyOf),
		Copies:       c.Copies,
		Title:        c.Title,
		Important:    c.Important,
		Strict:       c.Strict,
		StartedBy:    idOf(c.StartedBy),
		StartedAt:    c.StartedAt,
		Participants: each(s.Members, participantOf),

		State:           string(c.State),
		Assignee:        idOf(c.Assignee),
		UnansweredSince: whenOf(c.UnansweredSince),
	}
}

// whenOf is nil for no time.
func whenOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func participantOf(m chat.Member) Participant {
	return Participant{Person: PersonOf(m.Person), CC: m.CC, Active: m.Active}
}

// StandingOf gives a participant's own state.
func StandingOf(p chat.Participant) Standing {
	return Standing{
		LastRead:     p.LastRead.String(),
		Opened:       p.Opened.String(),
		Unread:       p.Unread(),
		MarkedUnread: p.MarkedUnread,
		Archived:     p.Archived,
		Deleted:      p.Deleted,
		Muted:        p.Muted,
		Active:       p.Active,
		Beneath:      p.Beneath,
		LeftAt:       whenOf(p.LeftAt),
	}
}

// CopyMadeOf gives a copy to staff.
func CopyMadeOf(c chat.CopyMade) CopyMade {
	return CopyMade{
		Conversation: c.Conversation.String(), Contact: PersonOf(c.Contact), Active: c.Active, Read: c.Read, Answered: c.Answered,
		Messages: each(c.Messages, func(m chat.Copied) string { return m.Message.String() }),
	}
}

// PreviewOf gives what a list shows of a message.
func PreviewOf(m chat.Message) Preview {
	return Preview{
		Position:    m.Position.String(),
		Kind:        string(m.Kind),
		Author:      authorOf(m.Author),
		Text:        firstCharacters(m.Text, previewText),
		Attachments: len(m.Attachments) > 0,
		Important:   m.Important,
		Withdrawn:   m.Withdrawn != "",
		At:          m.At,
	}
}

func firstCharacters(s string, most int) string {
	for i := range s {
		if most == 0 {
			return s[:i]
		}
		most--
	}
	return s
}

// RowOf gives a conversation as a list shows it.
func RowOf(r chat.Row) Row {
	row := Row{Conversation: ConversationOf(r.Summary), Standing: StandingOf(r.Standing), Unseen: r.Unseen}
	if r.Newest != nil {
		preview := PreviewOf(*r.Newest)
		preview.Mentioned = r.Newest.Mentions(r.Standing.User)
		row.Newest = &preview
	}
	return row
}

// ReceiptOf gives a receipt.
func ReceiptOf(r chat.ReceiptShown) Receipt {
	return Receipt{
		Conversation: r.Conversation.String(),
		Reader:       PersonOf(r.Reader),
		After:        r.After.String(),
		Through:      r.Through.String(),
		At:           r.At,
	}
}

// CursorOf gives one's own state in a conversation, as an event tells it.
func CursorOf(p chat.Participant) Cursor {
	return Cursor{Conversation: p.Conversation.String(), Standing: StandingOf(p)}
}

// recipientOf gives whom a draft names.
func recipientOf(a chat.Recipient) Recipient {
	is := Recipient{Person: PersonOf(a.Person), Members: a.Members}
	if a.Roster != "" {
		is.Kind = string(a.Roster)
	}
	return is
}

// DraftOf gives a draft to its author.
func DraftOf(d chat.DraftShown) Draft {
	return Draft{
		ID: d.ID.String(), Version: d.Version, Conversation: idOf(d.Conversation), To: each(d.Recipients, recipientOf), CC: each(d.Besides, recipientOf),
		Audience: string(d.Audience), Title: d.Title, Important: d.Important, Note: d.Note, Unsigned: d.Unsigned, Secure: d.Secure, BCC: d.BCC,
		HTML: d.HTML, Preview: d.Preview, Attachments: each(d.Files, AttachmentOf), SavedAt: d.SavedAt,
	}
}

// DraftMarkOf says that a draft changed or is gone.
func DraftMarkOf(m chat.DraftMark) DraftMark {
	return DraftMark{ID: m.ID.String(), Conversation: idOf(m.Conversation), Version: m.Version}
}

// AckOf answers a send.
func AckOf(m chat.Message) Ack {
	return Ack{ID: m.ID.String(), Conversation: m.Conversation.String(), Position: m.Position.String(), At: Time(m.At)}
}

// Time is a time in bodies that hold it as text: RFC 3339 in UTC.
func Time(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// Data gives the JSON body of an event of the log. See [AppendData].
func Data(t chat.EventType, b chat.Body) (json.RawMessage, error) { return AppendData(nil, t, b) }

// AppendData appends the JSON body of an event of the log. The body has its view's form already. Events that are not shown
// (session.ended, rights.changed) have none and are an error.
func AppendData(dst []byte, t chat.EventType, b chat.Body) ([]byte, error) {
	switch {
	case t == chat.MessageCreated && b.Message != nil:
		if dst, ok := appendMessage(dst, b.Message); ok {
			return dst, nil
		}
	case t == chat.CursorMoved && b.Cursor != nil:
		return appendCursor(dst, b.Cursor), nil
	case t == chat.ReceiptCreated && b.Receipt != nil:
		return appendReceipt(dst, b.Receipt), nil
	}
	body := bodyOf(t, b)
	if body == nil {
		return dst, fmt.Errorf("encode event %s: it has no body to show", t)
	}
	data, err := Marshal(body)
	return append(dst, data...), err
}

// bodyOf is what travels of an event, or nil.
func bodyOf(t chat.EventType, b chat.Body) any {
	switch {
	case (t == chat.MessageCreated || t == chat.MessageWithdrawn) && b.Message != nil:
		return MessageOf(*b.Message)
	case t == chat.ConversationJoined && b.Row != nil:
		return RowOf(*b.Row)
	case t == chat.ConversationChanged && b.Summary != nil:
		return ConversationOf(*b.Summary)
	case t == chat.ConversationLeft:
		return Left{Conversation: b.Left.String(), Vanished: b.Vanished}
	case t == chat.CursorMoved && b.Cursor != nil:
		return CursorOf(*b.Cursor)
	case t == chat.ReceiptCreated && b.Receipt != nil:
		return ReceiptOf(*b.Receipt)
	case (t == chat.DraftChanged || t == chat.DraftGone) && b.Draft != nil:
		return DraftMarkOf(*b.Draft)
	case t == chat.MailChanged && b.Mail != nil:
		return MailMark{Conversation: b.Mail.Conversation.String(), Recipient: b.Mail.Recipient.String(), Through: b.Mail.Through.String()}
	}
	return nil
}

// Marshal gives v as JSON, with <, > and & as they are: answers are application/json and never part of a page.
func Marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func idOf(id chat.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// each never gives nil: an empty list is [] in JSON.
func each[From, To any](list []From, of func(From) To) []To {
	out := make([]To, len(list))
	for i, v := range list {
		out[i] = of(v)
	}
	return out
}
