package query

import (
	"context"

	"postern/chat"
)

func scanSignature(rows Rows, s *chat.Signature) error {
	return rows.Scan(ID(&s.Office), Hash(&s.Hash), &s.HTML, &s.Text)
}

// Signature is chat.Reader's.
func (r *Reader) Signature(ctx context.Context, office chat.ID, hash [32]byte) (*chat.Signature, error) {
	return One(ctx, r.db, "signature", scanSignature, `
		SELECT office_id, hash, html, text FROM signatures WHERE office_id = $1 AND hash = $2`, office, hash[:])
}

// Sign is chat.Tx's.
func (w *Writer) Sign(ctx context.Context, user chat.ID, s chat.Signature) error {
	if s.Hash != [32]byte{} {
		err := w.exec(ctx, "put signature", `
			INSERT INTO signatures (office_id, hash, html, text) VALUES ($1, $2, $3, $4)
			ON CONFLICT (office_id, hash) DO NOTHING`, s.Office, s.Hash[:], s.HTML, s.Text)
		if err != nil {
			return err
		}
	}
	return w.exec(ctx, "sign", `UPDATE users SET signature = $3 WHERE office_id = $1 AND id = $2`, s.Office, user, Sum(s.Hash))
}
