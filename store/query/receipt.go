package query

import (
	"context"

	"postern/chat"
)

// Receipts is chat.Reader's.
func (r *Reader) Receipts(ctx context.Context, office, conversation chat.ID, after, through chat.Position) ([]chat.ReceiptShown, error) {
	return All(ctx, r.db, "receipts", scanReceipt, `
		SELECT t.conversation_id, t.reader_id, t.after, t.through, t.at, u.id, u.name, u.role
		FROM receipts AS t JOIN users AS u ON u.id = t.reader_id AND (u.office_id = t.office_id) IS TRUE
		WHERE t.office_id = $1 AND t.conversation_id = $2 AND t.through > $3 AND t.after < $4
		ORDER BY t.at, t.reader_id, t.after`, office, conversation, after, through)
}

func scanReceipt(rows Rows, s *chat.ReceiptShown) error {
	var role chat.Role
	err := rows.Scan(ID(&s.Conversation), ID(&s.Receipt.Reader), &s.After, &s.Through, Time(&s.At),
		ID(&s.Reader.ID), &s.Reader.Name, &role)
	s.Reader.View = role.View()
	return err
}
