package query

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"postern/chat"
)

const templateColumns = `t.office_id, t.id, t.owner_id, t.section, t.title, t.html, t.changed_at`

func scanTemplate(rows Rows, t *chat.Template) error {
	return rows.Scan(ID(&t.Office), ID(&t.ID), ID(&t.Owner), &t.Group, &t.Title, &t.HTML, Time(&t.ChangedAt))
}

// Template is chat.Reader's.
func (r *Reader) Template(ctx context.Context, office, template chat.ID) (*chat.Template, error) {
	return One(ctx, r.db, "template", scanTemplate, `
		SELECT `+templateColumns+` FROM templates AS t WHERE t.office_id = $1 AND t.id = $2`, office, template)
}

// Templates is chat.Reader's: two lists in their order, put together here.
func (r *Reader) Templates(ctx context.Context, office, owner chat.ID) ([]chat.Template, error) {
	const of, order = `SELECT ` + templateColumns + ` FROM templates AS t WHERE t.office_id = $1 AND `, ` ORDER BY t.title, t.id`
	shared, err := All(ctx, r.db, "shared templates", scanTemplate, of+`t.owner_id IS NULL`+order, office)
	if err != nil {
		return nil, err
	}
	own, err := All(ctx, r.db, "own templates", scanTemplate, of+`t.owner_id = $2`+order, office, owner)
	all := slices.Concat(shared, own)
	slices.SortFunc(all, func(a, b chat.Template) int {
		return cmp.Or(strings.Compare(a.Title, b.Title), bytes.Compare(a.ID[:], b.ID[:]))
	})
	return all, err
}

// PutTemplate is chat.Tx's.
func (w *Writer) PutTemplate(ctx context.Context, t chat.Template) error {
	return w.exec(ctx, "put template", `
		INSERT INTO templates (office_id, id, owner_id, section, title, html, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (office_id, id) DO UPDATE SET owner_id = excluded.owner_id, section = excluded.section, title = excluded.title,
			html = excluded.html, changed_at = excluded.changed_at`,
		t.Office, t.ID, Ref(t.Owner), string(t.Group), t.Title, t.HTML, t.ChangedAt)
}

// DropTemplate is chat.Tx's.
func (w *Writer) DropTemplate(ctx context.Context, office, template chat.ID) error {
	return w.exec(ctx, "drop template", `DELETE FROM templates WHERE office_id = $1 AND id = $2`, office, template)
}
