package query

import (
	"context"
	"fmt"
	"strings"
	"time"

	"postern/chat"
)

const noticeColumns = `n.office_id, n.id, n.kind, n.conversation_id, n.message_id, n.position, n.recipient_id, n.due_at, n.mail_id, n.kept_back`

func scanNotice(rows Rows, n *chat.Notice) error { return scanNoticed(rows, n) }

func scanNoticed(rows Rows, n *chat.Notice, more ...any) error {
	return rows.Scan(append([]any{
		ID(&n.Office), ID(&n.ID), &n.Kind, ID(&n.Conversation), ID(&n.Message), &n.Position, ID(&n.Recipient), Time(&n.DueAt), ID(&n.Mail), &n.KeptBack,
	}, more...)...)
}

// Notices is chat.Reader's.
func (r *Reader) Notices(ctx context.Context, office, recipient, conversation chat.ID) ([]chat.Notice, error) {
	return All(ctx, r.db, "notices", scanNotice, `
		SELECT `+noticeColumns+` FROM notices AS n
		WHERE n.office_id = $1 AND n.recipient_id = $2 AND n.conversation_id = $3 AND n.state = 'due'
		ORDER BY n.position, n.id`, office, recipient, conversation)
}

// ClaimNotices is chat.Tx's.
//
// The oldest notice that a recipient is owed in a conversation stands for the pair: only who leases it leases the rest, so that two
// claimers never share a pair, also when a notice is added while the first is at work. What is kept back for later, and leased by nobody, stands for nothing: what
// comes after it may not have to wait with it.
func (w *Writer) ClaimNotices(ctx context.Context, token chat.ID, until time.Time, limit int) ([]chat.Claim, error) {
	claims, err := All(ctx, w.db, "due notices", scanClaim, `
		SELECT n.office_id, n.recipient_id, n.conversation_id
		FROM notices AS n
		WHERE n.state = 'due' AND n.due_at <= `+w.d.Now+` AND (n.until IS NULL OR n.until <= `+w.d.Now+`)
		AND NOT EXISTS (SELECT 1 FROM notices AS e
			WHERE e.state = 'due' AND e.recipient_id = n.recipient_id AND e.conversation_id = n.conversation_id
			AND (e.position, e.id) < (n.position, n.id) AND (NOT e.kept_back OR e.due_at <= `+w.d.Now+` OR e.until > `+w.d.Now+`))
		ORDER BY n.due_at, n.id LIMIT $1`+w.d.Claim, limit)
	if err != nil || len(claims) == 0 {
		return nil, err
	}
	var seats []chat.Seat
	for i := range claims {
		claims[i].Token, claims[i].Until = token, until
		seats = append(seats, chat.Seat{Conversation: claims[i].Conversation, User: claims[i].Recipient})
	}
	ids, err := All(ctx, w.db, "notices to lease", scanID, `
		SELECT n.id FROM `+w.d.Seats("$1")+` AS seat`+
		w.d.Each("notices", "n", `n.conversation_id = seat.conversation_id AND n.recipient_id = seat.user_id AND n.state = 'due'`), encodeSeats(seats))
	if err != nil {
		return nil, err
	}
	return claims, w.exec(ctx, "lease notices", `
		UPDATE notices SET token = $1, until = $2 WHERE state = 'due' AND `+w.d.In("id", "$3"), token, until, ids)
}

func scanClaim(rows Rows, c *chat.Claim) error {
	return rows.Scan(ID(&c.Office), ID(&c.Recipient), ID(&c.Conversation))
}

// Owed is chat.Tx's. The notices stay leased until the transaction ends, whatever the clock says.
func (w *Writer) Owed(ctx context.Context, c chat.Claim) ([]chat.Notice, error) {
	return All(ctx, w.db, "owed notices", scanNotice, `
		SELECT `+noticeColumns+` FROM notices AS n
		WHERE n.recipient_id = $1 AND n.conversation_id = $2 AND n.state = 'due' AND n.token = $3 AND n.until > `+w.d.Now+`
		ORDER BY n.position, n.id`+w.d.Lock, c.Recipient, c.Conversation, c.Token)
}

// PostponeNotices is chat.Tx's.
func (w *Writer) PostponeNotices(ctx context.Context, c chat.Claim, due time.Time) error {
	return w.exec(ctx, "postpone notices", `
		UPDATE notices SET due_at = CASE WHEN due_at < $4 THEN $4 ELSE due_at END, token = NULL, until = NULL
		WHERE recipient_id = $1 AND conversation_id = $2 AND state = 'due' AND token = $3`, c.Recipient, c.Conversation, c.Token, due)
}

// KeepBack is chat.Tx's.
func (w *Writer) KeepBack(ctx context.Context, c chat.Claim, due time.Time) error {
	return w.exec(ctx, "keep notices back", `
		UPDATE notices SET due_at = CASE WHEN due_at <= $4 AND (NOT kept_back OR due_at <= `+w.d.Now+`) THEN $4 ELSE due_at END, kept_back = kept_back OR due_at <= $4,
			token = NULL, until = NULL
		WHERE recipient_id = $1 AND conversation_id = $2 AND state = 'due' AND token = $3`, c.Recipient, c.Conversation, c.Token, due)
}

// OwedTogether is chat.Tx's. Rows are locked in one order, whoever asks; who waited for another finds them settled.
func (w *Writer) OwedTogether(ctx context.Context, c chat.Claim, limit int) ([]chat.Notice, error) {
	return All(ctx, w.db, "what is owed together", scanNotice, `
		SELECT `+noticeColumns+` FROM notices AS n
		WHERE n.recipient_id = $1 AND n.state = 'due' AND n.conversation_id IN (
			SELECT together.conversation_id FROM (SELECT DISTINCT k.conversation_id FROM notices AS k
				WHERE k.recipient_id = $1 AND k.state = 'due' AND k.kept_back AND k.due_at <= `+w.d.Now+`
				ORDER BY k.conversation_id LIMIT $4) AS together
			UNION SELECT $2)
		AND (n.conversation_id <> $2 OR n.token = $3 AND n.until > `+w.d.Now+`)
		ORDER BY n.conversation_id, n.position, n.id`+w.d.Lock, c.Recipient, c.Conversation, c.Token, limit)
}

// Digested is chat.Reader's.
func (r *Reader) Digested(ctx context.Context, m chat.Mail) ([]chat.Notice, error) {
	return All(ctx, r.db, "notices of a digest", scanNotice, `
		SELECT `+noticeColumns+` FROM notices AS n
		WHERE n.mail_id = $1 AND n.state = 'mailed' AND n.kept_back AND n.recipient_id = $2
		ORDER BY n.conversation_id, n.position, n.id`, m.ID, m.Recipient)
}

// Recall is chat.Tx's.
func (w *Writer) Recall(ctx context.Context, office, recipient chat.ID, after time.Duration) error {
	now, err := w.Now(ctx)
	if err != nil {
		return err
	}
	return w.exec(ctx, "recall notices", `
		UPDATE notices SET due_at = CASE WHEN due_at > $3 THEN $3 ELSE due_at END, kept_back = FALSE
		WHERE office_id = $1 AND recipient_id = $2 AND state = 'due' AND kept_back`, office, recipient, now.Add(after))
}

// SettleTogether is chat.Tx's.
func (w *Writer) SettleTogether(ctx context.Context, notices []chat.ID, mail chat.ID) error {
	if err := w.SettleNotices(ctx, notices, chat.NoticeMailed, mail); err != nil {
		return err
	}
	return w.exec(ctx, "mark what a digest carries", `UPDATE notices SET kept_back = TRUE WHERE `+w.d.In("id", "$1"), notices)
}

// SettleNotices is chat.Tx's. It is a Conflict when one of them was settled before.
func (w *Writer) SettleNotices(ctx context.Context, notices []chat.ID, to chat.NoticeState, mail chat.ID) error {
	n, err := w.db.Exec(ctx, `
		UPDATE notices SET state = $1, mail_id = COALESCE($2, mail_id), token = NULL, until = NULL, settled_at = `+w.d.Now+`
		WHERE state = 'due' AND `+w.d.In("id", "$3"), string(to), Ref(mail), notices)
	if err == nil && n != int64(len(notices)) {
		err = chat.Refuse(chat.Conflict, "Somebody else settled these notices.")
	}
	if err != nil {
		return fmt.Errorf("settle notices: %w", err)
	}
	return nil
}

// ReleaseCopies is chat.Tx's.
func (w *Writer) ReleaseCopies(ctx context.Context, office, conversation chat.ID, positions []chat.Position) error {
	if len(positions) == 0 {
		return nil
	}
	args := []any{office, conversation}
	var at []string
	for _, p := range positions {
		at, args = append(at, next(args)), append(args, p)
	}
	return w.exec(ctx, "release copies", `
		UPDATE notices SET state = 'due', due_at = `+w.d.Now+`
		WHERE office_id = $1 AND conversation_id = $2 AND state = 'held' AND position IN (`+strings.Join(at, ", ")+`)`, args...)
}

// Untold is chat.Reader's.
func (r *Reader) Untold(ctx context.Context, office, conversation, author chat.ID, from chat.Position, limit int) ([]chat.Position, error) {
	return All(ctx, r.db, "untold messages", scanPlace, `
		WITH told AS MATERIALIZED (
			SELECT quoted, newest FROM mails
			WHERE office_id = $1 AND recipient_id = $3 AND conversation_id = $2 AND kind = 'read' AND newest >= $4)
		SELECT m.position FROM messages AS m
		WHERE m.office_id = $1 AND m.conversation_id = $2 AND m.author_id = $3 AND m.position >= $4
		AND m.audience = 'all' AND m.kind = 'message' AND m.withdrawn = ''
		AND NOT EXISTS (SELECT 1 FROM told WHERE told.quoted <= m.position AND told.newest >= m.position)
		ORDER BY m.position LIMIT $5`, office, conversation, author, from, limit)
}
