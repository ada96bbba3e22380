package chat

import (
	"slices"
	"time"
)

// forget puts conversation, cursors and lists to where they would be without the message. What others have read stays read.
func (w *writing) forget(m *Message, t *withdrawing) error {
	was := w.conv
	w.forgetNewest(m, t.tail)
	for id, p := range w.s.Thread.Participants {
		access, is := w.s.accessOf(id), *p
		if is.Newest == m.Position {
			is.Newest, is.ActiveAt = newestOf(t.tail, access, ID{}, is.JoinedAt)
			if last := access.Spans[len(access.Spans)-1]; !last.covers(is.Newest) {
				is.ActiveAt = is.JoinedAt
			}
			is.putAway(&m.Surfaced)
		}
		if is.NewestOther == m.Position {
			is.NewestOther, _ = newestOf(t.tail, access, id, is.JoinedAt)
		}
		if is != *p {
			w.people[id] = is
		}
	}
	vanished := w.vanish(was, t.at)
	if to := m.Surfaced.State; to != "" && was.NewestPublic == m.Position && was.State == Open && w.conv.NewestPublic != 0 {
		if err := w.progress(nil, to, t.at, t.newID); err != nil {
			return err
		}
	}
	if vanished || w.conv.State != was.State {
		w.tellChanged()
	}
	return nil
}

func (w *writing) forgetNewest(m *Message, tail []Message) {
	c := &w.conv
	all := Access{View: StaffView, Spans: []Span{{Open: true}}}
	if c.Newest == m.Position {
		c.Newest, c.ActiveAt = newestOf(tail, all, ID{}, c.StartedAt)
	}
	if c.NewestPublic == m.Position {
		all.View = ContactView
		c.NewestPublic, c.ActivePublic = newestOf(tail, all, ID{}, c.StartedAt)
	}
	if m.Audience == ForAll {
		c.UnansweredSince = unansweredSince(tail)
	}
}

// putAway puts the conversation out of sight again, which nothing has brought back since. Who has left would not be told.
func (p *Participant) putAway(s *Surfaced) {
	if p.MarkedUnread || !p.Active {
		return
	}
	p.Archived = p.Archived || slices.Contains(s.Archived, p.User)
	p.Deleted = p.Deleted || slices.Contains(s.Deleted, p.User)
	p.Beneath = p.Beneath || slices.Contains(s.Beneath, p.User)
}

// vanish takes the conversation away from those for whom its first message is undone and nothing else is in it. Contacts must not be told another
// thing where staff have written a note meanwhile: so it goes by what each view shows.
func (w *writing) vanish(was Conversation, at time.Time) (any bool) {
	for _, id := range slices.Clone(w.s.Thread.Order) {
		u := w.s.User(id)
		if u == nil || was.NewestFor(u.View()) == 0 || w.conv.NewestFor(u.View()) != 0 {
			continue
		}
		p := w.participant(id)
		if p.Active {
			w.endSpan(u, at, "", 0)
			p = w.participant(id)
		}
		p.Beneath, p.Archived, p.Deleted, p.MarkedUnread = true, false, false, false
		w.people[id], any = p, true
	}
	return any
}

// newestOf gives place and time of the newest entry that may be read, but for what is not new to the user (what they wrote and, to staff, what
// was copied); the time given, when there is none. Zero: of all.
func newestOf(tail []Message, access Access, but ID, otherwise time.Time) (Position, time.Time) {
	for i := range tail {
		m := &tail[i]
		known := !but.IsZero() && (m.Author.ID == but || access.View == StaffView && m.copied()) && access.heard(m)
		if !known && access.Sees(m.Position, m.Audience) {
			return m.Position, m.At
		}
	}
	return 0, otherwise
}

// heard says whether the viewer was there when the message came. To those who were added with the history all of it was new.
func (a Access) heard(m *Message) bool {
	return slices.ContainsFunc(a.Spans, func(s Span) bool { return s.covers(m.Position) && !s.OpenedAt.After(m.At) })
}

// copied says whether the message stands in a copy as a copied one: nobody sent it there, by a key or a letter.
func (m *Message) copied() bool { return m.Kind == Written && m.Key == "" && m.Letter.IsZero() }

// unansweredSince says how long a contact has waited for staff, by the end of the conversation, newest first.
func unansweredSince(tail []Message) (since time.Time) {
	for _, m := range tail {
		if m.Audience != ForAll {
			continue
		}
		if m.Author.View == StaffView {
			break
		}
		since = m.At
	}
	return since
}
