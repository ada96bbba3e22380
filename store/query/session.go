package query

import (
	"context"
	"fmt"
	"time"

	"postern/chat"
)

const sessionColumns = `id, office_id, user_id, token_hash, agent, created_at, seen_at, expires_at, ended_at`

func scanSession(rows Rows, s *chat.Session) error {
	return rows.Scan(ID(&s.ID), ID(&s.Office), ID(&s.User), Hash(&s.TokenHash), &s.Agent,
		Time(&s.CreatedAt), Time(&s.SeenAt), Time(&s.ExpiresAt), Time(&s.EndedAt))
}

// Session is chat.Reader's.
func (r *Reader) Session(ctx context.Context, tokenHash [32]byte) (*chat.Session, error) {
	return One(ctx, r.db, "session", scanSession, `
		SELECT `+sessionColumns+` FROM sessions WHERE token_hash = $1`, tokenHash[:])
}

// Sessions is chat.Reader's.
func (r *Reader) Sessions(ctx context.Context, office, user chat.ID) ([]chat.Session, error) {
	return All(ctx, r.db, "sessions", scanSession, `
		SELECT `+sessionColumns+` FROM sessions
		WHERE office_id = $1 AND user_id = $2 AND ended_at IS NULL
		ORDER BY created_at DESC, id DESC`, office, user)
}

// AddSession is chat.Tx's.
func (w *Writer) AddSession(ctx context.Context, s chat.Session) error {
	return w.exec(ctx, "add session", `
		INSERT INTO sessions (`+sessionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		s.ID, s.Office, s.User, s.TokenHash[:], s.Agent, s.CreatedAt, s.SeenAt, s.ExpiresAt, When(s.EndedAt))
}

// TouchSessions is chat.Tx's. Those that another transaction holds are left to it: it does the same, or ends them.
func (w *Writer) TouchSessions(ctx context.Context, sessions []chat.ID, at time.Time) error {
	return w.exec(ctx, "touch sessions", `
		UPDATE sessions SET seen_at = $2
		WHERE id IN (SELECT t.id FROM sessions AS t WHERE `+w.d.In("t.id", "$1")+` AND t.seen_at < $2`+w.d.Claim+`)`, sessions, at)
}

// EndSession is chat.Tx's.
func (w *Writer) EndSession(ctx context.Context, office, id chat.ID, at time.Time) (bool, error) {
	return w.once(ctx, "end session", `
		UPDATE sessions SET ended_at = $3 WHERE office_id = $1 AND id = $2 AND ended_at IS NULL`, office, id, at)
}

const linkColumns = `id, office_id, user_id, kind, token_hash, created_at, expires_at, used_at`

func scanLink(rows Rows, l *chat.Link) error {
	return rows.Scan(ID(&l.ID), ID(&l.Office), ID(&l.User), &l.Kind, Hash(&l.TokenHash),
		Time(&l.CreatedAt), Time(&l.ExpiresAt), Time(&l.UsedAt))
}

// Link is chat.Reader's.
func (r *Reader) Link(ctx context.Context, tokenHash [32]byte) (*chat.Link, error) {
	return One(ctx, r.db, "link", scanLink, `SELECT `+linkColumns+` FROM links WHERE token_hash = $1`, tokenHash[:])
}

// AddLink is chat.Tx's.
func (w *Writer) AddLink(ctx context.Context, l chat.Link) error {
	return w.exec(ctx, "add link", `INSERT INTO links (`+linkColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		l.ID, l.Office, l.User, string(l.Kind), l.TokenHash[:], l.CreatedAt, l.ExpiresAt, When(l.UsedAt))
}

// UseLink is chat.Tx's.
func (w *Writer) UseLink(ctx context.Context, id chat.ID, at time.Time) (bool, error) {
	return w.once(ctx, "use link", `UPDATE links SET used_at = $2 WHERE id = $1 AND used_at IS NULL`, id, at)
}

// SpendLinks is chat.Tx's.
func (w *Writer) SpendLinks(ctx context.Context, office, user chat.ID, at time.Time) error {
	return w.exec(ctx, "spend links", `UPDATE links SET used_at = $3 WHERE office_id = $1 AND user_id = $2 AND used_at IS NULL`, office, user, at)
}

// once runs an update that only the first of many finds something to do for.
func (w *Writer) once(ctx context.Context, what, sql string, args ...any) (bool, error) {
	n, err := w.db.Exec(ctx, sql, args...)
	if err != nil {
		return false, fmt.Errorf("%s: %w", what, err)
	}
	return n > 0, nil
}
