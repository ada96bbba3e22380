package storetest

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"time"

	"postern/chat"
)

// Steps between positions: chat counts messages for all in the upper bits, notes below.
const (
	noteStep    chat.Position = 1
	messageStep chat.Position = 1 << 20
)

// position is that of the n-th message for all, from 1.
func position(n int) chat.Position { return chat.Position(n) * messageStep }

// start makes a conversation of the users, the first of whom starts it.
func (p *practice) start(title string, users ...chat.User) chat.ID {
	p.Helper()
	id, at := newID(), p.now()
	p.decide(chat.Decision{
		Need:   chat.Need{Office: users[0].Office, Actor: users[0].ID, Users: ids(users, userID)},
		Decide: func(st *chat.State) (chat.Effects, error) { return decideStart(st, id, title, at, users), nil },
	})
	return id
}

func userID(u chat.User) chat.ID { return u.ID }

func decideStart(st *chat.State, id chat.ID, title string, at time.Time, users []chat.User) chat.Effects {
	e := chat.Effects{Conversation: &chat.Conversation{
		Office: st.Need.Office, ID: id, Kind: chat.Ordinary, Title: title, State: chat.Open, StartedBy: users[0].ID, StartedAt: at,
		ActiveAt: at, ActivePublic: at,
	}}
	for _, u := range users {
		e.Participants = append(e.Participants, chat.Participant{Conversation: id, User: u.ID, Active: true, JoinedAt: at, ActiveAt: at})
		e.Spans = append(e.Spans, chat.Span{Conversation: id, User: u.ID, Open: true, OpenedAt: at})
	}
	e.Events = []chat.Event{to(chat.Event{Type: chat.ConversationJoined, Conversation: id}, users...)}
	return e
}

// to puts users where an event wants them.
func to(ev chat.Event, users ...chat.User) chat.Event {
	for _, u := range users {
		if u.View() == chat.StaffView {
			ev.Staff = append(ev.Staff, u.ID)
		} else {
			ev.Contacts = append(ev.Contacts, u.ID)
		}
	}
	return ev
}

// post is a message to be sent.
type post struct {
	author       chat.User
	conversation chat.ID
	key, text    string
	note         bool
	uploads      []chat.ID
	dueAt        time.Time // of the notices that the others are owed; zero: none
	at           time.Time
	id           chat.ID
	letter       *chat.Letter
	via          chat.Via // empty: browser
}

// send sends a message, which must succeed.
func (p *practice) send(m post) (chat.Message, []chat.Told) {
	p.Helper()
	var sent chat.Message
	told := p.decide(m.decision(p, &sent))
	return sent, told
}

func (m post) decision(p *practice, sent *chat.Message) chat.Decision {
	m.at, m.id = p.now(), newID()
	need := chat.Need{Office: m.author.Office, Conversation: m.conversation, Actor: m.author.ID, Key: m.key, Uploads: m.uploads}
	if m.letter != nil {
		need.Once = &m.letter.Once
	}
	return chat.Decision{Need: need, Decide: func(st *chat.State) (e chat.Effects, err error) {
		*sent, e, err = m.decide(st)
		return e, err
	}}
}

func (m post) decide(st *chat.State) (chat.Message, chat.Effects, error) {
	if _, err := seat(st); err != nil {
		return chat.Message{}, chat.Effects{}, err
	}
	hash := sha256.Sum256([]byte(m.text))
	if first := st.Earlier(); first != nil {
		if first.Sent != hash {
			return chat.Message{}, chat.Effects{}, chat.Refuse(chat.Conflict, "another content")
		}
		return *first, chat.Effects{}, nil
	}
	if m.letter != nil && st.Taken() != nil {
		return chat.Message{}, chat.Effects{}, chat.Refuse(chat.Conflict, "taken before")
	}
	c := st.Thread.Conversation
	msg := chat.Message{
		Office: c.Office, Conversation: c.ID, ID: m.id, Position: m.place(c.Last), Kind: chat.Written, Audience: chat.ForAll,
		Author: m.author.Person(), Via: cmp.Or(m.via, chat.ViaBrowser), HTML: "<p>" + m.text + "</p>", Text: m.text, Key: m.key, At: m.at, Hash: hash,
	}
	if m.key != "" {
		msg.Sent = hash
	}
	if m.note {
		msg.Kind, msg.Audience = chat.Note, chat.ForStaff
	}
	for _, id := range m.uploads {
		a := st.Upload(id)
		if a == nil || !a.Conversation.IsZero() {
			return chat.Message{}, chat.Effects{}, chat.Refuse(chat.Conflict, "no such upload, or it is taken")
		}
		taken := *a
		taken.Conversation, taken.Message, taken.Position, taken.Audience = c.ID, msg.ID, msg.Position, msg.Audience
		msg.Attachments = append(msg.Attachments, taken)
	}
	return msg, m.effects(st, c, msg), nil
}

func (m post) place(last chat.Position) chat.Position {
	if m.note {
		return last + noteStep
	}
	return last.Public() + messageStep
}

func (m post) effects(st *chat.State, c chat.Conversation, msg chat.Message) chat.Effects {
	c.Last, c.Newest, c.ActiveAt, c.Hash = msg.Position, msg.Position, msg.At, msg.Hash
	if !m.note {
		c.NewestPublic, c.ActivePublic = msg.Position, msg.At
	}
	e := chat.Effects{Conversation: &c, Messages: []chat.Message{msg}}
	var hear []chat.User
	for _, id := range st.Thread.Order {
		u, p := st.User(id), *st.Thread.Participants[id]
		if !p.Active || !msg.Audience.Includes(u.View()) {
			continue
		}
		hear = append(hear, *u)
		p.Newest, p.ActiveAt, p.Archived = msg.Position, msg.At, false
		if id != m.author.ID {
			p.NewestOther = msg.Position
			e.Notices = append(e.Notices, m.notices(msg, id)...)
		}
		e.Participants = append(e.Participants, p)
	}
	e.Events = []chat.Event{to(chat.Event{Type: chat.MessageCreated, Conversation: c.ID, Position: msg.Position, Body: chat.Body{Message: &msg}}, hear...)}
	if m.letter != nil {
		l := *m.letter
		l.Conversation, l.Participant, l.Entry = c.ID, m.author.ID, msg.ID
		e.Letters = []chat.Letter{l}
	}
	return e
}

func (m post) notices(msg chat.Message, recipient chat.ID) []chat.Notice {
	if m.dueAt.IsZero() {
		return nil
	}
	return []chat.Notice{{
		Office: msg.Office, ID: newID(), Kind: chat.MessageNotice, Conversation: msg.Conversation, Message: msg.ID,
		Position: msg.Position, Recipient: recipient, After: time.Until(m.dueAt),
	}}
}

// seat is the actor's open seat in the conversation.
func seat(st *chat.State) (chat.Participant, error) {
	if st.Thread == nil || st.Thread.Participants[st.Need.Actor] == nil {
		return chat.Participant{}, chat.Refuse(chat.NotFound, "no such conversation")
	}
	p := *st.Thread.Participants[st.Need.Actor]
	if !p.Active {
		return p, chat.Refuse(chat.Forbidden, "has left")
	}
	return p, nil
}

// opening reads a conversation up to a position, with a receipt. wrote gets the authors that contacts may know of.
func (p *practice) opening(u chat.User, conversation chat.ID, through chat.Position, wrote *[]chat.ID) chat.Decision {
	at := p.now()
	return chat.Decision{
		Need: chat.Need{Office: u.Office, Conversation: conversation, Actor: u.ID, ReadTo: through},
		Decide: func(st *chat.State) (chat.Effects, error) {
			me, err := seat(st)
			if err != nil || through <= me.Opened {
				return chat.Effects{}, err
			}
			public, _ := st.AuthorsBetween(u.ID, me.Opened, through)
			*wrote = nil
			for id := range public {
				*wrote = append(*wrote, id)
			}
			slices.SortFunc(*wrote, compareIDs)
			receipt := chat.Receipt{Conversation: conversation, Reader: u.ID, After: me.Opened, Through: through, At: at}
			me.LastRead, me.Opened = max(me.LastRead, through), through
			return chat.Effects{
				Participants: []chat.Participant{me}, Receipts: []chat.Receipt{receipt},
				Events: []chat.Event{to(chat.Event{Type: chat.CursorMoved, Conversation: conversation}, u)},
			}, nil
		},
	}
}

func compareIDs(a, b chat.ID) int { return slices.Compare(a[:], b[:]) }

// leaving ends a user's span; somebody else may be the actor.
func (p *practice) leaving(actor, u chat.User, conversation chat.ID) chat.Decision {
	at := p.now()
	return chat.Decision{
		Need: chat.Need{Office: u.Office, Conversation: conversation, Actor: actor.ID, Spans: true},
		Decide: func(st *chat.State) (chat.Effects, error) {
			if _, err := seat(st); err != nil {
				return chat.Effects{}, err
			}
			them := *st.Thread.Participants[u.ID]
			spans := st.Thread.Spans[u.ID]
			span := spans[len(spans)-1]
			span.Open, span.Through = false, st.Thread.Conversation.Last
			them.Active, them.LeftAt, them.LeftTitle = false, at, st.Thread.Conversation.Title
			return chat.Effects{
				Participants: []chat.Participant{them}, Spans: []chat.Span{span}, Revoked: []chat.Seat{{Conversation: conversation, User: u.ID}},
				Events: []chat.Event{to(chat.Event{Type: chat.ConversationLeft, Conversation: conversation, Body: chat.Body{Left: conversation}}, u)},
			}, nil
		},
	}
}

// adding opens a new span after the conversation's last entry for somebody who left or never was there.
func (p *practice) adding(actor, u chat.User, conversation chat.ID) chat.Decision {
	at := p.now()
	return chat.Decision{
		Need: chat.Need{Office: u.Office, Conversation: conversation, Actor: actor.ID, Spans: true, Users: []chat.ID{u.ID}},
		Decide: func(st *chat.State) (chat.Effects, error) {
			if _, err := seat(st); err != nil {
				return chat.Effects{}, err
			}
			last := st.Thread.Conversation.Last
			them := chat.Participant{Conversation: conversation, User: u.ID, JoinedAt: at, LastRead: last, Opened: last}
			if before := st.Thread.Participants[u.ID]; before != nil {
				them = *before
				them.LastRead, them.Opened, them.LeftAt, them.LeftTitle = last, last, time.Time{}, ""
			}
			them.Active, them.ActiveAt = true, at
			return chat.Effects{
				Participants: []chat.Participant{them},
				Spans:        []chat.Span{{Conversation: conversation, User: u.ID, After: last, Open: true, OpenedAt: at}},
				Events:       []chat.Event{to(chat.Event{Type: chat.ConversationJoined, Conversation: conversation}, u)},
			}, nil
		},
	}
}

// change rewrites a user's own row.
func (p *practice) change(u chat.User, conversation chat.ID, rewrite func(*chat.Participant)) []chat.Told {
	p.Helper()
	return p.decide(chat.Decision{
		Need: chat.Need{Office: u.Office, Conversation: conversation, Actor: u.ID},
		Decide: func(st *chat.State) (chat.Effects, error) {
			me, err := seat(st)
			rewrite(&me)
			return chat.Effects{
				Participants: []chat.Participant{me},
				Events:       []chat.Event{to(chat.Event{Type: chat.CursorMoved, Conversation: conversation}, u)},
			}, err
		},
	})
}
