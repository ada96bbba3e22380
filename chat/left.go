package chat

import (
	"context"
	"time"
)

// staysIn gives everybody's spans in those of the conversations that their reader has left: it takes them to say who was in it then. They are asked
// for person by person, since few people look at what they left.
func staysIn(ctx context.Context, rd Reader, office ID, sums map[ID]*Summary, seatings []Seating) (map[Seat][]Span, error) {
	shared := map[ID][]ID{} // conversations, by member
	for i := range seatings {
		sum := sums[seatings[i].Conversation]
		if sum == nil || seatings[i].Active {
			continue
		}
		for _, m := range sum.Members {
			shared[m.User] = append(shared[m.User], sum.Conversation.ID)
		}
	}
	stays := map[Seat][]Span{}
	for user, conversations := range shared {
		spans, err := rd.Spans(ctx, office, user, conversations)
		if err != nil {
			return nil, err
		}
		for conversation, list := range spans {
			stays[Seat{conversation, user}] = list
		}
	}
	return stays, nil
}

// asLeft shows somebody who left the conversation as it was to them then, whatever has become of it since: title, who was in it, newest message.
func (s Summary) asLeft(p *Participant, stays map[Seat][]Span) Summary {
	if p.Active {
		return s
	}
	c := &s.Conversation
	c.Title, c.Important, c.Strict, c.Hash = p.LeftTitle, false, false, [32]byte{}
	c.State, c.Assignee, c.UnansweredSince = "", ID{}, time.Time{}
	c.Last, c.Newest, c.NewestPublic, c.ActiveAt, c.ActivePublic = p.Newest, p.Newest, p.Newest, p.ActiveAt, p.ActiveAt
	var end Position
	for _, span := range stays[Seat{p.Conversation, p.User}] {
		end = max(end, span.Through)
	}
	members := s.Members
	s.Members = nil
	for _, m := range members {
		if m.User == p.User || m.asOf(p.LeftAt, end, stays[Seat{p.Conversation, m.User}]) {
			s.Members = append(s.Members, m)
		}
	}
	return s
}

// asOf puts the member back to how they stood at a time and an entry, but for when they had left, which is not kept; false: they had not come yet.
func (m *Member) asOf(at time.Time, entry Position, stays []Span) bool {
	known := false
	m.Active, m.LeftAt = false, time.Time{}
	for _, span := range stays {
		if span.OpenedAt.After(at) {
			continue
		}
		known, m.JoinedAt = true, span.OpenedAt
		m.Active = m.Active || span.Open || span.Through >= entry
	}
	return known
}

// leftAt is when the actor left a conversation that they may read but are not in, or zero.
func leftAt(ctx context.Context, rd Reader, a Actor, conversation ID, access Access) (time.Time, error) {
	for _, span := range access.Spans {
		if span.Open {
			return time.Time{}, nil
		}
	}
	seatings, err := rd.Rows(ctx, RowQuery{Office: a.Office, User: a.User, Conversation: conversation, Limit: 1})
	if err != nil || len(seatings) == 0 {
		return time.Time{}, err
	}
	return seatings[0].LeftAt, nil
}
