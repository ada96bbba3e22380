package sqlite

import (
	"context"
	"maps"
	"slices"

	"postern/chat"
	"postern/store/query"
)

// load fills a group with what the needs name, from what is known and else from the database. There is nothing to lock: the transaction
// is the only one that writes.
func load(ctx context.Context, c *conn, k *known, needs []chat.Need) (*chat.Group, error) {
	l := &loader{c: c, k: k, r: query.NewReader(c, query.SQLite()), g: chat.NewGroup()}
	for office, own := range byOffice(needs) {
		if err := l.office(ctx, office, own); err != nil {
			return nil, err
		}
	}
	return l.g, nil
}

func byOffice(needs []chat.Need) map[chat.ID][]chat.Need {
	offices := map[chat.ID][]chat.Need{}
	for _, n := range needs {
		offices[n.Office] = append(offices[n.Office], n)
	}
	return offices
}

type loader struct {
	c *conn
	k *known
	r *query.Reader
	g *chat.Group
}

// office loads what the needs of one office name; in an office that does not exist there is nothing.
func (l *loader) office(ctx context.Context, id chat.ID, needs []chat.Need) error {
	if err := l.head(ctx, id); err != nil || l.g.Offices[id] == nil {
		return err
	}
	users, err := l.threads(ctx, id, needs)
	if err != nil {
		return err
	}
	if err := l.users(ctx, id, users); err != nil {
		return err
	}
	if err := l.uploads(ctx, id, needs); err != nil {
		return err
	}
	if err := l.keys(ctx, id, needs); err != nil {
		return err
	}
	for _, n := range needs {
		if err := l.single(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) head(ctx context.Context, id chat.ID) error {
	if o := l.k.offices[id]; o != nil {
		l.g.Offices[id] = o
		return nil
	}
	o, err := l.r.Office(ctx, id)
	switch {
	case chat.KindOf(err) == chat.NotFound:
		return nil
	case err == nil:
		l.g.Offices[id] = o
	}
	return err
}

// threads loads the conversations, and gives everybody who takes part or is named.
func (l *loader) threads(ctx context.Context, office chat.ID, needs []chat.Need) ([]chat.ID, error) {
	unknown, users := set{}, set{}
	for _, n := range needs {
		users.add(n.Actor)
		users.add(n.Users...)
		if t := l.k.threads[n.Conversation]; t != nil && t.Conversation.Office == office {
			l.g.Threads[n.Conversation] = t
		} else {
			unknown.add(n.Conversation)
		}
	}
	if err := l.unknownThreads(ctx, office, unknown.sorted()); err != nil {
		return nil, err
	}
	for _, n := range needs {
		if t := l.g.Threads[n.Conversation]; t != nil {
			users.add(t.Order...)
		}
	}
	return users.sorted(), nil
}

func (l *loader) unknownThreads(ctx context.Context, office chat.ID, ids []chat.ID) error {
	if len(ids) == 0 {
		return nil
	}
	found, err := query.All(ctx, l.c, "conversations", query.ScanConversation, `
		SELECT `+query.ConversationColumns+` FROM conversations AS c
		WHERE c.office_id = $1 AND `+among("c.id", "$2"), office, ids)
	if err != nil {
		return err
	}
	for _, c := range found {
		l.g.AddThread(c)
	}
	participants, err := query.All(ctx, l.c, "participants", query.ScanParticipant, `
		SELECT `+query.ParticipantColumns+` FROM participants AS p
		WHERE p.office_id = $1 AND `+among("p.conversation_id", "$2")+`
		ORDER BY p.conversation_id, p.ordinal`, office, ids)
	if err != nil {
		return err
	}
	for _, p := range participants {
		t := l.g.Threads[p.Conversation]
		t.AddParticipant(p)
		l.k.seats[chat.Seat{Conversation: p.Conversation, User: p.User}] = t.Participants[p.User]
	}
	spans, err := query.All(ctx, l.c, "spans", query.ScanSpan, `
		SELECT `+query.SpanColumns+` FROM spans AS s
		WHERE s.office_id = $1 AND `+among("s.conversation_id", "$2")+`
		ORDER BY s.conversation_id, s.user_id, s.ordinal`, office, ids)
	for _, s := range spans {
		l.g.Threads[s.Conversation].AddSpan(s)
	}
	return err
}

// users loads people and where their streams stand.
func (l *loader) users(ctx context.Context, office chat.ID, ids []chat.ID) error {
	var unknown []chat.ID
	for _, id := range ids {
		u, s := l.k.users[id], l.k.streams[id]
		if u == nil || s == nil || u.Office != office {
			unknown = append(unknown, id)
			continue
		}
		l.g.Users[id], l.g.Streams[id] = u, s
	}
	if len(unknown) == 0 {
		return nil
	}
	found, err := query.All(ctx, l.c, "users", scanListener, `
		SELECT `+query.UserColumns+`, s.epoch, s.head, COALESCE(s.last_event, 0), `+query.SQLite().Badge("s.user_id")+`
		FROM users AS u JOIN streams AS s ON s.user_id = u.id
		WHERE u.office_id = $1 AND `+among("u.id", "$2"), office, unknown)
	for i := range found {
		u := &found[i]
		l.g.Users[u.user.ID] = &u.user
		l.g.Streams[u.user.ID] = &chat.Stream{User: u.user.ID, Place: u.place, Badge: u.badge}
		l.k.ends[u.user.ID] = u.end
	}
	return err
}

type listener struct {
	user  chat.User
	place chat.Place
	badge int
	end   int64
}

func scanListener(rows query.Rows, l *listener) error {
	return query.ScanUserAnd(rows, &l.user, &l.place.Epoch, &l.place.Number, &l.end, &l.badge)
}

func (l *loader) uploads(ctx context.Context, office chat.ID, needs []chat.Need) error {
	ids := set{}
	for _, n := range needs {
		ids.add(n.Uploads...)
	}
	if len(ids) == 0 {
		return nil
	}
	uploads, err := query.All(ctx, l.c, "uploads", query.ScanAttachment, `
		SELECT `+query.AttachmentColumns+` FROM attachments AS f
		WHERE f.office_id = $1 AND `+among("f.id", "$2"), office, ids.sorted())
	for _, a := range uploads {
		l.g.Uploads[a.ID] = &a
	}
	return err
}

// keys loads the messages written earlier under keys that are used again. Hardly one is: so the keys of all are looked up together.
func (l *loader) keys(ctx context.Context, office chat.ID, needs []chat.Need) error {
	var keys []any // author and key by turns
	for i := range needs {
		if n := &needs[i]; n.Key != "" {
			keys = append(keys, &n.Actor, n.Key)
		}
	}
	var used []chat.ClientKey
	err := inBatches(len(keys)/2, func(from, to int) error {
		some, err := query.All(ctx, l.c, "keys", scanKey, usedKeys[to-from], keys[2*from:2*to]...)
		used = append(used, some...)
		return err
	})
	if err != nil {
		return err
	}
	for _, key := range used {
		m, err := l.r.Earlier(ctx, office, key)
		if err != nil {
			return err
		}
		if m != nil {
			l.g.Keys[key] = m
		}
	}
	return nil
}

var usedKeys = statements(func(n int) string {
	return `SELECT m.author_id, m.client_key FROM (VALUES ` + values(2, n) + `) AS k
		CROSS JOIN messages AS m ON m.author_id = k.column1 AND m.client_key = k.column2 AND m.client_key <> ''`
})

func scanKey(rows query.Rows, k *chat.ClientKey) error { return rows.Scan(query.ID(&k.Author), &k.Key) }

// single loads what is one decision's alone.
func (l *loader) single(ctx context.Context, n chat.Need) error {
	if n.Once != nil {
		if err := l.letter(ctx, n); err != nil {
			return err
		}
	}
	if !n.Draft.IsZero() {
		if err := l.draft(ctx, n); err != nil {
			return err
		}
	}
	return l.authored(ctx, n)
}

func (l *loader) letter(ctx context.Context, n chat.Need) error {
	letters, err := query.All(ctx, l.c, "letters", query.ScanLetter, `
		SELECT `+query.LetterColumns+` FROM letters AS l
		WHERE l.office_id = $1 AND l.once = $2`, n.Office, n.Once[:])
	for _, letter := range letters {
		l.g.Letters[letter.Once] = &letter
	}
	return err
}

func (l *loader) draft(ctx context.Context, n chat.Need) error {
	drafts, err := query.All(ctx, l.c, "drafts", query.ScanDraftState, `
		SELECT `+query.DraftStateColumns+` FROM drafts AS d
		WHERE d.office_id = $1 AND d.author_id = $2 AND d.id = $3`, n.Office, n.Actor, n.Draft)
	for _, d := range drafts {
		l.g.Drafts[chat.DraftKey{Author: d.Author, ID: d.ID}] = &d
	}
	return err
}

// authored loads who wrote what the reader is about to read.
func (l *loader) authored(ctx context.Context, n chat.Need) error {
	t := l.g.Threads[n.Conversation]
	if n.ReadTo == 0 || t == nil || t.Participants[n.Actor] == nil {
		return nil
	}
	found, err := query.All(ctx, l.c, "authors", scanAuthored, `
		SELECT m.author_id, m.audience, min(m.position), max(m.position) FROM messages AS m
		WHERE m.office_id = $1 AND m.conversation_id = $2 AND m.position > $3 AND m.position <= $4 AND m.withdrawn <> 'undone'
		AND (m.kind <> 'event' OR m.happening = 'letter_held')
		GROUP BY m.author_id, m.audience ORDER BY m.author_id, m.audience`,
		n.Office, n.Conversation, t.Participants[n.Actor].Opened, n.ReadTo)
	for _, a := range found {
		a.Conversation, a.Reader = n.Conversation, n.Actor
		l.g.Authored = append(l.g.Authored, a)
	}
	return err
}

func scanAuthored(rows query.Rows, a *chat.Authored) error {
	return rows.Scan(query.ID(&a.Author), &a.Audience, &a.First, &a.Last)
}

func among(id, param string) string { return query.SQLite().In(id, param) }

// set is a set of ids without the zero one.
type set map[chat.ID]bool

func (s set) add(ids ...chat.ID) {
	for _, id := range ids {
		if !id.IsZero() {
			s[id] = true
		}
	}
}

func (s set) sorted() []chat.ID {
	return slices.SortedFunc(maps.Keys(s), func(a, b chat.ID) int { return slices.Compare(a[:], b[:]) })
}
