package query

import (
	"context"

	"postern/chat"
)

const rosterColumns = `r.office_id, r.id, r.kind, r.name, r.address`

func scanRoster(rows Rows, o *chat.Roster) error {
	return rows.Scan(ID(&o.Office), ID(&o.ID), &o.Kind, &o.Name, &o.Address)
}

// Rosters is chat.Reader's.
func (r *Reader) Rosters(ctx context.Context, office chat.ID, ids []chat.ID) ([]chat.Roster, error) {
	which, args := `r.office_id = $1`, []any{office}
	if ids != nil {
		which, args = `(r.office_id = $1) IS TRUE AND `+r.d.In("r.id", "$2"), append(args, ids)
	}
	rosters, err := All(ctx, r.db, "rosters", scanRoster, `SELECT `+rosterColumns+` FROM rosters AS r WHERE `+which+` ORDER BY r.folded`, args...)
	if err != nil || len(rosters) == 0 {
		return nil, err
	}
	at, found := map[chat.ID]int{}, make([]chat.ID, len(rosters))
	for i, o := range rosters {
		at[o.ID], found[i] = i, o.ID
	}
	type member struct{ roster, user chat.ID }
	members, err := All(ctx, r.db, "members of rosters", func(rows Rows, m *member) error {
		return rows.Scan(ID(&m.roster), ID(&m.user))
	}, `
		SELECT m.roster_id, m.user_id
		FROM roster_members AS m JOIN users AS u ON u.id = m.user_id
		WHERE `+r.d.In("m.roster_id", "$1")+` AND u.active AND u.may_message
		ORDER BY u.name, u.id`, found)
	for _, m := range members {
		o := &rosters[at[m.roster]]
		o.Members = append(o.Members, m.user)
	}
	return rosters, err
}

// RosterAt is chat.Reader's.
func (r *Reader) RosterAt(ctx context.Context, office chat.ID, address string) (*chat.Roster, error) {
	return One(ctx, r.db, "roster", scanRoster, `
		SELECT `+rosterColumns+` FROM rosters AS r WHERE r.office_id = $1 AND r.address = $2 AND r.address <> ''`, office, address)
}

// SetRosterAddress is chat.Tx's.
func (w *Writer) SetRosterAddress(ctx context.Context, office, roster chat.ID, address string) error {
	return w.exec(ctx, "set address of roster", `UPDATE rosters SET address = $3 WHERE office_id = $1 AND id = $2`, office, roster, address)
}

// PutRoster is chat.Tx's.
func (w *Writer) PutRoster(ctx context.Context, o chat.Roster) (chat.ID, error) {
	id, err := One(ctx, w.db, "roster", func(rows Rows, id *chat.ID) error { return rows.Scan(ID(id)) }, `
		INSERT INTO rosters (id, office_id, kind, name, folded) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (office_id, folded) DO UPDATE SET kind = excluded.kind, name = excluded.name
		RETURNING id`, o.ID, o.Office, string(o.Kind), o.Name, Fold(o.Name))
	if err != nil {
		return chat.ID{}, err
	}
	if err := w.exec(ctx, "empty roster", `DELETE FROM roster_members WHERE roster_id = $1`, *id); err != nil {
		return chat.ID{}, err
	}
	for _, user := range o.Members {
		if err := w.exec(ctx, "put member", `INSERT INTO roster_members (roster_id, user_id) VALUES ($1, $2)`, *id, user); err != nil {
			return chat.ID{}, err
		}
	}
	return *id, nil
}
