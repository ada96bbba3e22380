package query

import (
	"context"

	"postern/chat"
)

// Badge counts what is unread for a user, given as SQL, in the index participants_unread; for SQLite, muted must be compared with a value
// for that.
func (d Dialect) Badge(user string) string {
	return `(SELECT count(*) FROM participants AS b WHERE ` + d.Unread("b", user) + ` AND b.muted = false)`
}

// Stream is chat.Reader's.
func (r *Reader) Stream(ctx context.Context, user chat.ID) (chat.Stream, error) {
	s, err := One(ctx, r.db, "stream", scanStream, `
		SELECT s.user_id, s.epoch, s.head, `+r.d.Badge("s.user_id")+` FROM streams AS s WHERE s.user_id = $1`, user)
	if err != nil {
		return chat.Stream{}, err
	}
	return *s, nil
}

func scanStream(rows Rows, s *chat.Stream) error {
	return rows.Scan(ID(&s.User), &s.Epoch, &s.Number, &s.Badge)
}

// Heads is chat.Store's, in one query.
func (r *Reader) Heads(ctx context.Context, users []chat.ID) (map[chat.ID]chat.Place, error) {
	streams, err := All(ctx, r.db, "heads", scanStream, `
		SELECT s.user_id, s.epoch, s.head, 0 FROM streams AS s WHERE `+r.d.In("s.user_id", "$1"), users)
	heads := make(map[chat.ID]chat.Place, len(streams))
	for _, s := range streams {
		heads[s.User] = s.Place
	}
	return heads, err
}

// RenewEpoch is chat.Tx's.
func (w *Writer) RenewEpoch(ctx context.Context, user chat.ID) error {
	return w.exec(ctx, "renew epoch", `UPDATE streams SET epoch = epoch + 1 WHERE user_id = $1`, user)
}

// Events is chat.Reader's.
func (r *Reader) Events(ctx context.Context, user chat.ID, after int64, limit int) ([]chat.StreamEvent, int64, error) {
	oldest, err := One(ctx, r.db, "stream", scanNumber, `
		SELECT COALESCE(`+r.d.Oldest+`, s.head + 1) FROM streams AS s WHERE s.user_id = $1`, user)
	if err != nil {
		return nil, 0, err
	}
	events, err := r.EventsPast(ctx, []chat.Past{{User: user, Number: max(after, *oldest-1)}}, limit)
	return events, *oldest, err
}

func scanEvent(rows Rows, e *chat.StreamEvent) error {
	return rows.Scan(ID(&e.User), &e.Number, &e.Badge, &e.Type, ID(&e.Conversation), &e.Position, ID(&e.Subject), Time(&e.At))
}
