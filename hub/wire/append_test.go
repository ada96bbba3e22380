package wire

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"postern/chat"
)

// Generators of everything that chat may hand over, and of what it should not.
var (
	anyText = rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.RuneFrom([]rune("\x00\x08\x0c\n\r\t\x1f\"\\/<>&\x7f\u2028\u2029\ufffd é🎉")), 0, 20, -1),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	anyID       = rapid.Map(rapid.SliceOfN(rapid.Byte(), 16, 16), func(b []byte) chat.ID { return chat.ID(b) })
	anyPosition = rapid.Map(rapid.Int64Min(0), func(n int64) chat.Position { return chat.Position(n) })
	anyView     = rapid.SampledFrom([]chat.View{chat.StaffView, chat.ContactView})
	anyTime     = rapid.Map(rapid.Int64Range(0, 253402300799999999), func(us int64) time.Time { return time.UnixMicro(us).UTC() })
	anyPerson   = rapid.Custom(func(t *rapid.T) chat.Person {
		return chat.Person{ID: rapid.OneOf(anyID, rapid.Just(chat.ID{})).Draw(t, "id"), Name: anyText.Draw(t, "name"), View: anyView.Draw(t, "view")}
	})
	anyMessage = rapid.Custom(func(t *rapid.T) chat.Message {
		m := chat.Message{
			ID: anyID.Draw(t, "id"), Conversation: anyID.Draw(t, "conversation"), Position: anyPosition.Draw(t, "position"),
			Kind:   rapid.SampledFrom([]chat.MessageKind{chat.Written, chat.Written, chat.Note, chat.Happen}).Draw(t, "kind"),
			Author: anyPerson.Draw(t, "author"), Via: rapid.SampledFrom([]chat.Via{chat.ViaBrowser, chat.ViaLetter}).Draw(t, "via"),
			HTML: anyText.Draw(t, "html"), Text: anyText.Draw(t, "text"), Important: rapid.Bool().Draw(t, "important"),
			Key: anyText.Draw(t, "key"), Folded: rapid.Bool().Draw(t, "folded"), At: anyTime.Draw(t, "at"),
		}
		if rapid.Bool().Draw(t, "file") {
			m.Attachments = []chat.Attachment{{ID: anyID.Draw(t, "file id"), Name: anyText.Draw(t, "file name")}}
		}
		if rapid.Bool().Draw(t, "mention") {
			m.Subjects = []chat.Person{anyPerson.Draw(t, "mentioned")}
		}
		if rapid.IntRange(0, 3).Draw(t, "withdrawn") == 0 {
			m.Withdrawn, m.WithdrawnBy, m.WithdrawnAt = chat.Retracted, anyPerson.Draw(t, "by"), anyTime.Draw(t, "when")
		}
		return m
	})
)

// TestHotBodiesAreThoseOfMarshal: what is written by hand has every byte of what is written by the types.
func TestHotBodiesAreThoseOfMarshal(t *testing.T) {
	t.Parallel()
	byHand := 0
	rapid.Check(t, func(t *rapid.T) {
		m := anyMessage.Draw(t, "message")
		if _, ok := appendMessage(nil, &m); ok {
			byHand++
		}
		sameBody(t, chat.MessageCreated, chat.Body{Message: &m})
		sameBody(t, chat.CursorMoved, chat.Body{Cursor: &chat.Participant{
			Conversation: anyID.Draw(t, "conversation"), LastRead: anyPosition.Draw(t, "read"), Opened: anyPosition.Draw(t, "opened"),
			NewestOther: anyPosition.Draw(t, "newest"), Active: rapid.Bool().Draw(t, "active"), Archived: rapid.Bool().Draw(t, "archived"),
			Beneath: rapid.Bool().Draw(t, "beneath"), Muted: rapid.Bool().Draw(t, "muted"), MarkedUnread: rapid.Bool().Draw(t, "marked"),
		}})
		sameBody(t, chat.ReceiptCreated, chat.Body{Receipt: &chat.ReceiptShown{Reader: anyPerson.Draw(t, "reader"), Receipt: chat.Receipt{
			Conversation: anyID.Draw(t, "conversation"), After: anyPosition.Draw(t, "after"), Through: anyPosition.Draw(t, "through"),
			At: anyTime.Draw(t, "at"),
		}}})
		sameAck(t, anyText.Draw(t, "key"), &m)
	})
	if byHand == 0 {
		t.Error("no message was written by hand")
	}
}

func sameBody(t *rapid.T, typ chat.EventType, b chat.Body) {
	t.Helper()
	got, err := AppendData([]byte("before"), typ, b)
	if err != nil {
		t.Fatal(err)
	}
	want, err := Marshal(bodyOf(typ, b))
	if err != nil || string(got) != "before"+string(want) {
		t.Fatalf("%s\n got %s\nwant %s (%v)", typ, got, want, err)
	}
}

func sameAck(t *rapid.T, key string, m *chat.Message) {
	t.Helper()
	data, err := Marshal(AckOf(*m))
	if err != nil {
		t.Fatal(err)
	}
	want, err := Marshal(Frame{Type: TypeAck, Key: key, Data: data})
	if got := AppendAck(nil, key, m); err != nil || string(got) != string(want) {
		t.Fatalf("ack\n got %s\nwant %s (%v)", got, want, err)
	}
}
