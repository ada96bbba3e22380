package chat

import (
	"cmp"
	"context"
	"errors"
	"slices"
)

// A copy (F5) is a conversation of its own, of one contact with the staff of the original. The contact sees an ordinary conversation; staff see
// it beneath the original until somebody writes in it.

// Limits of copies.
const (
	MaxCopied = 200 // contacts at once
	MaxCopies = 500 // of one conversation
)

// CopyMade is a copy as staff see it beneath its original.
type CopyMade struct {
	Conversation ID // the copy
	Contact      Person
	Active       bool     // the contact is still in it
	Read         bool     // the contact opened the newest copied message
	Answered     bool     // the contact has written in it
	Messages     []Copied // oldest first
}

// Copied says that a message of an original stands in a copy.
type Copied struct {
	Office       ID
	Message      ID // of the original
	Conversation ID // the copy
	Position     Position
}

// Copies gives the copies of a conversation that the actor is or was in, in the order of the contacts' names.
func (s *Service) Copies(ctx context.Context, a Actor, conversation ID) (made []CopyMade, err error) {
	if a.View != StaffView {
		return nil, errNoConversation
	}
	err = s.look(ctx, a, func(rd Reader) error {
		if _, err := accessTo(ctx, rd, a, conversation); err != nil {
			return err
		}
		made, err = seatedCopies(ctx, rd, a, conversation)
		return err
	})
	return made, err
}

// seatedCopies gives the copies that the actor is or was in: those that they left as they were then, whatever has become of them since.
func seatedCopies(ctx context.Context, rd Reader, a Actor, conversation ID) (made []CopyMade, err error) {
	all, err := rd.Copies(ctx, a.Office, conversation)
	if err != nil {
		return nil, err
	}
	seats := make([]Seat, len(all))
	for i := range all {
		seats[i] = Seat{all[i].Conversation, a.User}
	}
	own, err := rd.Participants(ctx, a.Office, seats)
	for _, c := range all {
		seat := own[Seat{c.Conversation, a.User}]
		if seat == nil || err != nil {
			continue
		}
		if !seat.Active {
			if err = c.asLeft(ctx, rd, a, seat); err != nil {
				continue
			}
		}
		if len(c.Messages) > 0 {
			made = append(made, c)
		}
	}
	return made, err
}

// asLeft puts the copy back to how it was when somebody left it: what they saw of it, and whether its contact was there, had read and answered.
func (c *CopyMade) asLeft(ctx context.Context, rd Reader, a Actor, seat *Participant) error {
	stays, err := rd.SpansOf(ctx, a.Office, []Seat{{c.Conversation, a.User}, {c.Conversation, c.Contact.ID}})
	if err != nil {
		return err
	}
	access := Access{View: a.View, Spans: stays[Seat{c.Conversation, a.User}]}
	c.Messages = slices.DeleteFunc(c.Messages, func(m Copied) bool { return !access.Sees(m.Position, ForAll) })
	if len(c.Messages) == 0 {
		return nil
	}
	contact := Member{}
	contact.asOf(seat.LeftAt, seat.Newest, stays[Seat{c.Conversation, c.Contact.ID}])
	c.Active = contact.Active
	last := c.Messages[len(c.Messages)-1].Position
	receipts, err := rd.Receipts(ctx, a.Office, c.Conversation, last-1, last)
	if err != nil {
		return err
	}
	c.Read = slices.ContainsFunc(receipts, func(r ReceiptShown) bool {
		return r.Receipt.Reader == c.Contact.ID && r.Through >= last && !r.At.After(seat.LeftAt)
	})
	seen, err := rd.Messages(ctx, MessageQuery{Office: a.Office, Conversation: c.Conversation, Access: access, Forward: true, Limit: maxPage})
	c.Answered = slices.ContainsFunc(seen, func(m Message) bool { return m.Author.ID == c.Contact.ID && m.Kind == Written })
	return err
}

// CopyMessage copies a message of staff to contacts (F5): into the copy that each has of the conversation, or into a new one. Whoever has the
// message already is passed over.
func (s *Service) CopyMessage(ctx context.Context, a Actor, conversation, message ID, to []ID) ([]CopyMade, error) {
	to = unique(to)
	switch {
	case a.View != StaffView: // before the message is looked at: what there is to copy would show in the answer
		return nil, s.look(ctx, a, func(rd Reader) error {
			_, err := accessTo(ctx, rd, a, conversation)
			return cmp.Or(err, errStaffCopy)
		})
	case len(to) == 0:
		return nil, Refuse(Invalid, "Choose at least one client to copy the message to.").About("to")
	case len(to) > MaxCopied:
		return nil, errManyCopied
	}
	err := s.settled(ctx, func(tx Tx) error {
		if _, err := accessTo(ctx, tx, a, conversation); err != nil {
			return err
		}
		c, err := s.copier(ctx, tx, a, conversation, to)
		if err != nil {
			return err
		}
		m, err := tx.Message(ctx, a.Office, message)
		if err == nil && m.Conversation != conversation {
			err = errNoMessage
		}
		if err != nil {
			return notFoundAs(err, errNoMessage)
		}
		return c.again(ctx, tx, m)
	})
	if err != nil {
		return nil, err
	}
	return s.Copies(ctx, a, conversation)
}

var errStaffCopy error = Refuse(Forbidden, "Only staff copy messages to others.")

var errManyCopied = Refuse(TooLarge, "At most 200 clients can be copied at once.").About("to")

// errMoved: between an update's look and its locks, the conversation got another copy.
var errMoved = errors.New("the conversation's copies have changed meanwhile")

// settled runs an update that looks at a conversation's copies before it locks them, until nobody comes between.
func (s *Service) settled(ctx context.Context, do func(Tx) error) error {
	for range 4 {
		if err := s.update(ctx, do); !errors.Is(err, errMoved) {
			return err
		}
	}
	return Refuse(Unavailable, "The conversation is changing just now. Try again.") // contacts get it too: not a word of copies
}
