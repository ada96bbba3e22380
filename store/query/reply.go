package query

import (
	"context"

	"postern/chat"
)

const replyColumns = `r.office_id, r.reply, r.generation, r.conversation_id, r.user_id, r.mailed`

func scanReply(rows Rows, a *chat.ReplyAddress) error {
	return rows.Scan(ID(&a.Office), &a.Reply, &a.Generation, ID(&a.Conversation), ID(&a.User), &a.Mailed)
}

// ReplyAddress is chat.Reader's.
func (r *Reader) ReplyAddress(ctx context.Context, reply int64) (*chat.ReplyAddress, error) {
	return One(ctx, r.db, "reply address", scanReply, `
		SELECT `+replyColumns+` FROM reply_addresses AS r WHERE r.reply = $1`, reply)
}

// AddressFor is chat.Tx's. A new address is of generation 1; a number that another seat has is a Conflict.
func (w *Writer) AddressFor(ctx context.Context, office, conversation, user chat.ID, reply int64) (*chat.ReplyAddress, error) {
	err := w.exec(ctx, "make reply address", `
		INSERT INTO reply_addresses (reply, office_id, conversation_id, user_id, generation, mailed)
		VALUES ($1, $2, $3, $4, 1, 0)
		ON CONFLICT (office_id, conversation_id, user_id) DO NOTHING`, reply, office, conversation, user)
	if err != nil {
		return nil, err
	}
	return One(ctx, w.db, "reply address", scanReply, `
		SELECT `+replyColumns+` FROM reply_addresses AS r
		WHERE r.office_id = $1 AND r.conversation_id = $2 AND r.user_id = $3`, office, conversation, user)
}

// MarkMailed is chat.Tx's. It moves forward only.
func (w *Writer) MarkMailed(ctx context.Context, reply int64, newest chat.Position) error {
	return w.exec(ctx, "mark mailed", `
		UPDATE reply_addresses SET mailed = $2 WHERE reply = $1 AND mailed < $2`, reply, newest)
}
