package query

import (
	"context"

	"postern/chat"
)

// Account is chat.Reader's.
func (r *Reader) Account(ctx context.Context, office, account chat.ID) (*chat.Account, error) {
	a, err := One(ctx, r.db, "account", scanAccount, `
		SELECT office_id, id, name, category, strict FROM accounts WHERE office_id = $1 AND id = $2`, office, account)
	if err != nil {
		return nil, err
	}
	a.Tags, err = All(ctx, r.db, "tags", scanText, `
		SELECT tag FROM account_tags WHERE office_id = $1 AND account_id = $2 ORDER BY tag`, office, account)
	return a, err
}

func scanAccount(rows Rows, a *chat.Account) error {
	return rows.Scan(ID(&a.Office), ID(&a.ID), &a.Name, &a.Category, &a.Strict)
}

// PutAccount is chat.Tx's.
func (w *Writer) PutAccount(ctx context.Context, a chat.Account) error {
	err := w.exec(ctx, "put account", `
		INSERT INTO accounts (office_id, id, name, category, strict) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (office_id, id) DO UPDATE SET name = excluded.name, category = excluded.category, strict = excluded.strict`,
		a.Office, a.ID, a.Name, a.Category, a.Strict)
	if err != nil {
		return err
	}
	err = w.exec(ctx, "put tags", `DELETE FROM account_tags WHERE office_id = $1 AND account_id = $2`, a.Office, a.ID)
	if err != nil {
		return err
	}
	for _, tag := range a.Tags {
		err := w.exec(ctx, "put tag", `
			INSERT INTO account_tags (office_id, account_id, tag) VALUES ($1, $2, $3)
			ON CONFLICT (office_id, account_id, tag) DO NOTHING`, a.Office, a.ID, tag)
		if err != nil {
			return err
		}
	}
	return nil
}
