package chat

import (
	"context"
	"slices"
	"time"
)

// StartRequest is a conversation about to begin, with its first message.
type StartRequest struct {
	To          []ID
	Audience    Spread // empty: not said
	Title       string
	Important   bool
	Key         string
	HTML        string
	Attachments []ID
	Secure      bool
	Unsigned    bool // without the author's signature
	Drafted     bool // Key is the id of a draft of the author's, which goes with the message
}

// Started is a conversation that has begun. Row and Place are of one snapshot.
type Started struct {
	Row     Row
	Message Message
	Place   Place
}

// Start begins a conversation. The same key with the same content gives the first answer.
func (s *Service) Start(ctx context.Context, a Actor, r StartRequest) (Started, error) {
	title, err := cleanTitle(r.Title)
	if err != nil {
		return Started{}, err
	}
	to := slices.DeleteFunc(unique(r.To), func(id ID) bool { return id == a.User })
	switch {
	case len(to) == 0:
		return Started{}, Refuse(Invalid, "Choose at least one person to write to.").About("to")
	case len(to) >= MaxParticipants:
		return Started{}, Refuse(TooLarge, "A conversation has at most 500 participants.").About("to")
	}
	text, err := s.prepare(r.Key, r.HTML, r.Attachments)
	if err != nil {
		return Started{}, err
	}
	draft, err := draftOf(r.Key, r.Drafted)
	if err != nil {
		return Started{}, err
	}
	o := opening{
		to: to, spread: r.Audience, title: title, conversation: s.NewID(),
		posting: posting{
			text: text, draft: draft, key: r.Key, important: r.Important, uploads: r.Attachments, secure: r.Secure, unsigned: r.Unsigned,
			via: ViaBrowser, id: s.NewID(), at: s.now(), newID: s.NewID,
		},
	}
	var first Message
	_, err = s.decide(ctx, Decision{
		Need: Need{Office: a.Office, Actor: a.User, Users: to, Key: r.Key, Uploads: r.Attachments},
		Decide: func(st *State) (e Effects, err error) {
			first, e, err = decideStart(st, o)
			return e, err
		},
	})
	if err != nil {
		return Started{}, err
	}
	page, err := s.Conversation(ctx, a, first.Conversation)
	return Started{Row: page.Row, Message: first.For(a.View), Place: page.Stream.Place}, err
}

// unique keeps the first of each.
func unique[T comparable](list []T) []T {
	seen := map[T]bool{}
	return slices.DeleteFunc(slices.Clone(list), func(id T) bool {
		was := seen[id]
		seen[id] = true
		return was
	})
}

// opening is a conversation ready to be decided on.
type opening struct {
	posting
	to           []ID
	spread       Spread
	title        string
	conversation ID
}

// startHash also covers to whom and under which title, so that a key cannot stand for another conversation.
func (o *opening) startHash() [32]byte {
	p := o.posting
	p.text.html = o.title + "\x00" + string(o.spread) + "\x00" + p.text.html
	p.uploads = slices.Concat(p.uploads, []ID{{}}, o.to)
	return p.sentHash(ID{})
}

// decideStart is the rule of starting.
func decideStart(st *State, o opening) (Message, Effects, error) {
	hash := o.startHash()
	if first, err := repeat(st, hash); first != nil || err != nil {
		return deref(first), Effects{}, err
	}
	actor := st.Actor()
	if err := mayMessage(actor); err != nil {
		return Message{}, Effects{}, err
	}
	people, err := st.recipients(actor, o.to)
	if err != nil {
		return Message{}, Effects{}, err
	}
	if err := spread(people, o.spread); err != nil {
		return Message{}, Effects{}, err
	}
	w := st.open(Conversation{
		Office: actor.Office, ID: o.conversation, Kind: Ordinary, Title: o.title, Important: o.important,
		StartedBy: actor.ID, StartedAt: o.at, ActiveAt: o.at, ActivePublic: o.at,
	}, append([]*User{actor}, people...))
	m, err := w.post(actor, o.posting, hash)
	w.audit(o.newID(), o.at, actor, ActStarted, o.conversation, "")
	return m, w.done(), err
}

// recipients are the users named, all of whom the actor may write to.
func (s *State) recipients(actor *User, ids []ID) ([]*User, error) {
	var people []*User
	for _, id := range ids {
		u := s.User(id)
		if err := mayWriteTo(actor, u); err != nil {
			return nil, err
		}
		people = append(people, u)
	}
	return people, nil
}

// open begins a conversation in the state itself, so that what follows finds it there, and tells everybody of it.
func (s *State) open(c Conversation, people []*User) *writing {
	s.Thread = &Thread{Conversation: c, Participants: map[ID]*Participant{}, Spans: map[ID][]Span{}}
	w := write(s)
	joined := Event{Type: ConversationJoined, Conversation: c.ID}
	for _, u := range people {
		p := Participant{Conversation: c.ID, User: u.ID, Active: true, JoinedAt: c.StartedAt, ActiveAt: c.StartedAt}
		s.Thread.AddParticipant(p)
		w.people[u.ID] = p
		w.effects.Spans = append(w.effects.Spans, Span{Conversation: c.ID, User: u.ID, Open: true, OpenedAt: c.StartedAt})
		joined = joined.tellOne(u)
	}
	joined.Body.Row = &Row{
		Summary:  s.summary(c),
		Standing: Participant{Conversation: c.ID, Active: true, JoinedAt: c.StartedAt, ActiveAt: c.StartedAt},
	}
	w.effects.Events = append(w.effects.Events, joined)
	return w
}

// audit adds an entry to the audit log.
func (w *writing) audit(id ID, at time.Time, actor *User, act Act, object ID, detail string) {
	entry := AuditEntry{Office: w.conv.Office, ID: id, At: at, Act: act, Object: object, Detail: detail}
	if actor != nil {
		entry.Actor = actor.ID
	}
	w.effects.Audit = append(w.effects.Audit, entry)
}
