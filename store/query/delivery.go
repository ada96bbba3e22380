package query

import (
	"context"
	"fmt"

	"postern/chat"
)

func scanFate(rows Rows, n *chat.Noticed) error {
	return scanNoticed(rows, &n.Notice, &n.Became, Time(&n.SettledAt))
}

// NoticesOf is chat.Reader's. What is due, and what is settled, each has an index of its own.
func (r *Reader) NoticesOf(ctx context.Context, office, conversation chat.ID, at chat.Position) ([]chat.Noticed, error) {
	const of = ` FROM notices AS n WHERE n.office_id = $1 AND n.conversation_id = $2 AND n.position = $3 AND n.kind NOT IN ('copy', 'read')`
	found, err := All(ctx, r.db, "notices of a message", scanFate, `
		SELECT `+noticeColumns+`, n.state, n.settled_at`+of+` AND n.state = 'due'
		UNION ALL
		SELECT `+noticeColumns+`, n.state, n.settled_at`+of+` AND n.settled_at IS NOT NULL
		ORDER BY 7, 3`, office, conversation, at)
	var list []chat.Noticed
	for _, n := range found {
		if last := len(list) - 1; last >= 0 && list[last].Recipient == n.Recipient {
			continue // of a mention and a message the first by name
		}
		list = append(list, n)
	}
	return list, err
}

// CopyOwed is chat.Reader's.
func (r *Reader) CopyOwed(ctx context.Context, office, conversation chat.ID, at chat.Position) (bool, error) {
	const of = `SELECT 1 FROM notices AS n WHERE n.office_id = $1 AND n.conversation_id = $2 AND n.position = $3 AND n.kind = 'copy' AND n.state = `
	found, err := All(ctx, r.db, "copy owed", scanNumber, of+`'held' UNION ALL `+of+`'due'`, office, conversation, at)
	return len(found) > 0, err
}

func scanAnswer(rows Rows, a *chat.Answer) error {
	return rows.Scan(ID(&a.Author), ID(&a.Message), Time(&a.At))
}

// Answers is chat.Reader's.
func (r *Reader) Answers(ctx context.Context, office, conversation chat.ID, after chat.Position, limit int) ([]chat.Answer, error) {
	return All(ctx, r.db, "answers by mail", scanAnswer, `
		SELECT m.author_id, m.id, m.at FROM messages AS m
		WHERE m.office_id = $1 AND m.conversation_id = $2 AND m.position > $3 AND m.via = 'letter' AND m.withdrawn = ''
		ORDER BY m.position LIMIT $4`, office, conversation, after, limit)
}

// OweAgain is chat.Tx's.
func (w *Writer) OweAgain(ctx context.Context, m chat.Mail) (int64, error) {
	n, err := w.db.Exec(ctx, `
		UPDATE notices SET state = 'due', due_at = `+w.d.Now+`, settled_at = NULL, kept_back = FALSE
		WHERE mail_id = $1 AND recipient_id = $2 AND conversation_id = $3 AND state = 'mailed'`, m.ID, m.Recipient, m.Conversation)
	if err != nil {
		return 0, fmt.Errorf("owe again: %w", err)
	}
	return n, nil
}

// CarryOver is chat.Tx's.
func (w *Writer) CarryOver(ctx context.Context, from chat.Mail, to chat.ID) error {
	return w.exec(ctx, "carry over", `
		UPDATE notices SET mail_id = $3 WHERE mail_id = $1 AND recipient_id = $2 AND state = 'mailed'`, from.ID, from.Recipient, to)
}

func scanPlace(rows Rows, p *chat.Position) error { return rows.Scan(p) }

// Carried is chat.Reader's. What is owed again keeps the mail's id while it is due.
func (r *Reader) Carried(ctx context.Context, m chat.Mail) ([]chat.Position, error) {
	return All(ctx, r.db, "carried by a mail", scanPlace, `
		SELECT DISTINCT n.position FROM notices AS n
		WHERE n.mail_id = $1 AND n.recipient_id = $2 AND n.conversation_id = $3 ORDER BY n.position`, m.ID, m.Recipient, m.Conversation)
}

const suppressionColumns = `s.office_id, s.id, s.address, s.user_id, s.cause, s.reason, s.mail_id, s.at`

func scanSuppression(rows Rows, s *chat.Suppression) error {
	return rows.Scan(ID(&s.Office), ID(&s.ID), &s.Address, ID(&s.User), &s.Cause, &s.Reason, ID(&s.Mail), Time(&s.At))
}

// Suppression is chat.Reader's.
func (r *Reader) Suppression(ctx context.Context, office chat.ID, address string) (*chat.Suppression, error) {
	return One(ctx, r.db, "suppression", scanSuppression, `
		SELECT `+suppressionColumns+` FROM suppressions AS s WHERE s.office_id = $1 AND s.address = $2`, office, address)
}

// Suppressions is chat.Reader's.
func (r *Reader) Suppressions(ctx context.Context, office chat.ID, limit int) ([]chat.Suppression, error) {
	return All(ctx, r.db, "suppressions", scanSuppression, `
		SELECT `+suppressionColumns+` FROM suppressions AS s WHERE s.office_id = $1 ORDER BY s.at DESC, s.id DESC LIMIT $2`, office, limit)
}

// Suppress is chat.Tx's.
func (w *Writer) Suppress(ctx context.Context, s chat.Suppression) error {
	return w.exec(ctx, "suppress address", `
		INSERT INTO suppressions (office_id, id, address, user_id, cause, reason, mail_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.Office, s.ID, s.Address, s.User, string(s.Cause), s.Reason, s.Mail, s.At)
}

// ClearSuppression is chat.Tx's.
func (w *Writer) ClearSuppression(ctx context.Context, office, id chat.ID) (bool, error) {
	return w.once(ctx, "clear suppression", `DELETE FROM suppressions WHERE office_id = $1 AND id = $2`, office, id)
}
