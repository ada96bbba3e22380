package sqlite

import (
	"context"
	"fmt"
	"slices"
	"time"

	"postern/chat"
	"postern/store/query"
)

// write writes what the decisions of a group want. Where pages are the cost, as for rows that change, statements run row by row: measured
// against json_each and UPDATE ... FROM (VALUES ...), that is the cheapest; rows that are added come in batches.
func write(ctx context.Context, c *conn, g *chat.Group) error {
	w := &groupWriter{ctx: ctx, c: c, g: g, out: g.Writes()}
	for _, step := range []func(){
		w.conversations, w.participants, w.spans, w.messages, w.receipts, w.letters, w.notices, w.revoked, w.streams, w.records,
	} {
		if step(); w.err != nil {
			return fmt.Errorf("write group: %w", w.err)
		}
	}
	return nil
}

// groupWriter keeps the first error and does nothing after it.
type groupWriter struct {
	ctx  context.Context // of one call of write
	c    *conn
	g    *chat.Group
	out  *chat.Writes
	err  error
	args []any // of an insert at hand
}

// exec gives the number of rows touched.
func (w *groupWriter) exec(sql string, args ...any) int64 {
	if w.err != nil {
		return 0
	}
	n, err := w.c.Exec(w.ctx, sql, args...)
	w.err = err
	return n
}

// one runs a statement that must touch a row.
func (w *groupWriter) one(what, sql string, args ...any) {
	if n := w.exec(sql, args...); n == 0 && w.err == nil {
		w.err = fmt.Errorf("no %s to change", what)
	}
}

func (w *groupWriter) conversations() {
	for _, id := range w.out.NewConversations {
		c := &w.g.Threads[id].Conversation
		w.exec(`
			INSERT INTO conversations (office_id, id, kind, copy_of, title, important, strict, started_by, started_at,
				last, newest, newest_public, active_at, active_public, hash)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
			c.Office, c.ID, string(c.Kind), query.Ref(c.CopyOf), c.Title, c.Important, c.Strict, c.StartedBy, c.StartedAt,
			c.Last, c.Newest, c.NewestPublic, query.When(c.ActiveAt), query.When(c.ActivePublic), query.Sum(c.Hash))
	}
	for _, id := range w.out.ChangedConversations {
		c := &w.g.Threads[id].Conversation
		w.one("conversation", `
			UPDATE conversations SET title = ?, important = ?, strict = ?, last = ?, newest = ?, newest_public = ?,
				active_at = ?, active_public = ?, hash = ?
			WHERE office_id = ? AND id = ?`,
			c.Title, c.Important, c.Strict, int64(c.Last), int64(c.Newest), int64(c.NewestPublic),
			query.When(c.ActiveAt), query.When(c.ActivePublic), query.Sum(c.Hash), &c.Office, &c.ID)
	}
}

func (w *groupWriter) participants() {
	for _, seat := range w.out.NewParticipants {
		t, p := w.g.Threads[seat.Conversation], w.participant(seat)
		w.exec(`
			INSERT INTO participants (office_id, conversation_id, user_id, ordinal, cc, active, joined_at, left_at, left_title,
				last_read, opened, newest_other, newest, active_at, marked_unread, archived, muted)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
			t.Conversation.Office, p.Conversation, p.User, slices.Index(t.Order, p.User), p.CC, p.Active,
			p.JoinedAt, query.When(p.LeftAt), p.LeftTitle, p.LastRead, p.Opened, p.NewestOther, p.Newest, p.ActiveAt,
			p.MarkedUnread, p.Archived, p.Muted)
	}
	for _, seat := range w.out.ChangedParticipants {
		p, office := w.participant(seat), w.office(seat.Conversation)
		w.one("participant", `
			UPDATE participants SET cc = ?, active = ?, joined_at = ?, left_at = ?, left_title = ?, last_read = ?, opened = ?,
				newest_other = ?, newest = ?, active_at = ?, marked_unread = ?, archived = ?, muted = ?
			WHERE office_id = ? AND conversation_id = ? AND user_id = ?`,
			p.CC, p.Active, p.JoinedAt.UnixMicro(), query.When(p.LeftAt), p.LeftTitle, int64(p.LastRead), int64(p.Opened),
			int64(p.NewestOther), int64(p.Newest), p.ActiveAt.UnixMicro(), p.MarkedUnread, p.Archived, p.Muted,
			&office, &p.Conversation, &p.User)
	}
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

func (w *groupWriter) messages() {
	for i := range w.out.Messages {
		m := &w.out.Messages[i]
		w.exec(`
			INSERT INTO messages (office_id, conversation_id, position, id, kind, audience, author_id, via, html, text, important,
				client_key, sent, letter_id, folded, secure, happening, subjects, at, hash)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			&m.Office, &m.Conversation, int64(m.Position), &m.ID, string(m.Kind), string(m.Audience), ref(&m.Author.ID), string(m.Via),
			m.HTML, m.Text, m.Important, m.Key, query.Sum(m.Sent), ref(&m.Letter), m.Folded, m.Secure,
			string(m.Happening), query.List(people(m.Subjects)), m.At.UnixMicro(), m.Hash[:])
		w.attachments(m)
	}
}

// attachments takes the message's uploads; one that is taken already fails the group.
func (w *groupWriter) attachments(m *chat.Message) {
	for i, a := range m.Attachments {
		taken := w.exec(`
			UPDATE attachments SET conversation_id = $3, message_id = $4, position = $5, ordinal = $6, audience = $7
			WHERE office_id = $1 AND id = $2 AND conversation_id IS NULL`,
			m.Office, a.ID, m.Conversation, m.ID, m.Position, i, string(m.Audience))
		if taken == 0 && w.err == nil {
			w.err = query.Taken("attachments")
		}
	}
}

func people(subjects []chat.Person) []chat.ID {
	ids := make([]chat.ID, len(subjects))
	for i, p := range subjects {
		ids[i] = p.ID
	}
	return ids
}

func (w *groupWriter) receipts() {
	for _, r := range w.out.Receipts {
		w.exec(`
			INSERT INTO receipts (office_id, conversation_id, reader_id, after, through, at) VALUES ($1, $2, $3, $4, $5, $6)`,
			w.office(r.Conversation), r.Conversation, r.Reader, r.After, r.Through, r.At)
	}
}

func (w *groupWriter) letters() {
	for i := range w.out.Letters {
		l := &w.out.Letters[i]
		w.exec(`
			INSERT INTO letters (office_id, id, reply, conversation_id, participant_id, once, message_id, from_address,
				envelope_from, peer, subject, class, fate, reason, entry_id, raw, size, folded, received_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
			l.Office, l.ID, l.Reply, query.Ref(l.Conversation), query.Ref(l.Participant), l.Once[:], l.MessageID, l.From,
			l.EnvelopeFrom, l.Peer, l.Subject, l.Class, string(l.Fate), l.Reason, query.Ref(l.Entry), query.Sum(l.Raw),
			l.Size, l.Folded, l.ReceivedAt)
	}
}

var intoNotices = newInsert(9, `notices (office_id, id, kind, conversation_id, message_id, position, recipient_id, due_at, state)`,
	`ON CONFLICT (message_id, recipient_id, kind) DO NOTHING`)

func (w *groupWriter) notices() {
	w.insert(intoNotices, len(w.out.Notices), func(args []any, i int) []any {
		n := &w.out.Notices[i]
		return append(args, &n.Office, &n.ID, string(n.Kind), &n.Conversation, &n.Message, int64(n.Position), &n.Recipient, n.DueAt.UnixMicro(), string(chat.NoticeDue))
	})
}

func (w *groupWriter) revoked() {
	for _, s := range w.out.Revoked {
		w.exec(`
			UPDATE reply_addresses SET generation = generation + 1
			WHERE office_id = $1 AND conversation_id = $2 AND user_id = $3`, w.office(s.Conversation), s.Conversation, s.User)
	}
}

// streams moves the heads of all whose streams grew, counts their badges as they are after the group, and adds their events.
func (w *groupWriter) streams() {
	for _, user := range w.g.Listeners() {
		w.badge(w.g.Streams[user])
	}
	now := time.Now().UnixMicro()
	w.insert(intoEvents, len(w.out.Events), func(args []any, i int) []any {
		e := &w.out.Events[i]
		return append(args, &e.User, e.Number, w.g.Streams[e.User].Badge, string(e.Type), ref(&e.Conversation), int64(e.Position), ref(&e.Subject), now)
	})
}

var intoEvents = newInsert(8, `events (user_id, number, badge, type, conversation_id, position, subject_id, at)`, ``)

var moveStream = `UPDATE streams SET head = ?, badge = ` + query.Badge("streams.user_id") + ` WHERE user_id = ? RETURNING badge`

func (w *groupWriter) badge(s *chat.Stream) {
	if w.err != nil {
		return
	}
	var badge *int64
	if badge, w.err = query.One(w.ctx, w.c, "stream", scanNumber, moveStream, s.Number, &s.User); w.err == nil {
		s.Badge = int(*badge)
	}
}

func scanNumber(rows query.Rows, n *int64) error { return rows.Scan(n) }

// ref binds an id that may be absent.
func ref(id *chat.ID) any {
	if id.IsZero() {
		return nil
	}
	return id
}

func (w *groupWriter) records() {
	cold := query.NewWriter(w.c, query.SQLite())
	for _, l := range w.out.Ledger {
		if w.err == nil {
			w.err = cold.AddLedger(w.ctx, l)
		}
	}
	for _, a := range w.out.Audit {
		if w.err == nil {
			w.err = cold.AddAudit(w.ctx, a)
		}
	}
}
