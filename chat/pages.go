package chat

import (
	"context"
	"slices"
	"time"
)

// PageRequest asks for a stretch of a conversation: around, before or after a position, or around the first message since a time; none of them: the newest.
type PageRequest struct {
	Conversation ID
	Before       Position
	After        *Position
	Around       Position
	Since        time.Time
	Limit        int
}

// MessagesPage is a stretch of a conversation, ascending, of one snapshot, with the receipts that the actor may see.
type MessagesPage struct {
	Messages   []Message
	Receipts   []ReceiptShown
	MoreBefore bool
	MoreAfter  bool
	Stream     Stream
}

// Messages gives a stretch of a conversation, as far as the actor may read it.
func (s *Service) Messages(ctx context.Context, a Actor, r PageRequest) (page MessagesPage, err error) {
	err = s.look(ctx, a, func(rd Reader) error {
		access, err := accessTo(ctx, rd, a, r.Conversation)
		if err != nil {
			return err
		}
		if page.Stream, err = rd.Stream(ctx, a.User); err != nil {
			return err
		}
		q := MessageQuery{Office: a.Office, Conversation: r.Conversation, Access: access}
		if err := page.read(ctx, rd, q, r); err != nil {
			return err
		}
		for i := range page.Messages {
			page.Messages[i] = page.Messages[i].For(a.View)
		}
		page.Receipts, err = receiptsFor(ctx, rd, a, r.Conversation, access, page.Messages)
		return err
	})
	return page, err
}

// accessTo is what the actor may read of the conversation; nobody who was never in it learns that it exists.
func accessTo(ctx context.Context, rd Reader, a Actor, conversation ID) (Access, error) {
	spans, err := rd.Spans(ctx, a.Office, a.User, []ID{conversation})
	if err != nil {
		return Access{}, err
	}
	access := Access{View: a.View, Spans: spans[conversation]}
	if !access.Any() {
		return Access{}, errNoConversation
	}
	return access, nil
}

// read fills the page; it asks for one more than it shows, to know whether there is more.
func (p *MessagesPage) read(ctx context.Context, rd Reader, q MessageQuery, r PageRequest) error {
	limit := pageSize(r.Limit)
	if !r.Since.IsZero() {
		var err error
		if r.Around, err = firstSince(ctx, rd, q, r.Since); err != nil {
			return err
		}
	}
	if r.Around != 0 {
		older, newer := q, q
		older.Before, older.Limit = r.Around, limit/2+1
		newer.After, newer.Limit = r.Around-1, limit-limit/2+1
		return p.join(ctx, rd, older, newer)
	}
	q.Limit = limit + 1
	forward := r.After != nil
	if forward {
		q.After = *r.After
	} else {
		q.Before = r.Before
	}
	messages, err := page(ctx, rd, q, forward)
	if err != nil {
		return err
	}
	more := len(messages) > limit
	switch {
	case more && forward:
		messages = messages[:limit]
	case more:
		messages = messages[1:]
	}
	p.Messages = messages
	p.MoreBefore = more && !forward || forward && *r.After != 0
	p.MoreAfter = more && forward || !forward && r.Before != 0
	return nil
}

func page(ctx context.Context, rd Reader, q MessageQuery, forward bool) ([]Message, error) {
	q.Forward = forward
	return rd.Messages(ctx, q)
}

func (p *MessagesPage) join(ctx context.Context, rd Reader, older, newer MessageQuery) error {
	before, err := page(ctx, rd, older, false)
	if err != nil {
		return err
	}
	after, err := page(ctx, rd, newer, true)
	if err != nil {
		return err
	}
	if p.MoreBefore = len(before) == older.Limit; p.MoreBefore {
		before = before[1:]
	}
	if p.MoreAfter = len(after) == newer.Limit; p.MoreAfter {
		after = after[:len(after)-1]
	}
	p.Messages = slices.Concat(before, after)
	return nil
}

// receiptsFor gives the receipts over the messages that the actor may see: staff all, a contact those of messages of their own (F20). Nobody hears
// of what was read after they left.
func receiptsFor(ctx context.Context, rd Reader, a Actor, conversation ID, access Access, messages []Message) ([]ReceiptShown, error) {
	if len(messages) == 0 {
		return nil, nil
	}
	left, err := leftAt(ctx, rd, a, conversation, access)
	if err != nil {
		return nil, err
	}
	all, err := rd.Receipts(ctx, a.Office, conversation, messages[0].Position-1, messages[len(messages)-1].Position)
	if err != nil {
		return nil, err
	}
	var shown []ReceiptShown
	for _, r := range all {
		r = r.For(a.View)
		if (left.IsZero() || !r.At.After(left)) && (a.View == StaffView || r.concerns(a.User, messages)) {
			shown = append(shown, r)
		}
	}
	return shown, nil
}

// concerns says whether somebody else read one of the author's messages by the receipt.
func (r *ReceiptShown) concerns(author ID, messages []Message) bool {
	return r.Reader.ID != author && slices.ContainsFunc(messages, func(m Message) bool {
		return m.Counts() && m.Author.ID == author && m.Position > r.After && m.Position <= r.Through
	})
}

// Folded gives what was folded away of a letter that became the conversation's message: quotes and signature, as text.
func (s *Service) Folded(ctx context.Context, a Actor, conversation, message ID) (text string, err error) {
	err = s.look(ctx, a, func(rd Reader) error {
		m, err := visibleIn(ctx, rd, a, conversation, message)
		if err != nil {
			return err
		}
		if m.Letter.IsZero() || m.Withdrawn != "" {
			return nil
		}
		l, err := rd.Letter(ctx, a.Office, m.Letter)
		if err == nil {
			text = l.Folded
		}
		return err
	})
	return text, err
}

var errNoMessage = Refuse(NotFound, "There is no such message, or you may not see it.")

// visibleIn gives a message of the conversation that the actor may read.
func visibleIn(ctx context.Context, rd Reader, a Actor, conversation, message ID) (*Message, error) {
	m, err := visible(ctx, rd, a, message)
	if err == nil && m.Conversation != conversation {
		return nil, errNoMessage
	}
	return m, err
}

// visible gives a message that the actor may read.
func visible(ctx context.Context, rd Reader, a Actor, id ID) (*Message, error) {
	m, err := rd.Message(ctx, a.Office, id)
	if KindOf(err) == NotFound {
		return nil, errNoMessage
	}
	if err != nil {
		return nil, err
	}
	access, err := accessTo(ctx, rd, a, m.Conversation)
	if err != nil && KindOf(err) != NotFound {
		return nil, err
	}
	if m.Withdrawn == Undone || !access.Sees(m.Position, m.Audience) {
		return nil, errNoMessage
	}
	return m, nil
}
