package query

import (
	"context"

	"postern/chat"
)

// Copies is chat.Reader's. IS TRUE keeps indexes away that begin with the office.
func (r *Reader) Copies(ctx context.Context, office, conversation chat.ID) ([]chat.CopyMade, error) {
	const of = `FROM conversations AS c `
	const ofThis = ` WHERE c.copy_of = $2 AND (c.office_id = $1) IS TRUE AND c.newest > 0 ` // one that has vanished is none
	type standing struct {
		chat.CopyMade
		opened chat.Position
	}
	found, err := All(ctx, r.db, "copies", func(rows Rows, s *standing) error {
		var role chat.Role
		err := rows.Scan(ID(&s.Conversation), ID(&s.Contact.ID), &s.Contact.Name, &role, &s.Active, &s.opened, &s.Answered)
		s.Contact.View = role.View()
		return err
	}, `
		SELECT c.id, u.id, u.name, u.role, p.active, p.opened, EXISTS (
			SELECT 1 FROM messages AS m
			WHERE m.office_id = c.office_id AND m.conversation_id = c.id AND (m.author_id = u.id) IS TRUE AND m.kind = 'message'
				AND m.withdrawn <> 'undone')
		`+of+`
		JOIN participants AS p ON p.office_id = c.office_id AND p.conversation_id = c.id
		JOIN users AS u ON u.id = p.user_id AND (u.office_id = p.office_id) IS TRUE
		`+ofThis+`AND u.role IN (`+roles([]chat.View{chat.ContactView})+`)
		ORDER BY u.name, u.id`, office, conversation)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	copied, err := All(ctx, r.db, "copied messages", func(rows Rows, d *chat.Copied) error {
		return rows.Scan(ID(&d.Office), ID(&d.Message), ID(&d.Conversation), &d.Position)
	}, `
		SELECT d.office_id, d.message_id, d.conversation_id, d.position
		`+of+`JOIN copied AS d ON d.conversation_id = c.id`+ofThis+`ORDER BY d.conversation_id, d.position`, office, conversation)
	made, at := make([]chat.CopyMade, len(found)), map[chat.ID]int{}
	for i := range found {
		made[i], at[found[i].Conversation] = found[i].CopyMade, i
	}
	for _, d := range copied {
		i := at[d.Conversation]
		made[i].Messages, made[i].Read = append(made[i].Messages, d), found[i].opened >= d.Position
	}
	return made, err
}

// AddCopied is chat.Tx's.
func (w *Writer) AddCopied(ctx context.Context, list []chat.Copied) error {
	for _, d := range list {
		err := w.exec(ctx, "add copied message", `
			INSERT INTO copied (office_id, conversation_id, position, message_id) VALUES ($1, $2, $3, $4)`,
			d.Office, d.Conversation, d.Position, d.Message)
		if err != nil {
			return err
		}
	}
	return nil
}
