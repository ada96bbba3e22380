package query

import (
	"context"
	"time"

	"postern/chat"
)

// UserColumns are what [ScanUser] scans, of users AS u.
const UserColumns = `u.office_id, u.id, u.role, u.name, u.email, u.account_id, u.coordinator_id,
	u.active, u.may_message, u.bcc, u.strict, u.mail_zone, u.quiet_from, u.quiet_until, u.digest_hours, u.signature, u.told_read, u.password, u.created_at`

// ScanUser reads a row of [UserColumns].
func ScanUser(rows Rows, u *chat.User) error { return ScanUserAnd(rows, u) }

// ScanUserAnd reads a row of [UserColumns] and more columns after them.
func ScanUserAnd(rows Rows, u *chat.User, more ...any) error {
	return rows.Scan(append([]any{
		ID(&u.Office), ID(&u.ID), &u.Role, &u.Name, &u.Email, ID(&u.Account), ID(&u.Coordinator),
		&u.Active, &u.MayMessage, &u.BCC, &u.Strict, &u.Mail.Zone, &u.Mail.QuietFrom, &u.Mail.QuietUntil, &u.Mail.Digest, Hash(&u.Signature), Time(&u.ToldRead), &u.Password, Time(&u.CreatedAt),
	}, more...)...)
}

// User is chat.Reader's.
func (r *Reader) User(ctx context.Context, office, user chat.ID) (*chat.User, error) {
	return One(ctx, r.db, "user", ScanUser, `
		SELECT `+UserColumns+` FROM users AS u WHERE u.office_id = $1 AND u.id = $2`, office, user)
}

// UserByEmail is chat.Reader's.
func (r *Reader) UserByEmail(ctx context.Context, office chat.ID, email string) (*chat.User, error) {
	if !Keepable(email) {
		return nil, Unkeepable()
	}
	return One(ctx, r.db, "user", ScanUser, `
		SELECT `+UserColumns+` FROM users AS u WHERE (u.office_id = $1) IS TRUE AND u.email_folded = $2`, office, Fold(email))
}

// Users is chat.Reader's.
func (r *Reader) Users(ctx context.Context, office chat.ID, users []chat.ID) (map[chat.ID]*chat.User, error) {
	found, err := All(ctx, r.db, "users", ScanUser, `
		SELECT `+UserColumns+` FROM users AS u WHERE (u.office_id = $1) IS TRUE AND `+r.d.In("u.id", "$2"), office, users)
	byID := make(map[chat.ID]*chat.User, len(found))
	for i := range found {
		byID[found[i].ID] = &found[i]
	}
	return byID, err
}

// Owners is chat.Reader's.
func (r *Reader) Owners(ctx context.Context, office chat.ID) ([]chat.User, error) {
	return All(ctx, r.db, "owners", ScanUser, `
		SELECT `+UserColumns+` FROM users AS u WHERE u.office_id = $1 AND u.role = 'owner' AND u.active
		ORDER BY u.created_at, u.id`, office)
}

// SetBCC is chat.Tx's.
func (w *Writer) SetBCC(ctx context.Context, office, user chat.ID, bcc bool) error {
	return w.exec(ctx, "set copies", `UPDATE users SET bcc = $3 WHERE office_id = $1 AND id = $2`, office, user, bcc)
}

// SetStrict is chat.Tx's.
func (w *Writer) SetStrict(ctx context.Context, office, user chat.ID, strict bool) error {
	return w.exec(ctx, "set strict", `UPDATE users SET strict = $3 WHERE office_id = $1 AND id = $2`, office, user, strict)
}

// ToldRead is chat.Reader's.
func (r *Reader) ToldRead(ctx context.Context, office chat.ID) ([]chat.User, error) {
	return All(ctx, r.db, "users told of reading", ScanUser, `
		SELECT `+UserColumns+` FROM users AS u WHERE u.office_id = $1 AND u.told_read IS NOT NULL ORDER BY u.name, u.id`, office)
}

// SetToldRead is chat.Tx's.
func (w *Writer) SetToldRead(ctx context.Context, office, user chat.ID, since time.Time) error {
	return w.exec(ctx, "set told of reading", `UPDATE users SET told_read = $3 WHERE office_id = $1 AND id = $2`, office, user, When(since))
}

// HoldMailTimes is chat.Tx's.
func (w *Writer) HoldMailTimes(ctx context.Context, office, user chat.ID) (chat.MailTimes, error) {
	found, err := One(ctx, w.db, "mail times", scanMailTimes, `
		SELECT u.mail_zone, u.quiet_from, u.quiet_until, u.digest_hours FROM users AS u WHERE u.office_id = $1 AND u.id = $2`+w.d.Hold, office, user)
	if err != nil {
		return chat.MailTimes{}, err
	}
	return *found, nil
}

func scanMailTimes(rows Rows, t *chat.MailTimes) error {
	return rows.Scan(&t.Zone, &t.QuietFrom, &t.QuietUntil, &t.Digest)
}

// SetMailTimes is chat.Tx's.
func (w *Writer) SetMailTimes(ctx context.Context, office, user chat.ID, t chat.MailTimes) error {
	return w.exec(ctx, "set mail times", `
		UPDATE users SET mail_zone = $3, quiet_from = $4, quiet_until = $5, digest_hours = $6 WHERE office_id = $1 AND id = $2`,
		office, user, t.Zone, t.QuietFrom, t.QuietUntil, int64(t.Digest))
}

// SetRights is chat.Tx's.
func (w *Writer) SetRights(ctx context.Context, office, user chat.ID, role chat.Role, mayMessage bool) error {
	return w.exec(ctx, "set rights", `UPDATE users SET role = $3, may_message = $4 WHERE office_id = $1 AND id = $2`, office, user, string(role), mayMessage)
}

// SetActive is chat.Tx's.
func (w *Writer) SetActive(ctx context.Context, office, user chat.ID, active bool) (bool, error) {
	return w.once(ctx, "set active", `
		UPDATE users SET active = $3 WHERE office_id = $1 AND id = $2 AND active <> $3`, office, user, active)
}

// SetPassword is chat.Tx's.
func (w *Writer) SetPassword(ctx context.Context, office, user chat.ID, hash string) error {
	return w.exec(ctx, "set password", `UPDATE users SET password = $3 WHERE office_id = $1 AND id = $2`, office, user, hash)
}

// PutUser is chat.Tx's. A new user's stream begins at place 1.0.
func (w *Writer) PutUser(ctx context.Context, u chat.User) error {
	err := w.exec(ctx, "put user", `
		INSERT INTO users (office_id, id, role, name, email, email_folded, account_id, coordinator_id,
			active, may_message, bcc, strict, mail_zone, quiet_from, quiet_until, digest_hours, signature, told_read, password, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
		ON CONFLICT (office_id, id) DO UPDATE SET role = excluded.role, name = excluded.name, email = excluded.email,
			email_folded = excluded.email_folded, account_id = excluded.account_id, coordinator_id = excluded.coordinator_id,
			active = excluded.active, may_message = excluded.may_message, bcc = excluded.bcc, strict = excluded.strict,
			mail_zone = excluded.mail_zone, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, digest_hours = excluded.digest_hours,
			signature = excluded.signature, told_read = excluded.told_read, password = excluded.password`,
		u.Office, u.ID, string(u.Role), u.Name, u.Email, Fold(u.Email), Ref(u.Account), Ref(u.Coordinator),
		u.Active, u.MayMessage, u.BCC, u.Strict, u.Mail.Zone, u.Mail.QuietFrom, u.Mail.QuietUntil, int64(u.Mail.Digest), Sum(u.Signature), When(u.ToldRead), u.Password, u.CreatedAt)
	if err != nil {
		return err
	}
	err = w.exec(ctx, "begin stream", `
		INSERT INTO streams (user_id, office_id, epoch, head, badge) VALUES ($1, $2, 1, 0, 0)
		ON CONFLICT (user_id) DO NOTHING`, u.ID, u.Office)
	if err != nil {
		return err
	}
	return w.putWords(ctx, &u)
}
