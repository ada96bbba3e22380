package chat

import "context"

// Filled is a template ready to be inserted where somebody writes.
type Filled struct {
	HTML     string
	Unfilled []string // names of placeholders that still stand in it
}

// FillTemplate fills a template in for a conversation, or for the recipients of one that is not started yet. Nothing is sent.
func (s *Service) FillTemplate(ctx context.Context, a Actor, id, conversation ID, to []ID) (filled Filled, err error) {
	if len(to) >= MaxParticipants {
		return Filled{}, Refuse(TooLarge, "A conversation has at most 500 participants.").About("to")
	}
	err = s.lookAs(ctx, a, func(rd Reader, u *User) error {
		t, err := readable(ctx, rd, a, id)
		if err != nil {
			return err
		}
		f := filling{me: *u, at: s.now()}
		office, err := rd.Office(ctx, a.Office)
		if err != nil {
			return err
		}
		f.office = *office
		if !conversation.IsZero() {
			row, err := oneRow(ctx, rd, a, conversation)
			if err != nil {
				return err
			}
			f.title, to = row.Conversation.Title, row.others(a.User)
		}
		if err := f.address(ctx, rd, to); err != nil {
			return err
		}
		filled.HTML, filled.Unfilled = f.fill(t.HTML)
		return nil
	})
	return filled, err
}

// others are those in the conversation but the viewer.
func (r *Row) others(viewer ID) (ids []ID) {
	for _, m := range r.Members {
		if m.Active && m.User != viewer {
			ids = append(ids, m.User)
		}
	}
	return ids
}

// address finds the one whom it is written to: the only contact, or where there is none the only other.
func (f *filling) address(ctx context.Context, rd Reader, to []ID) error {
	people, err := rd.Users(ctx, f.office.ID, unique(to))
	if err != nil {
		return err
	}
	var contacts, all []*User
	for _, u := range people {
		if mayWriteTo(&f.me, u) != nil {
			continue
		}
		if all = append(all, u); u.View() == ContactView {
			contacts = append(contacts, u)
		}
	}
	if len(contacts) > 0 {
		all = contacts
	}
	if len(all) != 1 {
		return nil
	}
	f.recipient = *all[0]
	if f.recipient.Account.IsZero() {
		return nil
	}
	account, err := rd.Account(ctx, f.office.ID, f.recipient.Account)
	if err == nil {
		f.account = account.Name
	}
	return err
}
