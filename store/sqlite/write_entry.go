package sqlite

import (
	"strings"
	"time"

	"postern/chat"
	"postern/store/query"
)

func (w *groupWriter) messages() {
	now := time.Now()
	for i := range w.out.Messages {
		m := &w.out.Messages[i]
		w.exec(`
			INSERT INTO messages (office_id, conversation_id, position, id, kind, audience, author_id, via, html, text, important,
				client_key, sent, letter_id, folded, secure, happening, subjects, signature, at, hash, surfaced, undo_until, received_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			&m.Office, &m.Conversation, int64(m.Position), &m.ID, string(m.Kind), string(m.Audience), ref(&m.Author.ID), string(m.Via),
			m.HTML, m.Text, m.Important, m.Key, query.Sum(m.Sent), ref(&m.Letter), m.Folded, m.Secure,
			string(m.Happening), query.List(people(m.Subjects)), query.Sum(m.Signature), m.At.UnixMicro(), m.Hash[:],
			query.Surfaced(&m.Surfaced), undoUntil(m, now), query.When(m.ReceivedAt))
		w.attachments(m)
	}
}

func undoUntil(m *chat.Message, now time.Time) any {
	if m.Undoable < time.Microsecond {
		return nil
	}
	return now.Add(m.Undoable).UnixMicro()
}

func (w *groupWriter) withdrawn() {
	for i := range w.out.Withdrawn {
		m := &w.out.Withdrawn[i]
		w.one("message", `UPDATE messages SET withdrawn = $3, withdrawn_by = $4, withdrawn_at = $5 WHERE office_id = $1 AND id = $2`,
			m.Office, m.ID, string(m.Withdrawn), m.WithdrawnBy.ID, m.WithdrawnAt)
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

func (w *groupWriter) searchable() {
	for i := range w.out.Searchable {
		s := &w.out.Searchable[i]
		w.exec(`INSERT INTO search_tail (office_id, message_id, conversation_id, position, at, words) VALUES (?, ?, ?, ?, ?, ?)`,
			&s.Office, &s.Message, &s.Conversation, int64(s.Position), s.At.UnixMicro(), s.Words)
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

// drafts end, whether they were saved or not: a save may still be on its way.
func (w *groupWriter) drafts() {
	for _, d := range w.out.Drafts {
		w.goOn(d)
		w.exec(`
			INSERT INTO drafts (office_id, author_id, id, version, conversation_id, recipients, besides, audience, title, important, note,
				unsigned, secure, bcc, html, preview, saved_at, gone)
			VALUES ($1, $2, $3, 1, $4, '[]', '[]', '', '', FALSE, FALSE, FALSE, FALSE, NULL, '', '', $5, TRUE)
			ON CONFLICT (office_id, author_id, id) DO UPDATE SET version = drafts.version + 1, recipients = '[]', besides = '[]', audience = '', title = '',
				important = FALSE, note = FALSE, unsigned = FALSE, secure = FALSE, bcc = NULL, html = '', preview = '', saved_at = excluded.saved_at,
				gone = TRUE`, d.Office, d.Author, d.ID, d.Conversation, d.At)
		w.exec(`DELETE FROM draft_files WHERE office_id = $1 AND author_id = $2 AND draft_id = $3`, d.Office, d.Author, d.ID)
	}
}

// goOn keeps what a draft holds that ends under another id.
func (w *groupWriter) goOn(d chat.SentDraft) {
	if d.Rest.IsZero() {
		return
	}
	w.exec(`
		INSERT INTO drafts (office_id, author_id, id, version, conversation_id, recipients, besides, audience, title, important, note,
			unsigned, secure, bcc, html, preview, saved_at, gone)
		SELECT office_id, author_id, $4, 1, conversation_id, recipients, besides, audience, title, important, note, unsigned, secure, bcc, html, preview,
			saved_at, gone
		FROM drafts WHERE office_id = $1 AND author_id = $2 AND id = $3`, d.Office, d.Author, d.ID, d.Rest)
	w.exec(`UPDATE draft_files SET draft_id = $4 WHERE office_id = $1 AND author_id = $2 AND draft_id = $3`, d.Office, d.Author, d.ID, d.Rest)
}

func (w *groupWriter) letters() {
	for i := range w.out.Letters {
		l := &w.out.Letters[i]
		w.exec(`
			INSERT INTO letters (office_id, id, reply, conversation_id, participant_id, once, message_id, from_address,
				envelope_from, peer, subject, class, auth, signers, fate, reason, entry_id, raw, size, folded, received_at, content)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
			l.Office, l.ID, l.Reply, query.Ref(l.Conversation), query.Ref(l.Participant), l.Once[:], l.MessageID, l.From,
			l.EnvelopeFrom, l.Peer, l.Subject, l.Class, l.Auth, strings.Join(l.Signers, " "), string(l.Fate), l.Reason, query.Ref(l.Entry), query.Sum(l.Raw),
			l.Size, l.Folded, l.ReceivedAt, l.Content)
	}
}

var intoNotices = newInsert(9, `notices (office_id, id, kind, conversation_id, message_id, position, recipient_id, due_at, state)`,
	`ON CONFLICT (conversation_id, position, recipient_id, kind) WHERE state = 'due' DO NOTHING`)

func (w *groupWriter) notices() {
	now := time.Now()
	w.insert(intoNotices, len(w.out.Notices), func(args []any, i int) []any {
		n := &w.out.Notices[i]
		return append(args, &n.Office, &n.ID, string(n.Kind), &n.Conversation, query.Ref(n.Message), int64(n.Position), &n.Recipient, now.Add(n.After).UnixMicro(), string(n.State()))
	})
}

func (w *groupWriter) revoked() {
	for _, s := range w.out.Revoked {
		w.exec(`
			UPDATE reply_addresses SET generation = generation + 1
			WHERE office_id = $1 AND conversation_id = $2 AND user_id = $3`, w.office(s.Conversation), s.Conversation, s.User)
	}
}
