package chat

import (
	"context"
	"time"
)

// Greeting is what a connection begins with, all of one snapshot.
type Greeting struct {
	Stream  Stream
	At      time.Time
	Resumes bool // the client's `since` can be continued
}

// Greet says where the actor's stream stands, and whether a client that has worked in everything up to since can go on from there:
// not from another epoch, not from the future, not from before what is kept. Unsigned: the session has ended meanwhile.
func (s *Service) Greet(ctx context.Context, a Actor, since *Place) (g Greeting, err error) {
	g.At = s.now()
	err = s.look(ctx, a, func(rd Reader) error {
		if g.Stream, err = rd.Stream(ctx, a.User); err != nil {
			return err
		}
		running, err := rd.Sessions(ctx, a.Office, a.User)
		if err != nil {
			return err
		}
		if !a.Session.IsZero() && !containsSession(running, a.Session) {
			return errNoSession // it ended after it was asked for
		}
		if since == nil || since.Epoch != g.Stream.Epoch || since.Number > g.Stream.Number {
			return nil
		}
		_, oldest, err := rd.Events(ctx, a.User, since.Number, 1)
		g.Resumes = err == nil && since.Number+1 >= oldest
		return err
	})
	return g, err
}

// Shown is an event of one's own stream, as things stand now. Skipped: today's rights show it no longer.
type Shown struct {
	StreamEvent
	Skipped bool
	Body    Body
}

// Following is a stretch of a stream.
type Following struct {
	Events []Shown // ascending, without gaps from After+1 on
	Stream Stream  // where the stream stands in the same snapshot
	Gap    bool    // what follows After is no longer kept: the client must reload
}

// Follow gives what came after a number in the user's own stream, at most limit events, as things stand today.
func (s *Service) Follow(ctx context.Context, office, user ID, after int64, limit int) (f Following, err error) {
	err = s.Store.View(ctx, func(rd Reader) error {
		u, err := rd.User(ctx, office, user)
		if err != nil {
			return err
		}
		if f.Stream, err = rd.Stream(ctx, user); err != nil {
			return err
		}
		events, oldest, err := rd.Events(ctx, user, after, limit)
		if err != nil {
			return err
		}
		f.Gap = after+1 < oldest && after < f.Stream.Number
		f.Events, err = show(ctx, rd, u, events)
		return err
	})
	return f, err
}

// showing is what a stretch of events refers to, loaded in a few queries.
type showing struct {
	user     *User
	spans    map[ID][]Span
	messages map[MessagePlace]*Message
	sums     map[ID]*Summary
	rows     map[ID]*Row
	receipts map[MessagePlace][]ReceiptShown
}

func show(ctx context.Context, rd Reader, u *User, events []StreamEvent) ([]Shown, error) {
	sh, err := gather(ctx, rd, u, events)
	if err != nil {
		return nil, err
	}
	list := make([]Shown, 0, len(events))
	for _, ev := range events {
		body, ok := sh.body(ev)
		if !ok || !ev.Type.personal() && mayMessage(u) != nil {
			body, ok = Body{}, false
		}
		if u.View() != StaffView {
			ev.Position = ev.Position.Public()
		}
		list = append(list, Shown{StreamEvent: ev, Skipped: !ok, Body: body.For(u.View())})
	}
	return list, nil
}

func gather(ctx context.Context, rd Reader, u *User, events []StreamEvent) (*showing, error) {
	sh := &showing{user: u, rows: map[ID]*Row{}, receipts: map[MessagePlace][]ReceiptShown{}}
	var conversations []ID
	var places []MessagePlace
	for _, ev := range events {
		if !ev.Conversation.IsZero() {
			conversations = append(conversations, ev.Conversation)
		}
		if ev.Type == MessageCreated {
			places = append(places, MessagePlace{ev.Conversation, ev.Position})
		}
	}
	conversations = unique(conversations)
	var err error
	if sh.spans, err = rd.Spans(ctx, u.Office, u.ID, conversations); err != nil {
		return nil, err
	}
	if sh.sums, err = rd.Summaries(ctx, u.Office, conversations); err != nil {
		return nil, err
	}
	if sh.messages, err = rd.MessagesAt(ctx, u.Office, places); err != nil {
		return nil, err
	}
	return sh, sh.gatherRest(ctx, rd, events)
}

// gatherRest loads what is asked for one by one: own rows and receipts, which a resume holds few of.
func (sh *showing) gatherRest(ctx context.Context, rd Reader, events []StreamEvent) error {
	a := Actor{Office: sh.user.Office, User: sh.user.ID, View: sh.user.View()}
	for _, ev := range events {
		switch ev.Type {
		case ConversationJoined, CursorMoved:
			if _, done := sh.rows[ev.Conversation]; done {
				continue
			}
			row, err := oneRow(ctx, rd, a, ev.Conversation)
			if err != nil && KindOf(err) != NotFound {
				return err
			}
			sh.rows[ev.Conversation] = row
		case ReceiptCreated:
			place := MessagePlace{ev.Conversation, ev.Position}
			if _, done := sh.receipts[place]; done {
				continue
			}
			list, err := rd.Receipts(ctx, sh.user.Office, ev.Conversation, ev.Position-1, ev.Position)
			if err != nil {
				return err
			}
			sh.receipts[place] = list
		}
	}
	return nil
}

// body gives what an event shows today, or false when today's rights do not show it.
func (sh *showing) body(ev StreamEvent) (Body, bool) {
	access := Access{View: sh.user.View(), Spans: sh.spans[ev.Conversation]}
	switch ev.Type {
	case MessageCreated:
		m := sh.messages[MessagePlace{ev.Conversation, ev.Position}]
		return Body{Message: m}, m != nil && access.Sees(m.Position, m.Audience)
	case ConversationJoined:
		row := sh.rows[ev.Conversation]
		return Body{Row: row}, row != nil && row.Standing.Active
	case ConversationChanged:
		sum := sh.sums[ev.Conversation]
		return Body{Summary: sum}, sum != nil && sum.active(sh.user.ID)
	case ConversationLeft:
		return Body{Left: ev.Conversation}, true
	case CursorMoved:
		row := sh.rows[ev.Conversation]
		if row == nil {
			return Body{}, false
		}
		return Body{Cursor: &row.Standing}, true
	case ReceiptCreated:
		return sh.receiptBody(ev, access)
	case SessionEnded, RightsChanged:
		return Body{}, true
	}
	return Body{}, false
}

func (sh *showing) receiptBody(ev StreamEvent, access Access) (Body, bool) {
	for _, r := range sh.receipts[MessagePlace{ev.Conversation, ev.Position}] {
		if r.Reader.ID == ev.Subject && r.Through == ev.Position && access.Any() {
			return Body{Receipt: &r}, true
		}
	}
	return Body{}, false
}

func (s *Summary) active(user ID) bool {
	for _, m := range s.Members {
		if m.User == user {
			return m.Active
		}
	}
	return false
}

// Heads gives the heads of many users' streams at once, for the hub's comparison.
func (s *Service) Heads(ctx context.Context, users []ID) (map[ID]Place, error) {
	return s.Store.Heads(ctx, users)
}

// Company is who may see a passing sign, and of whom it tells.
type Company struct {
	Person   Person
	Staff    []ID
	Contacts []ID
}

// SignTo says who may see that the actor is typing or viewing: the others in the conversation now, staff alone for a note.
func (s *Service) SignTo(ctx context.Context, a Actor, conversation ID, to Audience) (c Company, err error) {
	if to == ForStaff && a.View != StaffView {
		return Company{}, Refuse(Forbidden, "Only staff write internal notes.")
	}
	err = s.look(ctx, a, func(rd Reader) error {
		sums, err := rd.Summaries(ctx, a.Office, []ID{conversation})
		if err != nil {
			return err
		}
		sum := sums[conversation]
		if sum == nil || !sum.active(a.User) {
			return errNoConversation
		}
		c = sum.company(a.User, to)
		return nil
	})
	return c, err
}

func (s *Summary) company(of ID, to Audience) (c Company) {
	for _, m := range s.Members {
		switch {
		case m.User == of:
			c.Person = m.Person
		case !m.Active || !to.Includes(m.Person.View):
		case m.Person.View == StaffView:
			c.Staff = append(c.Staff, m.User)
		default:
			c.Contacts = append(c.Contacts, m.User)
		}
	}
	return c
}
