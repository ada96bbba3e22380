package chat

import (
	"context"
	"time"
)

// Stood is the asker's own state in a conversation after a change, and where their stream stands with it.
type Stood struct {
	Standing Participant
	Badge    int
	Place    Place
}

// MarkRead moves the actor's cursor to the position, or as far as there is something to read, and gives receipts (F20). opened says that
// the reader has just gone to the conversation, or pressed mark read: then the marked-unread flag goes too.
func (s *Service) MarkRead(ctx context.Context, a Actor, conversation ID, to Position, opened bool) (Stood, error) {
	at := s.now()
	return s.stand(ctx, a, Need{Conversation: conversation, ReadTo: to}, func(seat seated) Effects {
		return decideRead(seat, to, opened, at, s.NewID)
	})
}

// MarkUnread makes the conversation unread for the actor until it is opened again; receipts stay as they are.
func (s *Service) MarkUnread(ctx context.Context, a Actor, conversation ID) (Stood, error) {
	return s.change(ctx, a, conversation, func(p *Participant) { p.MarkedUnread, p.Beneath = true, false })
}

// Archive takes the conversation out of the actor's inbox, or puts it back; a new message brings it back too. What was deleted is so no more.
func (s *Service) Archive(ctx context.Context, a Actor, conversation ID, archived bool) (Stood, error) {
	return s.change(ctx, a, conversation, func(p *Participant) { p.Archived, p.Deleted = archived, false })
}

// Delete takes the conversation out of the actor's lists, or puts it back into the inbox; a new message brings it back too. It is their own view
// alone that changes: the office's record keeps everything, and they may still read it (F2).
func (s *Service) Delete(ctx context.Context, a Actor, conversation ID, deleted bool) (Stood, error) {
	return s.change(ctx, a, conversation, func(p *Participant) { p.Archived, p.Deleted = deleted, deleted })
}

// Mute keeps the conversation out of the actor's badge and mail, or lets it back in.
func (s *Service) Mute(ctx context.Context, a Actor, conversation ID, muted bool) (Stood, error) {
	return s.change(ctx, a, conversation, func(p *Participant) { p.Muted = muted })
}

// change changes the actor's own participant row and tells their devices.
func (s *Service) change(ctx context.Context, a Actor, conversation ID, do func(*Participant)) (Stood, error) {
	return s.stand(ctx, a, Need{Conversation: conversation}, func(seat seated) Effects {
		p := *seat.seat
		do(&p)
		return moved(seat, p)
	})
}

// stand runs a decision on the actor's own standing.
func (s *Service) stand(ctx context.Context, a Actor, n Need, decide func(seated) Effects) (Stood, error) {
	n.Office, n.Actor = a.Office, a.User
	var stood Stood
	var seen bool
	told, err := s.decide(ctx, Decision{Need: n, Decide: func(st *State) (Effects, error) {
		seat, err := takeSeat(st)
		if err != nil {
			return Effects{}, err
		}
		e := decide(seat)
		stood.Place, seen = st.place()
		stood.Standing = *seat.seat
		if len(e.Participants) > 0 {
			stood.Standing = e.Participants[0]
		}
		return e, nil
	}})
	if err != nil {
		return Stood{}, err
	}
	place, badge, err := s.placed(ctx, told, a.User)
	if _, _, changed := placeOf(told, a.User); changed || !seen {
		stood.Place = place // otherwise the standing is as of the decision, and the stream may have grown since
	}
	stood.Badge = badge
	return stood, err
}

// moved is the effect of a changed standing: nothing, when it is as it was.
func moved(seat seated, p Participant) Effects {
	if p == *seat.seat {
		return Effects{}
	}
	return Effects{Participants: []Participant{p}, Events: []Event{cursorMoved(seat.actor, p)}}
}

// decideRead is the rule of reading. Both cursors move forward only, and never past what the reader can see.
func decideRead(seat seated, to Position, opened bool, at time.Time, newID func() ID) Effects {
	p := *seat.seat
	to = min(to, p.Newest)
	if seat.actor.View() == ContactView {
		to = to.Public()
	}
	p.LastRead = max(p.LastRead, to)
	p.Opened = max(p.Opened, to)
	if opened {
		p.MarkedUnread = false
	}
	e := moved(seat, p)
	if p.Opened > seat.seat.Opened {
		e.give(seat, Receipt{
			Conversation: p.Conversation, Reader: p.User, After: seat.seat.Opened, Through: p.Opened, At: at,
		})
		e.oweAuthors(seat, seat.seat.Opened, p.Opened, newID)
	}
	return e
}

// give adds receipts for a stretch that was opened. What others wrote for all is one receipt, from the first such message to the last: its bounds
// move with nothing that contacts do not see. Notes before and after are receipts of their own, for staff.
func (e *Effects) give(seat seated, r Receipt) {
	if all := seat.written(r.Reader, ForAll, r.After, r.Through); len(all.authors) > 0 {
		before, shared := r, r
		shared.After, shared.Through = max(r.After, all.first-1<<subBits), all.last
		before.Through = shared.After
		e.giveForNotes(seat, before)
		e.receipt(seat, shared, all.authors)
		r.After = shared.Through
	}
	e.giveForNotes(seat, r)
}

// giveForNotes adds a receipt for notes, if there are any that the reader sees.
func (e *Effects) giveForNotes(seat seated, r Receipt) {
	notes := seat.written(r.Reader, ForStaff, r.After, r.Through)
	if seat.actor.View() == StaffView && len(notes.authors) > 0 {
		e.receipt(seat, r, nil)
	}
}

// receipt adds a receipt and tells those who may know: all staff of the conversation, and the contacts who wrote some of what was read (F20).
func (e *Effects) receipt(seat seated, r Receipt, authors map[ID]bool) {
	e.Receipts = append(e.Receipts, r)
	ev := Event{
		Type: ReceiptCreated, Conversation: r.Conversation, Position: r.Through, Subject: r.Reader,
		Body: Body{Receipt: &ReceiptShown{Receipt: r, Reader: seat.actor.Person()}},
	}
	staff, contacts := seat.audience(ForAll)
	for _, id := range staff {
		if id != r.Reader {
			ev.Staff = append(ev.Staff, id)
		}
	}
	for _, id := range contacts {
		if authors[id] {
			ev.Contacts = append(ev.Contacts, id)
		}
	}
	if len(ev.Staff)+len(ev.Contacts) > 0 {
		e.Events = append(e.Events, ev)
	}
}
