package chat

import (
	"testing"
)

func TestStart(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, tess, anna := sc.user("sam", Owner), sc.user("tess", Staff), sc.user("anna", Client)
	e := sc.started(anna, sam, tess)
	sc.same("events", sc.told(e), []string{"conversation.joined: sam tess | anna ", "message.created: sam tess | anna "})
	sc.same("owed", sc.owed(e), "sam tess ")
	sc.same("unread", sc.unread(), "sam tess ")
	sc.same("audit entries", len(e.Audit), 1)
	sc.same("act", e.Audit[0].Act, ActStarted)
	sc.same("actor", e.Audit[0].Actor, anna.ID)
	sc.same("object", e.Audit[0].Object, sc.conv)
	c := sc.thread().Conversation
	sc.same("started by", c.StartedBy, anna.ID)
	sc.same("newest", c.Newest, Position(1<<20))
	sc.same("newest public", c.NewestPublic, Position(1<<20))
	for _, u := range []*User{sam, tess, anna} {
		spans := sc.thread().Spans[u.ID]
		if len(spans) != 1 || !spans[0].Open || spans[0].After != 0 {
			t.Errorf("%s: spans %+v", u.Name, spans)
		}
		if p := sc.seat(u); p.Newest != 1<<20 || p.ActiveAt != c.ActiveAt {
			t.Errorf("%s: newest %s at %s", u.Name, p.Newest, p.ActiveAt)
		}
	}
}

func TestStartTakesOnlyWhomOneMayWriteTo(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, anna, bert := sc.user("sam", Staff), sc.user("anna", Client), sc.user("bert", Client)
	gone := sc.user("gone", Client)
	gone.Active = false
	nobody := sc.id()
	try := func(by *User, spread Spread, to ...ID) error {
		_, err := sc.start(by, opening{posting: sc.posting("x"), spread: spread, addressees: addressees{to: to}, title: "T", conversation: sc.id()})
		return err
	}
	sc.refused("to nobody", try(sam, "", nobody), NotFound)
	sc.refused("to the deactivated", try(sam, "", gone.ID), Conflict)
	unknown := try(anna, "", sam.ID, nobody)
	for _, contact := range []*User{bert, gone} {
		if err := try(anna, "", sam.ID, contact.ID); err == nil || err.Error() != unknown.Error() {
			t.Errorf("a contact to %s: %v, want %v", contact.Name, err, unknown)
		}
	}
	sc.refused("two accounts, nothing said", try(sam, "", anna.ID, bert.ID), Invalid)
	sc.refused("two accounts in private", try(sam, PrivateEach, anna.ID, bert.ID), Invalid)
	if !sc.g.Writes().Empty() {
		t.Fatal("a refused start left something to write")
	}
	if err := try(sam, SharedOne, anna.ID, bert.ID); err != nil {
		t.Errorf("two accounts, shared: %v", err)
	}
	sam.MayMessage = false
	sc.refused("without the permission", try(sam, "", anna.ID), Forbidden)
}

func TestStartAgain(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, anna := sc.user("sam", Staff), sc.user("anna", Client)
	first := opening{posting: sc.posting("x"), addressees: addressees{to: []ID{anna.ID}}, named: []ID{anna.ID}, title: "T", conversation: sc.id()}
	first.key = "k"
	if _, err := sc.start(sam, first); err != nil {
		t.Fatal(err)
	}
	started := sc.conv
	again := func(change func(*opening)) (Message, Effects, error) {
		o := first
		o.posting.id, o.conversation, o.at = sc.id(), sc.id(), sc.now()
		change(&o)
		n := Need{Office: sc.office.ID, Actor: sam.ID, Users: o.to, Key: o.key}
		return decideStart(sc.g.State(n), o)
	}
	m, e, err := again(func(*opening) {})
	if err != nil || m.Conversation != started || !e.Empty() {
		t.Errorf("the same again: %s, %v, %+v", m.Conversation, err, e)
	}
	for name, change := range map[string]func(*opening){
		"title":     func(o *opening) { o.title = "U" },
		"text":      func(o *opening) { o.text.html = "<p>y</p>" },
		"to":        func(o *opening) { o.named = []ID{sc.user("bert", Client).ID} },
		"shared":    func(o *opening) { o.spread = SharedOne },
		"important": func(o *opening) { o.important = true },
		"files":     func(o *opening) { o.uploads = []ID{sc.upload(sam)} },
	} {
		_, _, err := again(change)
		sc.refused("another "+name, err, Conflict)
	}
}
