package query

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"postern/chat"
)

// messageColumns are of messages AS m and their authors, users AS a.
const messageColumns = `m.office_id, m.conversation_id, m.id, m.position, m.kind, m.audience, m.author_id, COALESCE(a.name, ''), COALESCE(a.role, ''),
	m.via, m.html, m.text, m.important, m.client_key, m.sent, m.letter_id, m.folded, m.secure, m.happening,
	m.subjects, m.signature, m.at, m.hash, m.undo_until, m.surfaced, m.received_at, m.withdrawn, m.withdrawn_by, m.withdrawn_at`

// IS TRUE keeps indexes away that begin with the office: before the tables have been analysed, PostgreSQL takes an office's users for one.
const messageAuthor = `LEFT JOIN users AS a ON a.id = m.author_id AND (a.office_id = m.office_id) IS TRUE`

// scanMessage leaves names of subjects and attachments to [Reader.complete].
func scanMessage(rows Rows, m *chat.Message) error {
	var role chat.Role
	var subjects []chat.ID
	err := rows.Scan(ID(&m.Office), ID(&m.Conversation), ID(&m.ID), &m.Position, &m.Kind, &m.Audience,
		ID(&m.Author.ID), &m.Author.Name, &role, &m.Via, &m.HTML, &m.Text, &m.Important, &m.Key, Hash(&m.Sent),
		ID(&m.Letter), &m.Folded, &m.Secure, &m.Happening, IDs(&subjects), Hash(&m.Signature), Time(&m.At), Hash(&m.Hash),
		Time(&m.UndoUntil), surfacedColumn{&m.Surfaced}, Time(&m.ReceivedAt), &m.Withdrawn, ID(&m.WithdrawnBy.ID), Time(&m.WithdrawnAt))
	m.Author.View = role.View()
	for _, id := range subjects {
		m.Subjects = append(m.Subjects, chat.Person{ID: id})
	}
	return err
}

// Message is chat.Reader's.
func (r *Reader) Message(ctx context.Context, office, message chat.ID) (*chat.Message, error) {
	m, err := One(ctx, r.db, "message", scanMessage, `
		SELECT `+messageColumns+` FROM messages AS m `+messageAuthor+`
		WHERE m.office_id = $1 AND m.id = $2`, office, message)
	if err != nil {
		return nil, err
	}
	return m, r.complete(ctx, office, []*chat.Message{m})
}

// Earlier gives the message that the author wrote under the key; nil: none.
func (r *Reader) Earlier(ctx context.Context, office chat.ID, key chat.ClientKey) (*chat.Message, error) {
	found, err := All(ctx, r.db, "earlier message", scanMessage, `
		SELECT `+messageColumns+` FROM messages AS m `+messageAuthor+`
		WHERE m.author_id = $1 AND m.client_key = $2 AND m.client_key <> '' AND m.office_id = $3`, key.Author, key.Key, office)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], r.complete(ctx, office, pointers(found))
}

// MessagesAt is chat.Reader's.
func (r *Reader) MessagesAt(ctx context.Context, office chat.ID, places []chat.MessagePlace) (map[chat.MessagePlace]*chat.Message, error) {
	at := make(map[chat.MessagePlace]*chat.Message, len(places))
	if len(places) == 0 {
		return at, nil
	}
	found, err := All(ctx, r.db, "messages", scanMessage, `
		SELECT `+messageColumns+`
		FROM `+r.d.Places("$2")+` AS place`+
		r.d.Each("messages", "m", `m.office_id = $1 AND m.conversation_id = place.conversation_id AND m.position = place.position`)+`
		`+messageAuthor, office, encodePlaces(places))
	if err != nil {
		return nil, err
	}
	for i := range found {
		at[place(&found[i])] = &found[i]
	}
	return at, r.complete(ctx, office, pointers(found))
}

// Unseen is chat.Reader's: what [chat.Message] counts, by the rows behind each cursor.
func (r *Reader) Unseen(ctx context.Context, q chat.UnseenQuery) (map[chat.ID]int, error) {
	visible, counted := ` AND m.audience = 'all'`, `true` // to contacts, notes do not even take up room among what is looked at
	if q.View == chat.StaffView {
		visible, counted = ``, `(looked.kind <> 'message' OR looked.client_key <> '' OR looked.letter_id IS NOT NULL)` // but what was copied
	}
	found, err := All(ctx, r.db, "unseen messages", scanUnseen, `
		SELECT place.conversation_id, (SELECT count(*) FROM (
				SELECT m.* FROM messages AS m
				WHERE m.office_id = $1 AND m.conversation_id = place.conversation_id AND m.position > place.position`+visible+`
				ORDER BY m.position LIMIT $4) AS looked
			WHERE `+counted+` AND (looked.kind <> 'event' OR looked.happening = 'letter_held') AND looked.withdrawn <> 'undone'
				AND (looked.author_id = $3) IS NOT TRUE)
		FROM `+r.d.Places("$2")+` AS place`, q.Office, encodePlaces(q.Cursors), q.User, q.Look)
	counts := make(map[chat.ID]int, len(found))
	for _, u := range found {
		counts[u.conversation] = u.count
	}
	return counts, err
}

type unseen struct {
	conversation chat.ID
	count        int
}

func scanUnseen(rows Rows, u *unseen) error { return rows.Scan(ID(&u.conversation), &u.count) }

// Messages is chat.Reader's.
func (r *Reader) Messages(ctx context.Context, q chat.MessageQuery) ([]chat.Message, error) {
	within, args := withinAccess(q.Access, []any{q.Office, q.Conversation, q.Limit})
	if within == "" {
		return nil, nil
	}
	order, undone := "DESC", ` AND m.withdrawn <> 'undone'`
	if q.Undone {
		undone = ""
	}
	switch {
	case q.Forward:
		within, args = within+` AND m.position > `+next(args), append(args, q.After)
		order = "ASC"
	case q.Before != 0:
		within, args = within+` AND m.position < `+next(args), append(args, q.Before)
	}
	found, err := All(ctx, r.db, "messages", scanMessage, `
		SELECT `+messageColumns+` FROM messages AS m `+messageAuthor+`
		WHERE m.office_id = $1 AND m.conversation_id = $2 AND `+within+undone+`
		ORDER BY m.position `+order+` LIMIT $3`, args...)
	if err != nil {
		return nil, err
	}
	if order == "DESC" {
		slices.Reverse(found)
	}
	return found, r.complete(ctx, q.Office, pointers(found))
}

// Withdrawn is chat.Reader's. Few messages of a conversation are taken back, so they have an index of their own.
func (r *Reader) Withdrawn(ctx context.Context, q chat.WithdrawnQuery) (bool, error) {
	within, args := withinAccess(q.Access, []any{q.Office, q.Conversation, q.Through, q.Since})
	if within == "" {
		return false, nil
	}
	found, err := All(ctx, r.db, "messages taken back", scanID, `
		SELECT m.id FROM messages AS m`+r.d.By("messages_withdrawn")+`
		WHERE m.office_id = $1 AND m.conversation_id = $2 AND m.withdrawn <> '' AND m.position <= $3 AND m.withdrawn_at > $4 AND `+within+`
		LIMIT 1`, args...)
	return len(found) > 0, err
}

// withinAccess is [chat.Access.Sees] as a condition on messages AS m; empty when nothing was ever seen.
func withinAccess(access chat.Access, args []any) (string, []any) {
	var spans []string
	first, last := chat.Position(math.MaxInt64), chat.Position(0)
	for _, s := range access.Spans {
		through := s.Through
		if s.Open {
			through = math.MaxInt64
		}
		first, last = min(first, s.After), max(last, through)
		args = append(args, s.After, through)
		spans = append(spans, `(m.position > $`+strconv.Itoa(len(args)-1)+` AND m.position <= $`+strconv.Itoa(len(args))+`)`)
	}
	if len(spans) == 0 {
		return "", nil
	}
	condition := strings.Join(spans, " OR ")
	if len(spans) > 1 { // the whole stretch too, for the index
		args = append(args, first, last)
		condition = fmt.Sprintf(`m.position > $%d AND m.position <= $%d AND (%s)`, len(args)-1, len(args), condition)
	}
	if access.View != chat.StaffView {
		condition += ` AND m.audience = '` + string(chat.ForAll) + `'`
	}
	return condition, args
}

// complete puts attachments and the names of subjects to messages of one office.
func (r *Reader) complete(ctx context.Context, office chat.ID, messages []*chat.Message) error {
	if len(messages) == 0 {
		return nil
	}
	at := make(map[chat.MessagePlace]*chat.Message, len(messages))
	places := make([]chat.MessagePlace, 0, len(messages))
	var subjects []chat.ID
	for _, m := range messages {
		at[place(m)] = m
		places = append(places, place(m))
		for _, p := range m.Subjects {
			subjects = append(subjects, p.ID)
		}
		if m.Withdrawn != "" {
			subjects = append(subjects, m.WithdrawnBy.ID)
		}
	}
	attachments, err := r.attachmentsAt(ctx, office, places)
	if err != nil {
		return err
	}
	for _, a := range attachments {
		m := at[chat.MessagePlace{Conversation: a.Conversation, Position: a.Position}]
		m.Attachments = append(m.Attachments, a)
	}
	return r.nameSubjects(ctx, office, messages, subjects)
}

func (r *Reader) nameSubjects(ctx context.Context, office chat.ID, messages []*chat.Message, subjects []chat.ID) error {
	if len(subjects) == 0 {
		return nil
	}
	users, err := r.Users(ctx, office, subjects)
	if err != nil {
		return err
	}
	for _, m := range messages {
		for i, p := range m.Subjects {
			if u := users[p.ID]; u != nil {
				m.Subjects[i] = u.Person()
			}
		}
		if u := users[m.WithdrawnBy.ID]; u != nil {
			m.WithdrawnBy = u.Person()
		}
	}
	return nil
}

func place(m *chat.Message) chat.MessagePlace {
	return chat.MessagePlace{Conversation: m.Conversation, Position: m.Position}
}

func pointers(messages []chat.Message) []*chat.Message {
	p := make([]*chat.Message, len(messages))
	for i := range messages {
		p[i] = &messages[i]
	}
	return p
}

// encodePlaces gives the JSON that [Dialect.Places] reads; each place once.
func encodePlaces(places []chat.MessagePlace) string {
	seen := make(map[chat.MessagePlace]bool, len(places))
	pairs := make([][2]any, 0, len(places))
	for _, p := range places {
		if !seen[p] {
			seen[p] = true
			pairs = append(pairs, [2]any{p.Conversation.String(), int64(p.Position)})
		}
	}
	text, err := json.Marshal(pairs)
	if err != nil {
		panic(err) // strings and numbers
	}
	return string(text)
}
