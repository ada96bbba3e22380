package query

import (
	"context"

	"postern/chat"
)

func scanAlias(rows Rows, a *chat.Alias) error {
	return rows.Scan(ID(&a.Office), &a.Address, ID(&a.User), ID(&a.AddedBy), Time(&a.AddedAt))
}

func scanSigner(rows Rows, s *chat.TrustedSigner) error {
	return rows.Scan(ID(&s.Office), ID(&s.User), &s.Domain, ID(&s.AddedBy), Time(&s.AddedAt))
}

const aliasColumns = `a.office_id, a.address, a.user_id, a.added_by, a.added_at`

// Aliases is chat.Reader's.
func (r *Reader) Aliases(ctx context.Context, office, user chat.ID) ([]chat.Alias, error) {
	return All(ctx, r.db, "aliases", scanAlias, `
		SELECT `+aliasColumns+` FROM aliases AS a WHERE a.office_id = $1 AND a.user_id = $2 ORDER BY a.address`, office, user)
}

// Alias is chat.Reader's.
func (r *Reader) Alias(ctx context.Context, office chat.ID, address string) (*chat.Alias, error) {
	return One(ctx, r.db, "alias", scanAlias, `
		SELECT `+aliasColumns+` FROM aliases AS a WHERE a.office_id = $1 AND a.address = $2`, office, address)
}

// TrustedSigners is chat.Reader's.
func (r *Reader) TrustedSigners(ctx context.Context, office, user chat.ID) ([]chat.TrustedSigner, error) {
	return All(ctx, r.db, "trusted signers", scanSigner, `
		SELECT s.office_id, s.user_id, s.domain, s.added_by, s.added_at FROM trusted_signers AS s
		WHERE s.office_id = $1 AND s.user_id = $2 ORDER BY s.domain`, office, user)
}

// AddAlias is chat.Tx's.
func (w *Writer) AddAlias(ctx context.Context, a chat.Alias) error {
	return w.exec(ctx, "add alias", `
		INSERT INTO aliases (office_id, address, user_id, added_by, added_at) VALUES ($1, $2, $3, $4, $5)`,
		a.Office, a.Address, a.User, a.AddedBy, a.AddedAt)
}

// TrustSigner is chat.Tx's.
func (w *Writer) TrustSigner(ctx context.Context, s chat.TrustedSigner) error {
	return w.exec(ctx, "trust signer", `
		INSERT INTO trusted_signers (office_id, user_id, domain, added_by, added_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (office_id, user_id, domain) DO NOTHING`, s.Office, s.User, s.Domain, s.AddedBy, s.AddedAt)
}

// DropAlias is chat.Tx's.
func (w *Writer) DropAlias(ctx context.Context, office, user chat.ID, address string) (bool, error) {
	return w.once(ctx, "drop alias", `DELETE FROM aliases WHERE office_id = $1 AND user_id = $2 AND address = $3`, office, user, address)
}

// DropSigner is chat.Tx's.
func (w *Writer) DropSigner(ctx context.Context, office, user chat.ID, domain string) (bool, error) {
	return w.once(ctx, "drop signer", `DELETE FROM trusted_signers WHERE office_id = $1 AND user_id = $2 AND domain = $3`, office, user, domain)
}
