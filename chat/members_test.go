package chat

import (
	"testing"
)

func TestAdd(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, tess, anna, bert := sc.user("sam", Staff), sc.user("tess", Owner), sc.user("anna", Client), sc.user("bert", Client)
	sc.started(sam, anna)
	sc.noted(sam, "note")
	e := sc.added(sam, nil, tess, bert)
	sc.same("events", sc.told(e), []string{
		"conversation.joined: tess | ", "conversation.joined: | bert ",
		"message.created: sam tess | anna bert ", "conversation.changed: sam tess | anna bert ",
	})
	sc.same("owed", sc.owed(e), "")
	sc.same("act", e.Audit[0].Act, ActAdded)
	sc.same("unread", sc.unread(), "anna tess ") // staff come with the history, contacts from now on
	line := e.Messages[0]
	if line.Happening != Joined || line.Audience != ForAll || len(line.Subjects) != 2 {
		t.Errorf("line %+v", line)
	}
	sees := func(u *User, p Position, to Audience) bool { a := sc.access(u); return a.Sees(p, to) }
	if !sees(tess, 1<<20, ForAll) || !sees(tess, 1<<20+1, ForStaff) || sees(bert, 1<<20, ForAll) || !sees(bert, line.Position, ForAll) {
		t.Error("spans do not begin where they should")
	}
	if p := sc.seat(bert); p.Newest != 0 || p.LastRead != 1<<20 || p.Opened != 1<<20 {
		t.Errorf("bert's row %+v", p)
	}
	if p := sc.seat(tess); p.Newest != 1<<20+1 || p.NewestOther != p.Newest || p.LastRead != 0 {
		t.Errorf("tess's row %+v", p)
	}
}

func TestAddWithAndWithoutHistory(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		role    Role
		history *bool
		all     bool
	}{
		"staff": {Staff, nil, true}, "contact": {Client, nil, false},
		"staff from now on": {Admin, fromNowOn, false}, "contact with the history": {Prospect, fromFirst, true},
	} {
		sc := newScene(t)
		sam, anna, newcomer := sc.user("sam", Staff), sc.user("anna", Client), sc.user("new", c.role)
		sc.started(sam, anna)
		at := sc.thread().Conversation.ActiveAt
		sc.noted(sam, "note")
		sc.added(sam, c.history, newcomer)
		p := sc.seat(newcomer)
		sc.same(name+": unread", p.Unread(), c.all)
		if newcomer.View() == ContactView && (p.LastRead != p.LastRead.Public() || p.Newest != p.Newest.Public() || c.all && p.ActiveAt != at) {
			t.Errorf("%s: %+v moved with a note", name, p)
		}
		access := sc.access(newcomer)
		sc.same(name+": sees the first", access.Sees(1<<20, ForAll), c.all)
	}
}

func TestWhoMayAdd(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, tess, anna, bert := sc.user("sam", Staff), sc.user("tess", Owner), sc.user("anna", Client), sc.user("bert", Client)
	sc.started(sam, anna)
	_, err := sc.add(anna, nil, bert)
	sc.refused("a contact", err, Forbidden)
	_, err = sc.add(tess, nil, tess)
	sc.refused("a stranger", err, NotFound)
	_, err = sc.add(sam, nil, &User{ID: sc.id()})
	sc.refused("nobody", err, NotFound)
	bert.MayMessage = false
	_, err = sc.add(sam, nil, bert)
	sc.refused("somebody without the permission", err, Conflict)
	e := sc.added(sam, nil, anna)
	if !e.Empty() {
		t.Errorf("somebody who is in it: %+v", e)
	}
}

func TestAConversationHasAtMost500(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam := sc.user("sam", Staff)
	var to []*User
	for range MaxParticipants - 2 {
		to = append(to, sc.user("c", Staff))
	}
	sc.started(sam, to...)
	sc.added(sam, nil, sc.user("last", Staff))
	_, err := sc.add(sam, nil, sc.user("one too many", Staff))
	sc.refused("number 501", err, TooLarge)
	sc.removed(sam, to[0])
	sc.added(sam, nil, sc.user("takes the place", Staff))
}

func TestLeave(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, tess, anna := sc.user("sam", Staff), sc.user("tess", Owner), sc.user("anna", Client)
	sc.started(sam, tess, anna)
	e := sc.removed(anna, anna)
	sc.same("events", sc.told(e), []string{
		"conversation.left: | anna ", "message.created: sam tess | ", "conversation.changed: sam tess | ",
	})
	sc.same("act", e.Audit[0].Act, ActLeft)
	sc.same("object", e.Audit[0].Object, anna.ID)
	sc.same("detail", e.Audit[0].Detail, sc.conv.String())
	sc.same("happening", e.Messages[0].Happening, Left)
	sc.same("revoked", e.Revoked[0], Seat{sc.conv, anna.ID})
	p := sc.seat(anna)
	if p.Active || p.Unread() || p.LeftTitle != "Title" || p.LeftAt != e.Messages[0].At {
		t.Errorf("row %+v", p)
	}
	e = sc.sent(sam, "without her")
	sc.same("events then", sc.told(e), []string{"message.created: sam tess | "})
	sc.same("owed then", sc.owed(e), "tess ")
	access := sc.access(anna)
	if !access.Sees(1<<20, ForAll) || access.Sees(2<<20, ForAll) || access.Sees(e.Messages[0].Position, ForAll) {
		t.Error("she sees other than what was there before")
	}
	_, err := sc.remove(anna, anna)
	sc.refused("leaving again", err, Forbidden)
	e = sc.read(anna, 99<<20, true)
	if sc.seat(anna).LastRead != 1<<20 || len(e.Receipts) != 1 {
		t.Errorf("reading what was before: %+v", sc.seat(anna))
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, tess, anna := sc.user("sam", Staff), sc.user("tess", Owner), sc.user("anna", Client)
	sc.started(sam, tess, anna)
	_, err := sc.remove(anna, sam)
	sc.refused("by a contact", err, Forbidden)
	_, err = sc.remove(anna, &User{ID: sc.id()})
	sc.refused("nobody, by a contact", err, Forbidden)
	_, err = sc.remove(sam, sc.user("x", Staff))
	sc.refused("somebody who is not in it", err, NotFound)
	e := sc.removed(sam, anna)
	sc.same("act", e.Audit[0].Act, ActRemoved)
	sc.same("happening", e.Messages[0].Happening, Removed)
	_, err = sc.remove(sam, anna)
	sc.refused("twice", err, NotFound)
}

func TestTheLastStaffStay(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, tess, anna := sc.user("sam", Staff), sc.user("tess", Owner), sc.user("anna", Client)
	sc.started(sam, tess, anna)
	sc.removed(tess, tess)
	_, err := sc.remove(sam, sam)
	sc.refused("the last", err, Conflict)
	sc.added(sam, nil, tess)
	tess.Active = false
	_, err = sc.remove(sam, sam)
	sc.refused("the last who is active", err, Conflict)
	sc.removed(sam, tess)
}

// TestBackAgain goes through leaving and being added again, twice, with messages between.
func TestBackAgain(t *testing.T) {
	t.Parallel()
	for _, role := range []Role{Staff, Client} {
		sc := newScene(t)
		sam, anna := sc.user("sam", Owner), sc.user("anna", role)
		sc.started(sam, anna)
		sc.removed(sam, anna)
		away := sc.sent(sam, "while away").Messages[0].Position
		sc.added(sam, fromNowOn, anna)
		sc.same("unread, from now on", sc.seat(anna).Unread(), false)
		access := sc.access(anna)
		if !access.Sees(1<<20, ForAll) || access.Sees(away, ForAll) {
			t.Errorf("%s: back from now on: %+v", role, access.Spans)
		}
		sc.same("preview", sc.seat(anna).Newest, Position(1<<20))
		sc.changed(anna, func(p *Participant) { p.MarkedUnread, p.Archived = true, true })
		sc.removed(sam, anna)
		sc.sent(sam, "away again")
		newest := sc.thread().Conversation.Newest
		sc.added(sam, fromFirst, anna)
		access = sc.access(anna)
		if !access.Sees(away, ForAll) || !access.Sees(newest, ForAll) || len(access.Spans) != 3 {
			t.Errorf("%s: back with the history: %+v", role, access.Spans)
		}
		if p := sc.seat(anna); !p.Unread() || p.MarkedUnread || p.Archived || p.Newest != newest || !p.LeftAt.IsZero() || p.LeftTitle != "" {
			t.Errorf("%s: row %+v", role, p)
		}
		open := 0
		for _, s := range access.Spans {
			if s.Open {
				open++
			}
		}
		sc.same("open spans", open, 1)
		sc.same("places in the order of joining", len(sc.thread().Order), 2)
	}
}
