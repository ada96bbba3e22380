package chat

import (
	"errors"
	"math"
	"testing"
)

func TestPlacesAsText(t *testing.T) {
	t.Parallel()
	for _, p := range []Place{{}, {Epoch: 1, Number: 42}, {Epoch: math.MaxInt64, Number: math.MaxInt64}} {
		if back, err := ParsePlace(p.String()); err != nil || back != p {
			t.Errorf("%s: %v, %v", p, back, err)
		}
	}
	for _, s := range []string{
		"", ".", "1", "1.", ".1", "-1.2", "1.-2", "+1.2", "1.+2", "01.2", "1.02", "1.2.3", " 1.2", "1.2 ", "1,2", "a.b", "1e3.2",
		"9223372036854775808.1", "1.9223372036854775808",
	} {
		if p, err := ParsePlace(s); !errors.Is(err, Refuse(Invalid, "")) {
			t.Errorf("%q: %v, %v", s, p, err)
		}
	}
}

// TestFormsForViews fills every field of what an event shows, and holds what each view is left with.
func TestFormsForViews(t *testing.T) {
	t.Parallel()
	at, note := firstDay, Position(1<<20+3)
	public := Position(1 << 20)
	here, gone := ID{1}, ID{2}
	stands := Participant{
		Conversation: ID{9}, CC: true, Active: true, JoinedAt: at, LeftAt: at, LeftTitle: "then", LastRead: note, Opened: note, NewestOther: note,
		Newest: note, ActiveAt: at, MarkedUnread: true, Archived: true, Muted: true,
	}
	member := func(id ID, active bool) Member {
		p := stands
		p.User, p.Active = id, active
		return Member{Participant: p, Person: Person{ID: id, Name: "name", View: StaffView}}
	}
	message := Message{ID: ID{5}, Position: public, Text: "text", Key: "k", Hash: [32]byte{1}}
	body := Body{
		Message: &message,
		Summary: &Summary{
			Conversation: Conversation{
				ID: ID{9}, Kind: Copy, CopyOf: ID{8}, Title: "T", Last: note, Newest: note, NewestPublic: public,
				ActiveAt: at.Add(1), ActivePublic: at, Hash: [32]byte{1},
			},
			Members: []Member{member(here, true), member(gone, false)},
		},
		Receipt: &ReceiptShown{Receipt: Receipt{After: note, Through: note}},
	}
	body.Row = &Row{Summary: *body.Summary, Standing: stands, Newest: &message}

	staff, contact := body.For(StaffView), body.For(ContactView)
	if m := staff.Message; m.Hash != message.Hash {
		t.Error("staff lose the hash")
	}
	if m := contact.Message; m.Hash != [32]byte{} || contact.Row.Newest.Hash != [32]byte{} || m.Text != "text" || m.Key != "k" {
		t.Errorf("a contact's message %+v", m)
	}
	for _, s := range []Summary{*staff.Summary, staff.Row.Summary} {
		if s.Conversation != body.Summary.Conversation || len(s.Members) != 2 {
			t.Errorf("staff's conversation %+v", s)
		}
		want := Participant{Conversation: ID{9}, User: here, CC: true, Active: true, JoinedAt: at, LeftAt: at}
		if s.Members[0].Participant != want {
			t.Errorf("staff are shown %+v of a member", s.Members[0].Participant)
		}
	}
	for _, s := range []Summary{*contact.Summary, contact.Row.Summary} {
		want := Conversation{
			ID: ID{9}, Kind: Ordinary, Title: "T", Last: public, Newest: public, NewestPublic: public, ActiveAt: at, ActivePublic: at,
		}
		if s.Conversation != want {
			t.Errorf("a contact's conversation %+v", s.Conversation)
		}
		if len(s.Members) != 1 || s.Members[0].Participant != (Participant{Conversation: ID{9}, User: here, CC: true, Active: true}) {
			t.Errorf("a contact's members %+v", s.Members)
		}
	}
	if contact.Row.Standing != stands || staff.Row.Standing != stands {
		t.Error("one's own standing is cut")
	}
	if r := contact.Receipt; r.After != public || r.Through != public || staff.Receipt.Through != note {
		t.Errorf("a contact's receipt %+v", r)
	}
	if body.Summary.Conversation.Kind != Copy || len(body.Summary.Members) != 2 || body.Message.Hash == [32]byte{} || body.Receipt.After != note {
		t.Error("a form changed what it was made from")
	}
}
