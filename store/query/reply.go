package query

import (
	"context"

	"postern/chat"
)

const replyColumns = `r.office_id, r.reply, r.generation, r.conversation_id, r.user_id, r.mailed`

func replyInto(a *chat.ReplyAddress) []any {
	return []any{ID(&a.Office), &a.Reply, &a.Generation, ID(&a.Conversation), ID(&a.User), &a.Mailed}
}

func scanReply(rows Rows, a *chat.ReplyAddress) error {
	return rows.Scan(replyInto(a)...)
}

func scanSeat(rows Rows, s *chat.ReplySeat) error {
	office := scannedOffice{Office: &s.Office}
	more := append([]any{&s.Active, &s.ConversationStrict, &s.AccountStrict, &s.Trusted}, replyInto(&s.Address)...)
	return office.read(ScanUserAnd(rows, &s.User, append(more, office.into()...)...))
}

// ReplySeat is chat.Reader's.
func (r *Reader) ReplySeat(ctx context.Context, reply int64) (*chat.ReplySeat, error) {
	return One(ctx, r.db, "reply address", scanSeat, `
		SELECT `+UserColumns+`, p.active, c.strict,
			EXISTS (SELECT 1 FROM participants AS q
				JOIN users AS w ON w.id = q.user_id AND (w.office_id = q.office_id) IS TRUE
				JOIN accounts AS a ON a.office_id = w.office_id AND a.id = w.account_id
				WHERE q.office_id = r.office_id AND q.conversation_id = r.conversation_id AND q.active AND a.strict),
			EXISTS (SELECT 1 FROM aliases AS a WHERE a.office_id = r.office_id AND a.user_id = r.user_id)
				OR EXISTS (SELECT 1 FROM trusted_signers AS s WHERE s.office_id = r.office_id AND s.user_id = r.user_id), `+replyColumns+`, `+OfficeColumns+`
		FROM reply_addresses AS r
		JOIN offices AS o ON o.id = r.office_id
		JOIN users AS u ON u.id = r.user_id AND (u.office_id = r.office_id) IS TRUE
		JOIN conversations AS c ON c.office_id = r.office_id AND c.id = r.conversation_id
		JOIN participants AS p ON p.office_id = r.office_id AND p.conversation_id = r.conversation_id AND p.user_id = r.user_id
		WHERE r.reply = $1`, reply)
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
