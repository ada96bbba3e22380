package chat

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"
)

// scene is one office whose decisions all fall into one group, without a store. Every decision has its own second, and ids count up.
type scene struct {
	*testing.T
	g      *Group
	office *Office
	ids    uint64
	clock  time.Time
	turns  int
	conv   ID // the conversation that the scene is about: the one started last
}

func newScene(t *testing.T) *scene {
	t.Helper()
	sc := &scene{T: t, g: NewGroup(), clock: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	sc.office = &Office{ID: sc.id(), Name: "Office", Mode: Convenience, Grace: 30 * time.Second}
	sc.g.Offices[sc.office.ID] = sc.office
	return sc
}

func (sc *scene) id() ID {
	sc.ids++
	var id ID
	binary.BigEndian.PutUint64(id[8:], sc.ids)
	return id
}

func (sc *scene) now() time.Time {
	sc.clock = sc.clock.Add(time.Second)
	return sc.clock
}

// user brings somebody into the office.
func (sc *scene) user(name string, r Role) *User {
	u := &User{Office: sc.office.ID, ID: sc.id(), Role: r, Name: name, Email: name + "@example.org", Active: true, MayMessage: true}
	sc.g.Users[u.ID] = u
	sc.g.Streams[u.ID] = &Stream{User: u.ID, Place: Place{Epoch: 1}}
	return u
}

// upload puts down a file that waits for its message.
func (sc *scene) upload(owner *User) ID {
	a := &Attachment{Office: sc.office.ID, ID: sc.id(), Owner: owner.ID, Name: "file.pdf", Type: "application/pdf", Size: 3}
	sc.g.Uploads[a.ID] = a
	return a.ID
}

// run decides, and works the effects into the group as a store would.
func (sc *scene) run(n Need, decide func(*State) (Effects, error)) (e Effects, err error) {
	sc.Helper()
	n.Office, n.Conversation = sc.office.ID, sc.conv
	sc.turns++
	decided := Decision{Need: n, Decide: func(st *State) (Effects, error) {
		e, err = decide(st)
		return e, err
	}}
	if failed := sc.g.Run(sc.turns, decided); failed != nil && err == nil {
		sc.Fatalf("run: %v", failed)
	}
	return e, err
}

func (sc *scene) posting(text string) posting {
	return posting{text: formatted{html: "<p>" + text + "</p>", text: text}, via: ViaBrowser, id: sc.id(), at: sc.now(), newID: sc.id}
}

// started begins the scene's conversation with a message.
func (sc *scene) started(by *User, to ...*User) Effects {
	sc.Helper()
	sc.conv = ID{}
	o := opening{posting: sc.posting("first"), spread: SharedOne, title: "Title", conversation: sc.id()}
	for _, u := range to {
		o.to = append(o.to, u.ID)
	}
	e, err := sc.start(by, o)
	if err != nil {
		sc.Fatalf("start: %v", err)
	}
	return e
}

func (sc *scene) start(by *User, o opening) (Effects, error) {
	sc.Helper()
	sc.conv = ID{}
	e, err := sc.run(Need{Actor: by.ID, Users: o.to, Key: o.key, Uploads: o.uploads}, func(st *State) (e Effects, err error) {
		_, e, err = decideStart(st, o)
		return e, err
	})
	if e.Conversation != nil {
		sc.conv = e.Conversation.ID
	}
	return e, err
}

// post decides on a message or note as it is.
func (sc *scene) post(by *User, p posting) (m Message, e Effects, err error) {
	sc.Helper()
	e, err = sc.run(Need{Actor: by.ID, Key: p.key, Uploads: p.uploads}, func(st *State) (e Effects, err error) {
		m, e, err = decideSend(st, p)
		return e, err
	})
	return m, e, err
}

func (sc *scene) sent(by *User, text string) Effects {
	sc.Helper()
	_, e, err := sc.post(by, sc.posting(text))
	return sc.must("send", e, err)
}

func (sc *scene) noted(by *User, text string) Effects {
	sc.Helper()
	p := sc.posting(text)
	p.note = true
	_, e, err := sc.post(by, p)
	return sc.must("note", e, err)
}

func (sc *scene) must(what string, e Effects, err error) Effects {
	sc.Helper()
	if err != nil {
		sc.Fatalf("%s: %v", what, err)
	}
	return e
}

func (sc *scene) read(by *User, to Position, opened bool) Effects {
	sc.Helper()
	at := sc.now()
	e, err := sc.run(Need{Actor: by.ID, ReadTo: to}, func(st *State) (Effects, error) {
		seat, err := takeSeat(st)
		if err != nil {
			return Effects{}, err
		}
		return decideRead(seat, to, opened, at, sc.id), nil
	})
	return sc.must("read", e, err)
}

// changed changes somebody's own participant row.
func (sc *scene) changed(by *User, do func(*Participant)) Effects {
	sc.Helper()
	e, err := sc.run(Need{Actor: by.ID}, func(st *State) (Effects, error) {
		seat, err := takeSeat(st)
		if err != nil {
			return Effects{}, err
		}
		p := *seat.seat
		do(&p)
		return moved(seat, p), nil
	})
	return sc.must("change", e, err)
}

// shape decides on a change of the conversation itself.
func (sc *scene) shape(by *User, users []*User, decide func(seated) (*writing, error)) (Effects, error) {
	sc.Helper()
	n := Need{Actor: by.ID, Spans: true}
	for _, u := range users {
		n.Users = append(n.Users, u.ID)
	}
	return sc.run(n, func(st *State) (Effects, error) {
		_, e, err := decideShape(st, decide)
		return e, err
	})
}

func (sc *scene) add(by *User, history *bool, users ...*User) (Effects, error) {
	sc.Helper()
	at := sc.now()
	return sc.shape(by, users, func(seat seated) (*writing, error) {
		return decideAdd(seat, seat.Need.Users, history, at, sc.id)
	})
}

func (sc *scene) added(by *User, history *bool, users ...*User) Effects {
	sc.Helper()
	e, err := sc.add(by, history, users...)
	return sc.must("add", e, err)
}

func (sc *scene) remove(by, user *User) (Effects, error) {
	sc.Helper()
	at := sc.now()
	return sc.shape(by, nil, func(seat seated) (*writing, error) { return decideRemove(seat, user.ID, ID{}, at, sc.id) })
}

func (sc *scene) removed(by, user *User) Effects {
	sc.Helper()
	e, err := sc.remove(by, user)
	return sc.must("remove", e, err)
}

func (sc *scene) change(by *User, c Change) (Effects, error) {
	sc.Helper()
	at := sc.now()
	return sc.shape(by, nil, func(seat seated) (*writing, error) { return decideChange(seat, c, at, sc.id) })
}

// letter takes a letter of the participant.
func (sc *scene) letter(from *User, t taking) (l Letter, e Effects, err error) {
	sc.Helper()
	t.id, t.entry, t.ledger, t.audit, t.at, t.newID = sc.id(), sc.id(), sc.id(), sc.id(), sc.now(), sc.id
	t.in.ID, t.in.Office, t.in.Conversation, t.in.Participant = t.id, sc.office.ID, sc.conv, from.ID
	e, err = sc.run(Need{Actor: from.ID, Uploads: t.in.Attachments, Once: &t.in.Once}, func(st *State) (e Effects, err error) {
		l, e, err = decideLetter(st, t)
		return e, err
	})
	return l, e, err
}

func (sc *scene) thread() *Thread { return sc.g.Threads[sc.conv] }

func (sc *scene) seat(u *User) *Participant { return sc.thread().Participants[u.ID] }

func (sc *scene) access(u *User) Access {
	return Access{View: u.View(), Spans: sc.thread().Spans[u.ID]}
}

// position is that of the newest entry.
func (sc *scene) position() Position { return sc.thread().Conversation.Last }

// told says who was told what by the effects, in order: "message.created: sam, tess | anna", staff before contacts.
func (sc *scene) told(e Effects) []string {
	var list []string
	for _, ev := range e.Events {
		list = append(list, string(ev.Type)+": "+sc.names(ev.Staff)+"| "+sc.names(ev.Contacts))
	}
	return list
}

func (sc *scene) names(ids []ID) (s string) {
	for _, id := range ids {
		s += sc.g.Users[id].Name + " "
	}
	return s
}

// owed says who is owed word by the effects.
func (sc *scene) owed(e Effects) (s string) {
	for _, n := range e.Notices {
		s += sc.g.Users[n.Recipient].Name + " "
	}
	return s
}

// unread says for whom the conversation is unread.
func (sc *scene) unread() (s string) {
	for _, id := range sc.thread().Order {
		if sc.thread().Participants[id].Unread() {
			s += sc.g.Users[id].Name + " "
		}
	}
	return s
}

func (sc *scene) same(what string, got, want any) {
	sc.Helper()
	if !equal(got, want) {
		sc.Errorf("%s: %v, want %v", what, got, want)
	}
}

func equal(got, want any) bool {
	if list, ok := got.([]string); ok {
		return slices.Equal(list, want.([]string))
	}
	return got == want
}

func (sc *scene) refused(what string, err error, want Kind) {
	sc.Helper()
	if KindOf(err) != want {
		sc.Errorf("%s: %v, want %s", what, err, want)
	}
}

var (
	fromFirst = ptr(true)
	fromNowOn = ptr(false)
)
