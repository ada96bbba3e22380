package chat

import "context"

// giveBack makes the files of a message that has just been undone its author's uploads again.
func (t *withdrawing) giveBack(ctx context.Context, tx Tx) error {
	t.files = nil
	if t.how != Undone || t.message.Withdrawn != "" {
		return nil
	}
	for _, f := range t.message.Attachments {
		f = f.anew(t.newID(), t.message.Author.ID, t.at)
		if err := tx.AddUpload(ctx, f); err != nil {
			return err
		}
		t.files = append(t.files, f)
	}
	return nil
}

// unstart makes a draft of the message that has just been undone, if its conversation vanishes with it, so that its author can go on: of a
// conversation not yet started, to the same people; copied are contacts in CC. Whoever has as many drafts as there can be gets none.
// It vanishes for contacts whatever staff have noted in it: a draft that did not come would tell them of the note.
func (t *withdrawing) unstart(ctx context.Context, tx Tx, g *Group, n Need, copied []ID) error {
	st := g.State(n)
	c := st.Thread.Conversation
	if t.how != Undone || t.message.Withdrawn != "" || c.NewestFor(st.Actor().View()) != 0 || c.Kind != Ordinary {
		return nil
	}
	all, err := tx.Drafts(ctx, n.Office, n.Actor, MaxDrafts)
	if err != nil || len(all) >= MaxDrafts {
		return err
	}
	d := st.unsent(&t.message)
	if d.BCC, err = copyWanted(ctx, tx, st.Actor(), &t.message); err != nil {
		return err
	}
	d.ID, d.SavedAt, d.Files, d.CC = t.newID(), t.at, t.files, append(d.CC, copied...)
	if err := tx.PutDraft(ctx, d); err != nil {
		return err
	}
	return g.Apply(0, n, Effects{Events: []Event{draftEvent(DraftChanged, &d, st.Actor())}})
}

// unsent is the conversation as a draft of its author's.
func (s *State) unsent(m *Message) Draft {
	c := s.Thread.Conversation
	d := Draft{
		Office: c.Office, Author: s.Need.Actor, Version: 1, Title: c.Title, Important: m.Important, Note: m.Kind == Note, Secure: m.Secure,
		Unsigned: m.Signature == [32]byte{} && s.Actor().Signature != [32]byte{}, HTML: m.HTML, Preview: firstCharacters(m.Text, draftPreview),
	}
	var people []*User
	for _, id := range s.Thread.Order {
		u := s.User(id)
		switch {
		case u == nil || id == d.Author:
		case s.Thread.Participants[id].CC:
			d.CC = append(d.CC, id)
		default:
			d.To, people = append(d.To, id), append(people, u)
		}
	}
	if spread(people, "") != nil {
		d.Audience = SharedOne // which was said before
	}
	return d
}

// copyWanted is what the author chose of the blind copy, where that is not as their profile has it: no mail goes out while a send can be undone, so
// the copy is owed still, or never was.
func copyWanted(ctx context.Context, rd Reader, author *User, m *Message) (*bool, error) {
	wanted, err := rd.CopyOwed(ctx, m.Office, m.Conversation, m.Position)
	if err != nil || author.Email == "" || wanted == author.BCC {
		return nil, err
	}
	return &wanted, nil
}
