package chat

import (
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
)

// ClientKey is an author's idempotency key.
type ClientKey struct {
	Author ID
	Key    string
}

// DraftKey names a draft: another author's may have the same id.
type DraftKey struct {
	Author ID
	ID     ID
}

// Thread is a conversation as a decision sees it.
type Thread struct {
	Conversation Conversation
	Participants map[ID]*Participant
	Spans        map[ID][]Span // by user, oldest first; nil when no need asked for them
	Order        []ID          // participants in the order they joined
}

// Authored says that an author has messages or notes of an audience (entries that count, see [Message.Counts]) in the stretch that a
// reader is about to read, from the reader's Opened on, exclusive, up to the need's ReadTo: the positions of the first and the last.
type Authored struct {
	Conversation ID
	Reader       ID // zero: written within this group, and so of interest to every reader
	Author       ID
	Audience     Audience
	First, Last  Position
}

// Group is what one transaction sees, in memory: the rows that all its decisions named, loaded under their locks. The
// store fills the exported maps; then, one after the other, [Group.State] gives each decision what has become of them, and [Group.Apply] works its
// effects in. [Group.Writes] is what the store then writes, set by set.
type Group struct {
	Offices  map[ID]*Office
	Users    map[ID]*User
	Streams  map[ID]*Stream // locked; heads before the group
	Threads  map[ID]*Thread
	Keys     map[ClientKey]*Message // messages written earlier under the keys named
	Uploads  map[ID]*Attachment
	Letters  map[[32]byte]*Letter // letters taken earlier
	Drafts   map[DraftKey]*DraftState
	Authored []Authored // for the decisions with ReadTo

	out     Writes
	told    map[int][]Told // by decision
	moved   map[ID]bool    // changed conversations: whether nothing but their newest entries has changed
	cursors map[Seat]bool  // new and changed participants: whether nothing but their cursors has changed
	recount map[ID]bool    // users of whose conversations one has entered or left the badge
}

// NewGroup gives an empty group for the store to fill.
func NewGroup() *Group {
	return &Group{
		Offices: map[ID]*Office{}, Users: map[ID]*User{}, Streams: map[ID]*Stream{}, Threads: map[ID]*Thread{},
		Keys: map[ClientKey]*Message{}, Uploads: map[ID]*Attachment{}, Letters: map[[32]byte]*Letter{}, Drafts: map[DraftKey]*DraftState{},
		told: map[int][]Told{}, moved: map[ID]bool{}, cursors: map[Seat]bool{}, recount: map[ID]bool{},
	}
}

// AddThread puts a loaded conversation in the group.
func (g *Group) AddThread(c Conversation) *Thread {
	t := &Thread{Conversation: c, Participants: map[ID]*Participant{}, Spans: map[ID][]Span{}}
	g.Threads[c.ID] = t
	return t
}

// AddParticipant puts a participant in the thread; in the order they joined.
func (t *Thread) AddParticipant(p Participant) {
	if t.Participants[p.User] == nil {
		t.Order = append(t.Order, p.User)
	}
	t.Participants[p.User] = &p
}

// AddSpan puts a span in the thread; oldest first.
func (t *Thread) AddSpan(s Span) {
	if t.Spans == nil {
		t.Spans = map[ID][]Span{}
	}
	t.Spans[s.User] = append(t.Spans[s.User], s)
}

// State is what one decision sees: its own part of the group.
type State struct {
	Need   Need
	Office *Office // nil: no such office
	Thread *Thread // nil: no such conversation in this office
	g      *Group
}

// State gives a decision's view of the group as it stands now.
func (g *Group) State(n Need) *State {
	s := &State{Need: n, Office: g.Offices[n.Office], g: g}
	if t := g.Threads[n.Conversation]; t != nil && t.Conversation.Office == n.Office {
		s.Thread = t
	}
	return s
}

// User is a user of the same office that the need named or that takes part, or nil.
func (s *State) User(id ID) *User {
	if u := s.g.Users[id]; u != nil && u.Office == s.Need.Office {
		return u
	}
	return nil
}

// Actor is the user who acts, or nil.
func (s *State) Actor() *User { return s.User(s.Need.Actor) }

// Earlier is the message that the actor already wrote under the key, or nil.
func (s *State) Earlier() *Message {
	if s.Need.Key == "" {
		return nil
	}
	return s.g.Keys[ClientKey{s.Need.Actor, s.Need.Key}]
}

// Upload is an attachment of the same office that the need named, or nil.
func (s *State) Upload(id ID) *Attachment {
	if a := s.g.Uploads[id]; a != nil && a.Office == s.Need.Office {
		return a
	}
	return nil
}

// Draft is how the actor's draft that the need named stands, or nil.
func (s *State) Draft() *DraftState {
	if d := s.g.Drafts[DraftKey{s.Need.Actor, s.Need.Draft}]; d != nil && d.Office == s.Need.Office {
		return d
	}
	return nil
}

// Taken is the letter that was taken before, or nil.
func (s *State) Taken() *Letter {
	if s.Need.Once == nil {
		return nil
	}
	return s.g.Letters[*s.Need.Once]
}

// AuthorsBetween gives everybody but the reader who wrote something after After up to Through that contacts see too, and whether anybody
// but the reader wrote anything there at all that the reader sees.
func (s *State) AuthorsBetween(reader ID, after, through Position) (public map[ID]bool, any bool) {
	public = s.written(reader, ForAll, after, through).authors
	u := s.User(reader)
	notes := u != nil && u.View() == StaffView && len(s.written(reader, ForStaff, after, through).authors) > 0
	return public, len(public) > 0 || notes
}

// written is who but the reader wrote for an audience in a stretch, and where that begins and ends.
type written struct {
	authors     map[ID]bool
	first, last Position
}

// written looks at the stretch after After up to Through. Somebody who wrote before and after it may have written in it too, but only their first
// and last message are sure.
func (s *State) written(reader ID, to Audience, after, through Position) written {
	w := written{authors: map[ID]bool{}}
	for _, a := range s.g.Authored {
		if !s.concerns(a, reader, to) {
			continue
		}
		for _, p := range []Position{a.First, a.Last} {
			if p <= after || p > through {
				continue
			}
			if len(w.authors) == 0 || p < w.first {
				w.first = p
			}
			w.last = max(w.last, p)
			w.authors[a.Author] = true
		}
	}
	return w
}

// concerns says whether it is about what somebody but the reader wrote for the audience, in the conversation.
func (s *State) concerns(a Authored, reader ID, to Audience) bool {
	return a.Conversation == s.Need.Conversation && (a.Reader.IsZero() || a.Reader == reader) && a.Author != reader && a.Audience == to
}

// Apply works a decision's effects into the group, so that the next decision sees them, and gives every event its numbers. i tells
// the decisions of the group apart. An error is a defect: the effects name what was not loaded.
func (g *Group) Apply(i int, n Need, e Effects) error {
	if err := g.check(n, e); err != nil {
		return err
	}
	g.applyConversation(e)
	g.applyParticipants(e)
	for _, m := range e.Messages {
		g.applyMessage(m)
	}
	for _, l := range e.Letters {
		g.Letters[l.Once] = &l
	}
	for _, d := range e.Drafts {
		g.Drafts[DraftKey{d.Author, d.ID}] = &DraftState{Office: d.Office, Author: d.Author, ID: d.ID, Conversation: d.Conversation, Gone: true}
	}
	g.out.add(e)
	for _, ev := range e.Events {
		g.told[i] = append(g.told[i], g.number(n.Office, ev))
	}
	return nil
}

// Run lets a decision see the group and works its effects in. An error, or a panic, is that decision's own, and leaves the group as
// it was; i tells the decisions of the group apart.
func (g *Group) Run(i int, d Decision) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("decision panicked: %v\n%s", p, debug.Stack())
		}
	}()
	e, err := d.Decide(g.State(d.Need))
	if err != nil {
		return err
	}
	return g.Apply(i, d.Need, e)
}

// check refuses effects on rows that are not locked, or that the need did not ask for.
func (g *Group) check(n Need, e Effects) error {
	for _, ev := range e.Events {
		for _, u := range slices.Concat(ev.Staff, ev.Contacts) {
			if g.Streams[u] == nil {
				return fmt.Errorf("event %s for user %s, whose stream is not locked", ev.Type, u)
			}
		}
	}
	for _, p := range e.Participants {
		if !g.holds(p.Conversation, e) {
			return fmt.Errorf("participant of conversation %s, which is not locked", p.Conversation)
		}
	}
	for _, s := range e.Spans {
		if !g.holds(s.Conversation, e) {
			return fmt.Errorf("span of conversation %s, which is not locked", s.Conversation)
		}
		if s.Conversation == n.Conversation && !n.Spans {
			return fmt.Errorf("span of conversation %s, whose spans were not asked for", s.Conversation)
		}
	}
	return nil
}

// holds says whether the conversation is locked, or about to be made by the effects.
func (g *Group) holds(conversation ID, e Effects) bool {
	return g.Threads[conversation] != nil || e.Conversation != nil && e.Conversation.ID == conversation
}

func (g *Group) applyConversation(e Effects) {
	if e.Conversation == nil {
		return
	}
	c := *e.Conversation
	t := g.Threads[c.ID]
	if t == nil {
		g.AddThread(c)
		g.moved[c.ID] = false
		g.out.NewConversations = append(g.out.NewConversations, c.ID)
		return
	}
	moved, changed := g.moved[c.ID]
	if !changed {
		g.out.ChangedConversations = append(g.out.ChangedConversations, c.ID)
	}
	g.moved[c.ID] = (moved || !changed) && onlyMoved(t.Conversation, c)
	t.Conversation = c
}

func (g *Group) applyParticipants(e Effects) {
	for _, p := range e.Participants {
		t := g.Threads[p.Conversation]
		g.note(Seat{p.Conversation, p.User}, t.Participants[p.User], &p)
		t.AddParticipant(p)
	}
	for _, s := range e.Spans {
		g.Threads[s.Conversation].setSpan(s)
	}
}

func (t *Thread) setSpan(s Span) {
	spans := t.Spans[s.User]
	for i := range spans {
		if spans[i].After == s.After && spans[i].Open {
			spans[i] = s
			return
		}
	}
	t.AddSpan(s)
}

func (g *Group) applyMessage(m Message) {
	if m.Key != "" {
		g.Keys[ClientKey{m.Author.ID, m.Key}] = &m
	}
	for _, a := range m.Attachments {
		taken := a
		g.Uploads[a.ID] = &taken
	}
	if m.Counts() {
		g.Authored = append(g.Authored, Authored{
			Conversation: m.Conversation, Author: m.Author.ID, Audience: m.Audience, First: m.Position, Last: m.Position,
		})
	}
}

func (g *Group) number(office ID, ev Event) Told {
	t := Told{Event: ev, Office: office}
	t.Staff = g.next(ev.Staff, ev)
	t.Contacts = g.next(ev.Contacts, ev)
	return t
}

func (g *Group) next(users []ID, ev Event) []Heard {
	heard := make([]Heard, len(users))
	for i, u := range users {
		s := g.Streams[u]
		s.Number++
		heard[i] = Heard{User: u, Place: s.Place}
		g.out.Events = append(g.out.Events, StreamEvent{
			User: u, Number: s.Number, Type: ev.Type, Conversation: ev.Conversation, Position: ev.Position, Subject: ev.Subject,
		})
	}
	return heard
}

// Listeners are the users whose streams grew, in the order of their ids: the order of locks.
func (g *Group) Listeners() []ID {
	seen := map[ID]bool{}
	var users []ID
	for _, e := range g.out.Events {
		if !seen[e.User] {
			seen[e.User] = true
			users = append(users, e.User)
		}
	}
	slices.SortFunc(users, func(a, b ID) int { return slices.Compare(a[:], b[:]) })
	return users
}

// Told gives decision i's events with everybody's numbers. The store has put the badges of after the group into Streams.
func (g *Group) Told(i int) []Told {
	for _, t := range g.told[i] {
		for _, heard := range [][]Heard{t.Staff, t.Contacts} {
			for j := range heard {
				heard[j].Badge = g.Streams[heard[j].User].Badge
			}
		}
	}
	return g.told[i]
}

// AllTold gives the events of every decision of the group, in the order of their numbers.
func (g *Group) AllTold() []Told {
	var all []Told
	for _, i := range slices.Sorted(maps.Keys(g.told)) {
		all = append(all, g.Told(i)...)
	}
	return all
}
