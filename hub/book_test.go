package hub

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"time"

	"postern/chat"
)

// book is an event log in memory: what a real store would hold of streams, and nothing else.
type book struct {
	mu      sync.Mutex
	streams map[chat.ID]*pages
	members []chat.Person // of the one conversation
	greeted int           // events that come with a greeting

	// What goes wrong, when set.
	fail   func(call string) error // greet, follow, heads, send, read, sign
	before func(call string)       // outside the lock, so that other things can happen meanwhile
	after  func(call string)
}

// pages is one user's stream.
type pages struct {
	office chat.ID
	epoch  int64
	first  int64 // number of events[0]: what was before is no longer kept
	events []chat.Shown
}

func (p *pages) head() int64 { return p.first + int64(len(p.events)) - 1 }

func (p *pages) stream(user chat.ID) chat.Stream {
	return chat.Stream{User: user, Place: chat.Place{Epoch: p.epoch, Number: p.head()}, Badge: badgeAt(p.head())}
}

// badgeAt makes badges that can be checked.
func badgeAt(number int64) int { return int(number % 7) }

var (
	office       = id(1, 1)
	conversation = id(2, 1)
)

// id makes ids that read well: a kind and a number.
func id(kind byte, n int) (id chat.ID) {
	id[0] = kind
	binary.BigEndian.PutUint32(id[12:], uint32(n))
	return id
}

// person makes users: even numbers are staff, odd ones contacts.
func person(n int) chat.Person {
	view := chat.StaffView
	if n%2 == 1 {
		view = chat.ContactView
	}
	return chat.Person{ID: id(9, n), Name: fmt.Sprint("person ", n), View: view}
}

func actor(n int) chat.Actor {
	p := person(n)
	return chat.Actor{Office: office, User: p.ID, Session: id(8, n), View: p.View}
}

// newBook gives a book in which so many people, numbered from 0, share a conversation.
func newBook(people int) *book {
	b := &book{streams: map[chat.ID]*pages{}}
	for n := range people {
		p := person(n)
		b.members = append(b.members, p)
		b.streams[p.ID] = &pages{office: office, epoch: 1, first: 1}
	}
	return b
}

// write commits an event for everybody, and gives what the announcer is told.
func (b *book) write(ev chat.Event) chat.Told {
	return b.writeFor(ev, b.members...)
}

// writeFor commits an event for some.
func (b *book) writeFor(ev chat.Event, people ...chat.Person) chat.Told {
	b.mu.Lock()
	defer b.mu.Unlock()
	told := chat.Told{Event: ev, Office: office}
	for _, p := range people {
		heard := b.streams[p.ID].add(p, ev)
		if p.View == chat.StaffView {
			told.Staff = append(told.Staff, heard)
		} else {
			told.Contacts = append(told.Contacts, heard)
		}
	}
	return told
}

func (p *pages) add(who chat.Person, ev chat.Event) chat.Heard {
	number := p.head() + 1
	heard := chat.Heard{User: who.ID, Place: chat.Place{Epoch: p.epoch, Number: number}, Badge: badgeAt(number)}
	p.events = append(p.events, chat.Shown{
		StreamEvent: chat.StreamEvent{
			User: who.ID, Number: number, Badge: heard.Badge, Type: ev.Type, Conversation: ev.Conversation, Subject: ev.Subject,
		},
		Body: ev.Body.For(who.View),
	})
	return heard
}

// message is an event that shows a text.
func message(text string) chat.Event {
	return chat.Event{Type: chat.MessageCreated, Conversation: conversation, Body: chat.Body{Message: &chat.Message{
		Conversation: conversation, ID: id(3, len(text)), Kind: chat.Written, Audience: chat.ForAll,
		Author: person(0), Via: chat.ViaBrowser, HTML: "<p>" + text + "</p>", Text: text,
		At: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC),
	}}}
}

// hide has a user's event come as skipped from now on.
func (b *book) hide(user chat.ID, number int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.streams[user]
	p.events[number-p.first].Skipped = true
}

// trim forgets what is before a number.
func (b *book) trim(user chat.ID, first int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.streams[user]
	p.events = p.events[first-p.first:]
	p.first = first
}

// renew gives a user another epoch.
func (b *book) renew(user chat.ID, epoch int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.streams[user].epoch = epoch
}

// cutBack takes the last events away, as restoring a backup does.
func (b *book) cutBack(user chat.ID, head int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.streams[user]
	p.events = p.events[:head-p.first+1]
}

func (b *book) head(user chat.ID) chat.Place {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.streams[user].stream(user).Place
}

// call opens the book for one question.
func (b *book) call(name string) (closeBook func(), err error) {
	if b.before != nil {
		b.before(name)
	}
	if b.fail != nil {
		err = b.fail(name)
	}
	b.mu.Lock()
	return func() {
		b.mu.Unlock()
		if b.after != nil {
			b.after(name)
		}
	}, err
}

// desk is a node's chat over the book.
type desk struct {
	*book
	hub *Hub
}

func (d *desk) Greet(_ context.Context, a chat.Actor, since *chat.Place) (g chat.Greeting, err error) {
	done, err := d.call("greet")
	defer done()
	if err != nil {
		return g, err
	}
	p := d.streams[a.User]
	g.Stream, g.At = p.stream(a.User), time.Now()
	g.Resumes = since != nil && since.Epoch == p.epoch && since.Number <= p.head() && since.Number+1 >= p.first
	if g.Resumes {
		g.Next = p.after(since.Number, d.greeted)
	}
	return g, nil
}

// comesWith has greetings bring so many events along.
func (b *book) comesWith(events int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.greeted = events
}

// after gives what follows a number, at most so many events.
func (p *pages) after(number int64, limit int) []chat.Shown {
	from := max(number+1, p.first) - p.first
	if from >= int64(len(p.events)) {
		return nil
	}
	return slices.Clone(p.events[from:min(int64(len(p.events)), from+int64(limit))])
}

func (d *desk) Follow(_ context.Context, _, user chat.ID, after int64, limit int) (f chat.Following, err error) {
	done, err := d.call("follow")
	defer done()
	if err != nil {
		return f, err
	}
	p := d.streams[user]
	f.Stream = p.stream(user)
	f.Gap = after+1 < p.first && after < p.head()
	f.Events = p.after(after, limit)
	return f, nil
}

func (d *desk) Heads(_ context.Context, users []chat.ID) (map[chat.ID]chat.Place, error) {
	done, err := d.call("heads")
	defer done()
	if err != nil {
		return nil, err
	}
	heads := map[chat.ID]chat.Place{}
	for _, user := range users {
		heads[user] = d.streams[user].stream(user).Place
	}
	return heads, nil
}

func (d *desk) Send(ctx context.Context, a chat.Actor, r chat.SendRequest) (chat.Sent, error) {
	if d.before != nil {
		d.before("send")
	}
	if d.fail != nil {
		if err := d.fail("send"); err != nil {
			return chat.Sent{}, err
		}
	}
	ev := message(r.HTML)
	ev.Body.Message.Key = r.Key
	for _, p := range d.members {
		if p.ID == a.User {
			ev.Body.Message.Author = p
		}
	}
	told := d.write(ev)
	d.hub.Announce(ctx, []chat.Told{told})
	return chat.Sent{Message: *ev.Body.Message, Place: d.head(a.User)}, nil
}

func (d *desk) MarkRead(ctx context.Context, a chat.Actor, c chat.ID, to chat.Position, opened bool) (chat.Stood, error) {
	if d.fail != nil {
		if err := d.fail("read"); err != nil {
			return chat.Stood{}, err
		}
	}
	standing := chat.Participant{Conversation: c, User: a.User, Active: true, LastRead: to, Opened: to, MarkedUnread: !opened}
	for _, p := range d.members {
		if p.ID == a.User {
			told := d.writeFor(chat.Event{Type: chat.CursorMoved, Conversation: c, Body: chat.Body{Cursor: &standing}}, p)
			d.hub.Announce(ctx, []chat.Told{told})
		}
	}
	return chat.Stood{Standing: standing, Place: d.head(a.User)}, nil
}

func (d *desk) SignTo(_ context.Context, a chat.Actor, c chat.ID, to chat.Audience) (company chat.Company, err error) {
	done, err := d.call("sign")
	defer done()
	if err != nil || c != conversation {
		return company, chat.Refuse(chat.NotFound, "There is no such conversation, or you are not in it.")
	}
	for _, p := range d.members {
		switch {
		case p.ID == a.User:
			company.Person = p
		case to.Includes(p.View):
			company.Others = append(company.Others, p.ID)
		}
	}
	return company, nil
}
