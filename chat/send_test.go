package chat

import (
	"testing"
)

func TestSend(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, tess, anna, bert := sc.user("sam", Staff), sc.user("tess", Owner), sc.user("anna", Client), sc.user("bert", Client)
	sc.started(sam, tess, anna, bert)
	e := sc.sent(anna, "hello")
	sc.same("events", sc.told(e), []string{"message.created: sam tess | anna bert "})
	sc.same("owed", sc.owed(e), "sam tess bert ")
	sc.same("unread", sc.unread(), "sam tess anna bert ") // anna's: the first message, which she has not read
	sc.same("position", e.Messages[0].Position, Position(2<<20))
	sc.same("anna's newest by others", sc.seat(anna).NewestOther, Position(1<<20))
	sc.same("anna's newest", sc.seat(anna).Newest, Position(2<<20))
	for _, n := range e.Notices {
		if n.After != sc.office.Grace || n.Message != e.Messages[0].ID {
			t.Errorf("notice %+v", n)
		}
	}
}

func TestNotesAreForStaff(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, tess, anna := sc.user("sam", Staff), sc.user("tess", Owner), sc.user("anna", Client)
	sc.started(anna, sam, tess)
	before, public := *sc.seat(anna), sc.thread().Conversation
	e := sc.noted(sam, "between us")
	sc.same("events", sc.told(e), []string{"message.created: sam tess | "})
	sc.same("owed", sc.owed(e), "tess ")
	sc.same("anna's row", *sc.seat(anna), before)
	c := sc.thread().Conversation
	sc.same("position", c.Newest, Position(1<<20+1))
	sc.same("public position", c.NewestPublic, public.NewestPublic)
	sc.same("public activity", c.ActivePublic, public.ActivePublic)
	if access := sc.access(anna); access.Sees(e.Messages[0].Position, e.Messages[0].Audience) {
		t.Error("anna sees the note")
	}
	sc.same("the next message's position", sc.sent(anna, "and?").Messages[0].Position, Position(2<<20))

	p := sc.posting("mine")
	p.note = true
	_, _, err := sc.post(anna, p)
	sc.refused("a contact's note", err, Forbidden)
}

// TestWhoIsOwedWord: not the author, not who muted it, left, was deactivated, or has no address.
func TestWhoIsOwedWord(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do   func(*scene, *User)
		want string
	}{
		"as it is":    {func(*scene, *User) {}, "tess anna bert "},
		"muted":       {func(sc *scene, bert *User) { sc.changed(bert, func(p *Participant) { p.Muted = true }) }, "tess anna "},
		"archived":    {func(sc *scene, bert *User) { sc.changed(bert, func(p *Participant) { p.Archived = true }) }, "tess anna bert "},
		"left":        {func(sc *scene, bert *User) { sc.removed(bert, bert) }, "tess anna "},
		"deactivated": {func(_ *scene, bert *User) { bert.Active = false }, "tess anna "},
		"no address":  {func(_ *scene, bert *User) { bert.Email = "" }, "tess anna "},
	} {
		sc := newScene(t)
		sam, tess, anna, bert := sc.user("sam", Staff), sc.user("tess", Owner), sc.user("anna", Client), sc.user("bert", Client)
		sc.started(sam, tess, anna, bert)
		c.do(sc, bert)
		sc.same(name, sc.owed(sc.sent(sam, "x")), c.want)
	}
}

func TestWhoMaySend(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, tess, anna, bert := sc.user("sam", Staff), sc.user("tess", Owner), sc.user("anna", Client), sc.user("bert", Client)
	sc.started(sam, anna)
	conv := sc.conv
	try := func(by *User, conversation ID) error {
		sc.conv = conversation
		defer func() { sc.conv = conv }()
		_, _, err := sc.post(by, sc.posting("x"))
		return err
	}
	unknown := try(bert, sc.id())
	sc.refused("where there is none", unknown, NotFound)
	for _, stranger := range []*User{bert, tess} { // owners too: they open it first, which is audited
		if err := try(stranger, conv); err == nil || err.Error() != unknown.Error() {
			t.Errorf("%s, a stranger: %v, want %v", stranger.Name, err, unknown)
		}
	}
	sc.removed(sam, anna)
	sc.refused("who left", try(anna, conv), Forbidden)
	sc.added(sam, nil, anna)
	if err := try(anna, conv); err != nil {
		t.Errorf("who is back: %v", err)
	}
	anna.MayMessage = false
	sc.refused("without the permission", try(anna, conv), Forbidden)
	anna.MayMessage, anna.Active = true, false
	sc.refused("deactivated", try(anna, conv), Forbidden)
}

func TestConversationOfAnotherOffice(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, anna := sc.user("sam", Staff), sc.user("anna", Client)
	sc.started(sam, anna)
	other := &Office{ID: sc.id()}
	sc.g.Offices[other.ID] = other
	n := Need{Office: other.ID, Conversation: sc.conv, Actor: sam.ID}
	st := sc.g.State(n)
	if st.Thread != nil || st.Actor() != nil || st.User(anna.ID) != nil || st.Upload(sc.upload(sam)) != nil {
		t.Error("another office sees into this one")
	}
}

func TestSendAgain(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, anna := sc.user("sam", Staff), sc.user("anna", Client)
	sc.started(sam, anna)
	file := sc.upload(anna)
	key := func(change func(*posting)) posting {
		p := sc.posting("hello")
		p.key, p.uploads = "k", []ID{file}
		change(&p)
		return p
	}
	as := func(*posting) {}
	first, _, err := sc.post(anna, key(as))
	if err != nil {
		t.Fatal(err)
	}
	again, e, err := sc.post(anna, key(as))
	if err != nil || again.ID != first.ID || !e.Empty() {
		t.Errorf("the same again: %s, %v, %+v", again.ID, err, e)
	}
	for name, change := range map[string]func(*posting){
		"text":      func(p *posting) { p.text.html = "<p>other</p>" },
		"note":      func(p *posting) { p.note = true },
		"important": func(p *posting) { p.important = true },
		"secure":    func(p *posting) { p.secure = true },
		"files":     func(p *posting) { p.uploads = nil },
	} {
		_, _, err := sc.post(anna, key(change))
		sc.refused("other "+name, err, Conflict)
	}
	if _, e, err := sc.post(sam, sc.posting("hello")); err != nil || len(e.Messages) != 1 {
		t.Errorf("without a key: %v", err)
	}
	p := sc.posting("hello")
	p.key = "k"
	if other, _, err := sc.post(sam, p); err != nil || other.ID == first.ID {
		t.Errorf("another's key: %v", err)
	}
	sc.removed(sam, anna)
	if again, e, err := sc.post(anna, key(as)); err != nil || again.ID != first.ID || !e.Empty() {
		t.Errorf("the same after leaving: %s, %v, %+v", again.ID, err, e)
	}
	conv := sc.conv
	sc.started(sam, anna)
	_, _, err = sc.post(anna, key(as))
	sc.refused("the same in another conversation than "+conv.String(), err, Conflict)
}

func TestUploadsAreTakenOnce(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, anna := sc.user("sam", Staff), sc.user("anna", Client)
	sc.started(sam, anna)
	with := func(by *User, note bool, files ...ID) (Message, error) {
		p := sc.posting("see there")
		p.uploads, p.note = files, note
		m, _, err := sc.post(by, p)
		return m, err
	}
	one, two := sc.upload(sam), sc.upload(sam)
	m, err := with(sam, true, one, two)
	if err != nil || len(m.Attachments) != 2 {
		t.Fatal(m, err)
	}
	for _, a := range m.Attachments {
		if a.Message != m.ID || a.Position != m.Position || a.Audience != ForStaff || a.Conversation != sc.conv {
			t.Errorf("attachment %+v", a)
		}
	}
	unknown := func(by *User) error { _, err := with(by, false, sc.id()); return err }
	sc.refused("unknown", unknown(anna), Invalid)
	_, sent := with(sam, false, one)
	sc.refused("sent already", sent, Invalid)
	third := sc.upload(sam)
	_, twice := with(sam, false, third, third)
	sc.refused("twice in one message", twice, Invalid)
	for _, file := range []ID{one, third} { // sent in a note, and another's that waits
		if _, err := with(anna, false, file); err == nil || err.Error() != unknown(anna).Error() {
			t.Errorf("another's file: %v", err)
		}
	}
	if _, err := with(sam, false, third); err != nil {
		t.Errorf("a refused message took the file: %v", err)
	}
}

// TestAMessageBringsTheConversationBack: an archived one into list and badge, a muted one into neither badge nor mail.
func TestAMessageBringsTheConversationBack(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, anna := sc.user("sam", Staff), sc.user("anna", Client)
	sc.started(sam, anna)
	sc.changed(anna, func(p *Participant) { p.Archived = true })
	if sc.seat(anna).InBadge() || !sc.seat(anna).Unread() {
		t.Error("an archived conversation counts")
	}
	sc.sent(sam, "come back")
	if !sc.seat(anna).InBadge() || sc.seat(anna).Archived {
		t.Error("the message did not bring it back")
	}
	sc.changed(anna, func(p *Participant) { p.Muted, p.Archived = true, true })
	e := sc.sent(sam, "quietly")
	if sc.seat(anna).InBadge() || sc.seat(anna).Archived || !sc.seat(anna).Unread() || sc.owed(e) != "" {
		t.Errorf("muted: %+v, owed %q", sc.seat(anna), sc.owed(e))
	}
	sc.changed(sam, func(p *Participant) { p.Archived = true })
	sc.noted(sam, "for later")
	if sc.seat(sam).Archived {
		t.Error("one's own note does not bring it back")
	}
}
