package sqlite

import (
	"slices"
	"time"

	"postern/chat"
	"postern/store/query"
)

func (w *groupWriter) conversations() {
	for _, id := range w.out.NewConversations {
		c := &w.g.Threads[id].Conversation
		w.exec(`
			INSERT INTO conversations (office_id, id, kind, copy_of, title, important, strict, started_by, started_at,
				state, assignee_id, last, newest, newest_public, active_at, active_public, hash, unanswered_since, copies)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
			c.Office, c.ID, string(c.Kind), query.Ref(c.CopyOf), c.Title, c.Important, c.Strict, c.StartedBy, c.StartedAt,
			string(c.State), query.Ref(c.Assignee), c.Last, c.Newest, c.NewestPublic,
			query.When(c.ActiveAt), query.When(c.ActivePublic), query.Sum(c.Hash), query.When(c.UnansweredSince), c.Copies)
	}
	for _, id := range w.out.ChangedConversations {
		c := &w.g.Threads[id].Conversation
		w.one("conversation", `
			UPDATE conversations SET title = ?, important = ?, strict = ?, state = ?, assignee_id = ?, last = ?, newest = ?, newest_public = ?,
				active_at = ?, active_public = ?, hash = ?, unanswered_since = ?, copies = ?
			WHERE office_id = ? AND id = ?`,
			c.Title, c.Important, c.Strict, string(c.State), query.Ref(c.Assignee), int64(c.Last), int64(c.Newest), int64(c.NewestPublic),
			query.When(c.ActiveAt), query.When(c.ActivePublic), query.Sum(c.Hash), query.When(c.UnansweredSince), int64(c.Copies), &c.Office, &c.ID)
	}
}

func (w *groupWriter) participants() {
	for _, seat := range w.out.NewParticipants {
		t, p := w.g.Threads[seat.Conversation], w.participant(seat)
		w.exec(`
			INSERT INTO participants (office_id, conversation_id, user_id, ordinal, cc, active, joined_at, left_at, left_title,
				last_read, opened, newest_other, newest, active_at, active_hour, marked_unread, archived, deleted, muted, unread, beneath)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
			t.Conversation.Office, p.Conversation, p.User, slices.Index(t.Order, p.User), p.CC, p.Active,
			p.JoinedAt, query.When(p.LeftAt), p.LeftTitle, p.LastRead, p.Opened, p.NewestOther, p.Newest, p.ActiveAt,
			p.ActiveAt.Truncate(time.Hour), p.MarkedUnread, p.Archived, p.Deleted, p.Muted, p.Unread(), p.Beneath)
	}
	for _, seat := range w.out.ChangedParticipants {
		p, t := w.participant(seat), w.g.Threads[seat.Conversation]
		if was := w.known.seats[seat]; was != nil && movedOnly(was, p) {
			w.one("participant", `
				UPDATE participants SET newest_other = ?, newest = ?, active_at = ?
				WHERE office_id = ? AND conversation_id = ? AND user_id = ?`,
				int64(p.NewestOther), int64(p.Newest), p.ActiveAt.UnixMicro(), &t.Conversation.Office, &p.Conversation, &p.User)
			continue
		}
		w.one("participant", `
			UPDATE participants SET cc = ?, active = ?, joined_at = ?, left_at = ?, left_title = ?, last_read = ?, opened = ?,
				newest_other = ?, newest = ?, active_at = ?, active_hour = ?, marked_unread = ?, archived = ?, deleted = ?, muted = ?, unread = ?, beneath = ?
			WHERE office_id = ? AND conversation_id = ? AND user_id = ?`,
			p.CC, p.Active, p.JoinedAt.UnixMicro(), query.When(p.LeftAt), p.LeftTitle, int64(p.LastRead), int64(p.Opened),
			int64(p.NewestOther), int64(p.Newest), p.ActiveAt.UnixMicro(), p.ActiveAt.Truncate(time.Hour).UnixMicro(), p.MarkedUnread, p.Archived, p.Deleted, p.Muted, p.Unread(), p.Beneath,
			&t.Conversation.Office, &p.Conversation, &p.User)
	}
}

// movedOnly says that messages came and changed nothing by which the participant is found: an UPDATE that names no column of an index
// leaves the indexes alone.
func movedOnly(was, is *chat.Participant) bool {
	moved := *was
	moved.NewestOther, moved.Newest, moved.ActiveAt = is.NewestOther, is.Newest, is.ActiveAt
	return moved == *is && was.Unread() == is.Unread() && was.ActiveAt.Truncate(time.Hour).Equal(is.ActiveAt.Truncate(time.Hour))
}

func (w *groupWriter) participant(s chat.Seat) *chat.Participant {
	return w.g.Threads[s.Conversation].Participants[s.User]
}

func (w *groupWriter) office(conversation chat.ID) chat.ID {
	return w.g.Threads[conversation].Conversation.Office
}

// spans closes a span where one with the same After is open, and otherwise adds it after the user's others.
func (w *groupWriter) spans() {
	for _, s := range w.out.Spans {
		office := w.office(s.Conversation)
		closed := w.exec(`
			UPDATE spans SET through = $5, open = $6
			WHERE office_id = $1 AND conversation_id = $2 AND user_id = $3 AND after = $4 AND open`,
			office, s.Conversation, s.User, s.After, s.Through, s.Open)
		if closed > 0 {
			continue
		}
		w.exec(`
			INSERT INTO spans (office_id, conversation_id, user_id, ordinal, after, through, open, opened_at)
			SELECT $1, $2, $3, count(*), $4, $5, $6, $7 FROM spans AS s
			WHERE s.office_id = $1 AND s.conversation_id = $2 AND s.user_id = $3`,
			office, s.Conversation, s.User, s.After, s.Through, s.Open, s.OpenedAt)
	}
}
