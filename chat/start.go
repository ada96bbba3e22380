package chat

import (
	"context"
	"errors"
	"slices"
	"time"
)

// StartRequest is a conversation about to begin, with its first message.
type StartRequest struct {
	To           []ID   // users; of staff, teams and circles too
	CC           []ID   // the same, of staff alone: staff join, contacts get a copy each (F5)
	Audience     Spread // empty: not said
	Title        string
	Important    bool
	Key          string
	HTML         string
	Attachments  []ID
	Secure       bool
	Unsigned     bool  // without the author's signature
	Drafted      bool  // Key is the id of a draft of the author's, which goes with the message
	DraftVersion int64 // as with [SendRequest]
	BCC          *bool // as with [SendRequest]
}

// Started is a conversation that has begun. Row and Place are of one snapshot.
type Started struct {
	Row     Row
	Message Message
	Place   Place
}

// Start begins a conversation. The same key with the same content gives the first answer.
func (s *Service) Start(ctx context.Context, a Actor, r StartRequest) (Started, error) {
	o, err := s.opening(ctx, a, r)
	if err != nil {
		return Started{}, err
	}
	var first Message
	if len(o.copied) > 0 {
		first, err = s.startCopied(ctx, a, o)
	} else {
		_, err = s.decide(ctx, o.decision(a, &first))
	}
	if err != nil {
		return Started{}, err
	}
	page, err := s.Conversation(ctx, a, first.Conversation)
	return Started{Row: page.Row, Message: first.For(a.View), Place: page.Stream.Place}, err
}

// opening bounds and cleans what a conversation begins with.
func (s *Service) opening(ctx context.Context, a Actor, r StartRequest) (o opening, err error) {
	if o.title, err = cleanTitle(r.Title); err != nil {
		return o, err
	}
	if o.addressees, err = s.addressees(ctx, a, r.To, r.CC); err != nil {
		return o, err
	}
	switch {
	case len(o.to) == 0:
		return o, Refuse(Invalid, "Choose at least one person to write to.").About("to")
	case len(o.to)+len(o.cc) >= MaxParticipants:
		return o, Refuse(TooLarge, "A conversation has at most 500 participants.").About("to")
	case len(o.copied) > MaxCopied:
		return o, errManyCopied.About("cc")
	}
	text, err := s.prepare(r.Key, r.HTML, r.Attachments)
	if err != nil {
		return o, err
	}
	draft, err := draftOf(r.Key, r.Drafted, r.DraftVersion)
	if err != nil {
		return o, err
	}
	o.conversation, o.spread, o.named = s.NewID(), r.Audience, slices.Concat(r.To, []ID{{}}, r.CC)
	o.posting = posting{
		text: text, draft: draft, key: r.Key, important: r.Important, uploads: r.Attachments, secure: r.Secure, unsigned: r.Unsigned,
		bcc: r.BCC, undo: s.UndoFor,
		via: ViaBrowser, id: s.NewID(), at: s.now(), newID: s.NewID,
	}
	return o, nil
}

// startCopied begins a conversation, and the copies of its first message, in one transaction.
func (s *Service) startCopied(ctx context.Context, a Actor, o opening) (first Message, err error) {
	err = s.update(ctx, func(tx Tx) error {
		d := o.decision(a, &first)
		c := copier{actor: a, at: o.at, undo: o.undo, newID: o.newID, needs: []Need{d.Need}}
		for _, id := range o.copied {
			c.targets = append(c.targets, c.target(id))
		}
		files, err := uploaded(ctx, tx, a.Office, o.uploads)
		if err != nil {
			return err
		}
		if err := c.load(ctx, tx, a.User, files); err != nil {
			return err
		}
		if err := c.group.Run(0, d); err != nil {
			return err
		}
		if c.group.Writes().Empty() {
			return errBegun
		}
		return c.make(ctx, tx, first)
	})
	if errors.Is(err, errBegun) {
		err = nil
	}
	return first, err
}

// errBegun: the conversation was started before, with its copies; nothing of this attempt is to stay.
var errBegun = errors.New("the conversation was started before")

// uploaded gives the files that are there; the decision refuses those that are not, or are not the actor's.
func uploaded(ctx context.Context, tx Tx, office ID, ids []ID) (files []Attachment, err error) {
	for _, id := range ids {
		f, err := tx.Attachment(ctx, office, id)
		if err != nil && KindOf(err) != NotFound {
			return nil, err
		}
		if f != nil {
			files = append(files, *f)
		}
	}
	return files, nil
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
	addressees
	named        []ID // as To and CC named them
	spread       Spread
	title        string
	conversation ID
}

// decision is the rule with what it must see; first is the message it makes, or made before.
func (o opening) decision(a Actor, first *Message) Decision {
	return Decision{
		Need: Need{Office: a.Office, Actor: a.User, Users: slices.Concat(o.to, o.cc), Key: o.key, Uploads: o.uploads, Draft: o.draft.need()},
		Decide: func(st *State) (e Effects, err error) {
			*first, e, err = decideStart(st, o)
			return e, err
		},
	}
}

// startHash also covers whom it was named for and under which title, so that a key cannot stand for another conversation.
func (o *opening) startHash() [32]byte {
	p := o.posting
	p.text.html = o.title + "\x00" + string(o.spread) + "\x00" + p.text.html
	p.uploads = slices.Concat(p.uploads, []ID{{}}, o.named)
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
	besides, err := st.recipients(actor, o.cc)
	if err != nil {
		return Message{}, Effects{}, err
	}
	if err := spread(people, o.spread); err != nil {
		return Message{}, Effects{}, err
	}
	seats := []sitting{{user: actor}}
	for _, u := range people {
		seats = append(seats, sitting{user: u})
	}
	for _, u := range besides {
		seats = append(seats, sitting{user: u, cc: true})
	}
	w := st.open(Conversation{
		Office: actor.Office, ID: o.conversation, Kind: Ordinary, Title: o.title, Important: o.important,
		State: Open, StartedBy: actor.ID, StartedAt: o.at, ActiveAt: o.at, ActivePublic: o.at, Copies: len(o.copied),
	}, seats)
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

// sitting is how somebody takes part in a conversation from its start.
type sitting struct {
	user    *User
	cc      bool
	beneath bool
}

// open begins a conversation in the state itself, so that what follows finds it there, and tells everybody of it.
func (s *State) open(c Conversation, seats []sitting) *writing {
	s.Thread = &Thread{Conversation: c, Participants: map[ID]*Participant{}, Spans: map[ID][]Span{}}
	w := write(s)
	for _, seat := range seats {
		p := Participant{
			Conversation: c.ID, User: seat.user.ID, CC: seat.cc, Beneath: seat.beneath, Active: true, JoinedAt: c.StartedAt, ActiveAt: c.StartedAt,
		}
		s.Thread.AddParticipant(p)
		w.people[p.User] = p
		w.effects.Spans = append(w.effects.Spans, Span{Conversation: c.ID, User: p.User, Open: true, OpenedAt: c.StartedAt})
	}
	w.tellSeated(seats)
	return w
}

// tellSeated tells of the conversation that has begun: all who stand alike in it by one event.
func (w *writing) tellSeated(seats []sitting) {
	sum := w.s.summary(w.conv)
	for _, beneath := range []bool{true, false} {
		ev := Event{Type: ConversationJoined, Conversation: w.conv.ID, Body: Body{Row: &Row{
			Summary: sum,
			Standing: Participant{
				Conversation: w.conv.ID, Active: true, JoinedAt: w.conv.StartedAt, ActiveAt: w.conv.StartedAt, Beneath: beneath,
			},
		}}}
		for _, seat := range seats {
			if seat.beneath == beneath {
				ev = ev.tellOne(seat.user)
			}
		}
		if len(ev.Staff)+len(ev.Contacts) > 0 {
			w.effects.Events = append(w.effects.Events, ev)
		}
	}
}

// audit adds an entry to the audit log.
func (w *writing) audit(id ID, at time.Time, actor *User, act Act, object ID, detail string) {
	entry := AuditEntry{Office: w.conv.Office, ID: id, At: at, Act: act, Object: object, Detail: detail}
	if actor != nil {
		entry.Actor = actor.ID
	}
	w.effects.Audit = append(w.effects.Audit, entry)
}
