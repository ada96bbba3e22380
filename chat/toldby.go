package chat

import "context"

// toldOf is what a mail tells of: one conversation, or of a digest several. Mails that belong to none have no needs.
type toldOf struct {
	recipient ID
	needs     []Need
	through   []Position // of each need's conversation
}

func toldBy(ctx context.Context, rd Reader, m Mail) (toldOf, error) {
	t := toldOf{recipient: m.Recipient}
	if m.Kind != DigestMail {
		if !m.Conversation.IsZero() {
			t.needs, t.through = []Need{{Office: m.Office, Conversation: m.Conversation}}, []Position{m.Newest}
		}
		return t, nil
	}
	carried, err := rd.Digested(ctx, m)
	for _, some := range byConversation(carried) {
		last := some[len(some)-1]
		t.needs, t.through = append(t.needs, Need{Office: m.Office, Conversation: last.Conversation}), append(t.through, last.Position)
	}
	return t, err
}

// changed tells the staff of each conversation that the mail's fate changed. The needs are the group's from that number on.
func (t *toldOf) changed(g *Group, from int) error {
	for i, n := range t.needs {
		if err := g.Run(from+i, Decision{Need: n, Decide: func(st *State) (Effects, error) { return mailChanged(st, t.recipient, t.through[i]), nil }}); err != nil {
			return err
		}
	}
	return nil
}
