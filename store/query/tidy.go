package query

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"postern/chat"
)

// Due is chat.Tx's.
func (w *Writer) Due(ctx context.Context, chore string, next time.Time) (bool, error) {
	return w.once(ctx, "take a chore", `
		INSERT INTO chores (name, due_at) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at WHERE chores.due_at <= `+w.d.Now, chore, next)
}

// TrimStreams is chat.Tx's. Times within a stream may be a little out of order, so what goes is what lies before the first event
// to be kept: a stream has no gaps but at its beginning.
func (w *Writer) TrimStreams(ctx context.Context, after chat.ID, users int, before time.Time, each int) (last chat.ID, trimmed int64, err error) {
	page, err := All(ctx, w.db, "streams", scanID, `
		SELECT user_id FROM streams WHERE user_id > $1 ORDER BY user_id LIMIT $2`, after, users)
	if err != nil || len(page) == 0 {
		return chat.ID{}, 0, err
	}
	for _, user := range page {
		n, err := w.db.Exec(ctx, w.d.Trim, user, before, each)
		if err != nil {
			return chat.ID{}, 0, fmt.Errorf("trim a stream: %w", err)
		}
		trimmed += n
	}
	return page[len(page)-1], trimmed, nil
}

// DropUploads is chat.Tx's. One that is being sent, or put in a draft, at this moment is passed over, or stays.
func (w *Writer) DropUploads(ctx context.Context, before time.Time, limit int) ([]chat.Content, error) {
	return All(ctx, w.db, "uploads to drop", scanContent, `
		DELETE FROM attachments WHERE conversation_id IS NULL AND id IN (
			SELECT f.id FROM attachments AS f WHERE f.conversation_id IS NULL AND f.created_at < $1
				AND NOT EXISTS (SELECT 1 FROM draft_files AS d WHERE d.attachment_id = f.id)
			ORDER BY f.created_at LIMIT $2`+w.d.Claim+`)
		RETURNING office_id, hash`, before, limit)
}

func scanContent(rows Rows, c *chat.Content) error { return rows.Scan(ID(&c.Office), Hash(&c.Hash)) }

// InUse is chat.Reader's.
func (r *Reader) InUse(ctx context.Context, c chat.Content) (bool, error) {
	used, err := All(ctx, r.db, "uses of a file", scanNumber, `
		SELECT 1 FROM attachments WHERE hash = $1 AND office_id = $2
		UNION ALL
		SELECT 1 FROM letters WHERE raw = $1 AND raw IS NOT NULL AND office_id = $2
		LIMIT 1`, c.Hash[:], c.Office)
	return len(used) > 0, err
}

// DropSessions is chat.Tx's.
func (w *Writer) DropSessions(ctx context.Context, before time.Time, limit int) (int64, error) {
	return w.db.Exec(ctx, `
		DELETE FROM sessions WHERE id IN (
			SELECT s.id FROM sessions AS s WHERE s.id < $3 AND (s.ended_at < $1 OR s.expires_at < $1)
			ORDER BY s.id LIMIT $2)`, before, limit, madeBy(before))
}

// DropLinks is chat.Tx's.
func (w *Writer) DropLinks(ctx context.Context, before time.Time, limit int) (int64, error) {
	return w.db.Exec(ctx, `
		DELETE FROM links WHERE id IN (
			SELECT l.id FROM links AS l WHERE l.id < $3 AND (l.used_at < $1 OR l.expires_at < $1)
			ORDER BY l.id LIMIT $2)`, before, limit, madeBy(before))
}

// madeBy is greater than every id that was made before a time, and no greater than those made later: ids begin with the time that they
// were made at, in milliseconds (RFC 9562, section 5.7). What ended before a time was made before it too.
func madeBy(at time.Time) (id chat.ID) {
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(max(at.UnixMilli(), 0)))
	copy(id[:], ms[2:])
	return id
}
