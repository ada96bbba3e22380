package chat

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestDecisionsInOneGroup: each pair comes out as if one after the other.
func TestDecisionsInOneGroup(t *testing.T) {
	t.Parallel()
	setting := func(t *testing.T) (sc *scene, sam, tess, anna *User) {
		sc = newScene(t)
		sam, tess, anna = sc.user("sam", Staff), sc.user("tess", Owner), sc.user("anna", Client)
		sc.started(sam, tess, anna)
		return sc, sam, tess, anna
	}
	t.Run("two sends", func(t *testing.T) {
		sc, sam, _, anna := setting(t)
		one, two := sc.sent(sam, "one").Messages[0], sc.sent(anna, "two").Messages[0]
		if one.Position != 2<<20 || two.Position != 3<<20 || one.Hash == two.Hash {
			t.Errorf("places %s, %s", one.Position, two.Position)
		}
		if _, ok := VerifyRecord(sc.g.Writes().Messages); !ok {
			t.Error("the record does not verify")
		}
	})
	t.Run("note, then message, then note", func(t *testing.T) {
		sc, sam, _, anna := setting(t)
		places := []Position{sc.noted(sam, "n").Messages[0].Position, sc.sent(anna, "m").Messages[0].Position, sc.noted(sam, "n").Messages[0].Position}
		if !slices.Equal(places, []Position{1<<20 + 1, 2 << 20, 2<<20 + 1}) {
			t.Errorf("places %s", places)
		}
	})
	t.Run("leave, then send", func(t *testing.T) {
		sc, sam, _, anna := setting(t)
		sc.removed(anna, anna)
		_, _, err := sc.post(anna, sc.posting("x"))
		sc.refused("sending after leaving", err, Forbidden)
		sc.same("told", sc.told(sc.sent(sam, "x")), []string{"message.created: sam tess | "})
	})
	t.Run("remove, then read", func(t *testing.T) {
		sc, sam, _, anna := setting(t)
		sc.removed(sam, anna)
		sc.sent(sam, "unseen")
		sc.read(anna, 9<<20, true)
		sc.same("cursor", sc.seat(anna).LastRead, Position(1<<20))
	})
	t.Run("send, then read it", func(t *testing.T) {
		sc, sam, tess, anna := setting(t)
		m := sc.sent(anna, "x").Messages[0]
		e := sc.read(tess, m.Position, true)
		sc.same("told", sc.told(e), []string{"cursor.moved: tess | ", "receipt.created: sam | anna "})
		e = sc.read(sam, m.Position, true)
		sc.same("told", sc.told(e), []string{"cursor.moved: sam | ", "receipt.created: tess | anna "})
	})
	t.Run("the same key twice", func(t *testing.T) {
		sc, _, _, anna := setting(t)
		p := sc.posting("x")
		p.key = "k"
		first, _, _ := sc.post(anna, p)
		p.id, p.at = sc.id(), sc.now()
		again, e, err := sc.post(anna, p)
		if err != nil || again.ID != first.ID || !e.Empty() {
			t.Errorf("again: %s, %v", again.ID, err)
		}
		p.text.html = "y"
		_, _, err = sc.post(anna, p)
		sc.refused("with other content", err, Conflict)
	})
	t.Run("one file in two messages", func(t *testing.T) {
		sc, sam, _, _ := setting(t)
		p := sc.posting("x")
		p.uploads = []ID{sc.upload(sam)}
		_, e, err := sc.post(sam, p)
		sc.must("first", e, err)
		_, _, err = sc.post(sam, p)
		sc.refused("second", err, Invalid)
	})
	t.Run("add, then send", func(t *testing.T) {
		sc, sam, _, _ := setting(t)
		bert := sc.user("bert", Client)
		sc.added(sam, nil, bert)
		sc.same("told", sc.told(sc.sent(bert, "x")), []string{"message.created: sam tess | anna bert "})
	})
	t.Run("both of the last two staff leave", func(t *testing.T) {
		sc, sam, tess, _ := setting(t)
		sc.removed(sam, sam)
		_, err := sc.remove(tess, tess)
		sc.refused("the second", err, Conflict)
	})
	t.Run("a letter twice", func(t *testing.T) {
		sc, _, _, anna := setting(t)
		first, _, _ := sc.letter(anna, letterOf(LetterPosted, 7))
		again, e, err := sc.letter(anna, letterOf(LetterPosted, 7))
		if err != nil || again.ID != first.ID || len(e.Messages) != 0 {
			t.Errorf("again: %s, %v", again.ID, err)
		}
	})
}

func TestEventsAreNumberedPerUser(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, tess, anna := sc.user("sam", Staff), sc.user("tess", Owner), sc.user("anna", Client)
	sc.started(sam, tess, anna)
	sc.noted(sam, "x")
	sc.sent(anna, "x")
	sc.removed(sam, anna)
	sc.sent(sam, "x")
	numbers := map[ID][]int64{}
	for _, told := range sc.g.AllTold() {
		for _, h := range slices.Concat(told.Staff, told.Contacts) {
			numbers[h.User] = append(numbers[h.User], h.Number)
			if h.Epoch != 1 || told.Office != sc.office.ID {
				t.Errorf("%+v", h)
			}
		}
	}
	for u, want := range map[*User]int{sam: 7, tess: 7, anna: 4} {
		got := numbers[u.ID]
		if len(got) != want {
			t.Errorf("%s heard %d events, want %d", u.Name, len(got), want)
		}
		for i, n := range got {
			if n != int64(i+1) {
				t.Errorf("%s: number %d at place %d", u.Name, n, i+1)
			}
		}
		if s := sc.g.Streams[u.ID]; s.Number != int64(want) {
			t.Errorf("%s's stream stands at %d", u.Name, s.Number)
		}
	}
	if listeners := sc.g.Listeners(); len(listeners) != 3 || !slices.IsSortedFunc(listeners, compareIDs) {
		t.Errorf("listeners %v", listeners)
	}
	sc.g.Streams[anna.ID].Badge = 7
	told := sc.g.Told(1)
	sc.same("badge", told[0].Contacts[0].Badge, 7)
	sc.same("decisions that told nothing", len(sc.g.Told(99)), 0)
}

func TestWhatAGroupWrites(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, anna, bert := sc.user("sam", Staff), sc.user("anna", Client), sc.user("bert", Client)
	old := sc.g.AddThread(Conversation{Office: sc.office.ID, ID: sc.id()})
	for _, u := range []*User{sam, anna} {
		old.AddParticipant(Participant{Conversation: old.Conversation.ID, User: u.ID, Active: true})
		old.AddSpan(Span{Conversation: old.Conversation.ID, User: u.ID, Open: true})
	}
	if w := sc.g.Writes(); !w.Empty() {
		t.Errorf("what was loaded is to be written: %+v", w)
	}
	sc.started(sam, anna)
	fresh := sc.conv
	sc.sent(sam, "x")
	sc.conv = old.Conversation.ID
	sc.sent(sam, "x")
	sc.added(sam, nil, bert)
	sc.sent(bert, "x")
	sc.removed(bert, bert)
	w := sc.g.Writes()
	if !slices.Equal(w.NewConversations, []ID{fresh}) || !slices.Equal(w.ChangedConversations, []ID{old.Conversation.ID}) {
		t.Errorf("conversations: new %v, changed %v", w.NewConversations, w.ChangedConversations)
	}
	if want := []Seat{{fresh, sam.ID}, {fresh, anna.ID}, {sc.conv, bert.ID}}; !slices.Equal(w.NewParticipants, want) {
		t.Errorf("new participants %v", w.NewParticipants)
	}
	if want := []Seat{{sc.conv, sam.ID}, {sc.conv, anna.ID}}; !slices.Equal(w.ChangedParticipants, want) {
		t.Errorf("changed participants %v", w.ChangedParticipants)
	}
	if s := w.Spans[len(w.Spans)-1]; s.User != bert.ID || s.Open || s.Through == 0 {
		t.Errorf("the last span: %+v", s)
	}
}

func TestAFailedDecisionLeavesTheGroupAsItWas(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, anna := sc.user("sam", Staff), sc.user("anna", Client)
	stranger := &User{Office: sc.office.ID, ID: sc.id()} // whose stream is not locked
	failing := errors.New("no")
	for name, c := range map[string]struct {
		decide func(*State) (Effects, error)
		says   string
	}{
		"an error": {func(*State) (Effects, error) { return Effects{Messages: []Message{{}}}, failing }, "no"},
		"a panic":  {func(*State) (Effects, error) { panic("oh") }, "panicked: oh"},
		"an event for somebody who is not locked": {func(*State) (Effects, error) {
			return Effects{Messages: []Message{{}}, Events: []Event{{Staff: []ID{sam.ID}, Contacts: []ID{anna.ID, stranger.ID}}}}, nil
		}, "not locked"},
		"a participant of a conversation that is not locked": {func(*State) (Effects, error) {
			return Effects{Participants: []Participant{{Conversation: sc.id()}}}, nil
		}, "not locked"},
		"a span of a conversation that is not locked": {func(*State) (Effects, error) {
			return Effects{Audit: []AuditEntry{{}}, Spans: []Span{{Conversation: sc.id()}}}, nil
		}, "not locked"},
	} {
		err := sc.g.Run(1, Decision{Need: Need{Office: sc.office.ID}, Decide: c.decide})
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if !sc.g.Writes().Empty() || len(sc.g.Told(1)) != 0 || sc.g.Streams[sam.ID].Number != 0 {
			t.Errorf("%s left something", name)
		}
	}
}

func TestSpansAreAskedFor(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, anna := sc.user("sam", Staff), sc.user("anna", Client)
	sc.started(sam, anna)
	closed := sc.thread().Spans[anna.ID][0]
	closed.Open = false
	for _, asked := range []bool{false, true} {
		err := sc.g.Run(1, Decision{
			Need:   Need{Office: sc.office.ID, Conversation: sc.conv, Spans: asked},
			Decide: func(*State) (Effects, error) { return Effects{Spans: []Span{closed}}, nil },
		})
		if asked != (err == nil) {
			t.Errorf("asked for: %v, and %v", asked, err)
		}
	}
}

// What only moves is written by less, and badges are counted only where they may have changed.
func TestWhatAGroupFindsChanged(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, anna := sc.user("sam", Staff), sc.user("anna", Client)
	conv := sc.g.AddThread(Conversation{Office: sc.office.ID, ID: sc.id(), Title: "Title"})
	sc.conv = conv.Conversation.ID
	for _, u := range []*User{sam, anna} {
		conv.AddParticipant(Participant{Conversation: sc.conv, User: u.ID, Active: true})
		conv.AddSpan(Span{Conversation: sc.conv, User: u.ID, Open: true})
	}
	state := func(what string, moved, samCursors, annaCursors bool, recount ...*User) {
		t.Helper()
		sc.same(what+": moved", sc.g.Moved(sc.conv), moved)
		sc.same(what+": sam's cursors", sc.g.OnlyCursors(Seat{sc.conv, sam.ID}), samCursors)
		sc.same(what+": anna's cursors", sc.g.OnlyCursors(Seat{sc.conv, anna.ID}), annaCursors)
		want := map[ID]bool{}
		for _, u := range recount {
			want[u.ID] = true
		}
		sc.same(what+": to be counted", maps.Equal(sc.g.Recount(), want), true)
	}
	state("loaded", false, false, false)
	sc.sent(sam, "one")
	state("sent", true, true, true, anna)
	retitled, err := sc.shape(sam, nil, func(seat seated) (*writing, error) {
		return decideChange(seat, Change{Title: ptr("Another")}, sc.now(), sc.id)
	})
	sc.must("retitle", retitled, err)
	state("retitled", false, true, true, anna)
	sc.sent(anna, "two")
	state("answered", false, true, true, sam, anna)
	sc.removed(sam, anna)
	state("removed", false, true, false, sam, anna)
	sc.sent(sam, "three")
	state("sent again", false, true, false, sam, anna)
}
