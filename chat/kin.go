package chat

import (
	"cmp"
	"context"
	"slices"
)

// runKin takes back what was copied of the message. An original counts no more the copies that vanish.
func (t *withdrawing) runKin(ctx context.Context, tx Tx, g *Group, needs []Need, kin kinship) error {
	if !kin.original.IsZero() {
		return t.uncount(g, needs[1], needs[:1])
	}
	for i, c := range kin.copied {
		at := MessagePlace{c.Conversation, c.Position}
		found, err := tx.MessagesAt(ctx, needs[0].Office, []MessagePlace{at})
		if err != nil || found[at] == nil {
			return cmp.Or(err, error(errNoMessage))
		}
		follow := withdrawing{how: t.how, at: t.at, newID: t.newID, follows: true}
		if _, err := follow.run(ctx, tx, g, i+1, needs[i+1], found[at].ID); err != nil {
			return err
		}
	}
	return t.uncount(g, needs[0], needs[1:])
}

// uncount takes the copies that have just vanished from how many the original has.
func (t *withdrawing) uncount(g *Group, original Need, copies []Need) error {
	vanished := 0
	for _, n := range copies {
		if t.taken(g, n.Conversation) && g.Threads[n.Conversation].Conversation.Newest == 0 {
			vanished++
		}
	}
	if vanished == 0 {
		return nil
	}
	return g.Run(0, Decision{Need: original, Decide: func(st *State) (Effects, error) {
		w := write(st)
		w.conv.Copies -= vanished
		return w.retold(), nil
	}})
}

// taken says that a message of the conversation is taken back by the group.
func (t *withdrawing) taken(g *Group, conversation ID) bool {
	return slices.ContainsFunc(g.Writes().Withdrawn, func(m Message) bool { return m.Conversation == conversation })
}

// messageRef names a message within its conversation.
type messageRef struct{ Conversation, Message ID }

// kinship is what else is concerned by a message's being taken back.
type kinship struct {
	original ID       // of the conversation, if it is a copy
	copied   []Copied // the message's places in the copies of its conversation
}

func (k kinship) same(other kinship) bool {
	return k.original == other.original && slices.Equal(k.copied, other.copied)
}

func (k kinship) needs(a Actor, conversation ID) []Need {
	needs := []Need{{Office: a.Office, Conversation: conversation, Actor: a.User, Spans: true}}
	if !k.original.IsZero() {
		return append(needs, Need{Office: a.Office, Conversation: k.original, Actor: a.User})
	}
	for _, c := range k.copied {
		needs = append(needs, Need{Office: a.Office, Conversation: c.Conversation, Actor: a.User, Spans: true})
	}
	return needs
}

// contacts are those who had a copy of the message.
func (k kinship) contacts(g *Group) (ids []ID) {
	for _, c := range k.copied {
		for id := range g.Threads[c.Conversation].Participants {
			if u := g.Users[id]; u != nil && u.View() == ContactView {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

func kinOf(ctx context.Context, rd Reader, a Actor, of messageRef) (k kinship, err error) {
	sums, err := rd.Summaries(ctx, a.Office, []ID{of.Conversation})
	if err != nil {
		return k, err
	}
	if sum := sums[of.Conversation]; sum != nil && sum.Conversation.Kind == Copy {
		k.original = sum.Conversation.CopyOf
		return k, nil
	}
	k.copied, err = copiedOf(ctx, rd, a, of.Conversation, of.Message)
	return k, err
}

// copiedOf are the places of a message in the copies of its conversation. What a contact may take back was never copied, and how long they are
// refused for the rest must not say how often that was.
func copiedOf(ctx context.Context, rd Reader, a Actor, conversation, message ID) (list []Copied, err error) {
	if a.View != StaffView {
		return nil, nil
	}
	copies, err := rd.Copies(ctx, a.Office, conversation)
	for _, c := range copies {
		for _, m := range c.Messages {
			if m.Message == message {
				list = append(list, m)
			}
		}
	}
	return list, err
}
