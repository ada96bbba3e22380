package query

import (
	"context"
	"fmt"
	"time"

	"postern/chat"
)

// OfficeColumns are what [ScanOffice] scans, of offices AS o.
const OfficeColumns = `o.id, o.name, o.url, o.mail_domain, o.mode, o.grace, o.inbound, o.team_letters, o.created_at`

// ScanOffice reads a row of [OfficeColumns].
func ScanOffice(rows Rows, o *chat.Office) error {
	s := scannedOffice{Office: o}
	return s.read(rows.Scan(s.into()...))
}

// scannedOffice is an office on its way from its columns.
type scannedOffice struct {
	*chat.Office
	mode  string
	grace int64
}

func (s *scannedOffice) into() []any {
	return []any{ID(&s.ID), &s.Name, &s.URL, &s.MailDomain, &s.mode, &s.grace, &s.Inbound, &s.TeamLetters, Time(&s.CreatedAt)}
}

// read makes the office of what a scan, which ended with err, has found.
func (s *scannedOffice) read(err error) error {
	if err != nil {
		return err
	}
	s.Grace = time.Duration(s.grace) * time.Microsecond
	s.Mode, err = chat.ParseMode(s.mode)
	return err
}

// Office is chat.Reader's.
func (r *Reader) Office(ctx context.Context, id chat.ID) (*chat.Office, error) {
	return One(ctx, r.db, "office", ScanOffice, `SELECT `+OfficeColumns+` FROM offices AS o WHERE o.id = $1`, id)
}

// OfficeByHost is chat.Reader's.
func (r *Reader) OfficeByHost(ctx context.Context, host string) (*chat.Office, error) {
	return One(ctx, r.db, "office", ScanOffice, `
		SELECT `+OfficeColumns+`
		FROM office_hosts AS h JOIN offices AS o ON o.id = h.office_id
		WHERE h.host = $1`, host)
}

// OfficeByMailDomain is chat.Reader's.
func (r *Reader) OfficeByMailDomain(ctx context.Context, domain string) (*chat.Office, error) {
	return One(ctx, r.db, "office", ScanOffice, `SELECT `+OfficeColumns+` FROM offices AS o WHERE o.mail_domain = $1`, domain)
}

// Offices is chat.Reader's.
func (r *Reader) Offices(ctx context.Context) ([]chat.Office, error) {
	return All(ctx, r.db, "offices", ScanOffice, `SELECT `+OfficeColumns+` FROM offices AS o ORDER BY o.id`)
}

// HoldOffice is chat.Tx's.
func (w *Writer) HoldOffice(ctx context.Context, office chat.ID) error {
	_, err := One(ctx, w.db, "office", scanID, `SELECT id FROM offices WHERE id = $1`+w.d.Lock, office)
	return err
}

// PutOffice is chat.Tx's.
func (w *Writer) PutOffice(ctx context.Context, o chat.Office) error {
	return w.exec(ctx, "put office", `
		INSERT INTO offices (id, name, url, mail_domain, mode, grace, inbound, team_letters, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, url = excluded.url, mail_domain = excluded.mail_domain,
			mode = excluded.mode, grace = excluded.grace, inbound = excluded.inbound, team_letters = excluded.team_letters`,
		o.ID, o.Name, o.URL, o.MailDomain, o.Mode.String(), o.Grace.Microseconds(), o.Inbound, o.TeamLetters, o.CreatedAt)
}

// PutHost is chat.Tx's. A host stays with the office that has it.
func (w *Writer) PutHost(ctx context.Context, office chat.ID, host string) error {
	n, err := w.db.Exec(ctx, `
		INSERT INTO office_hosts (host, office_id) VALUES ($1, $2)
		ON CONFLICT (host) DO UPDATE SET office_id = excluded.office_id
		WHERE office_hosts.office_id = excluded.office_id`, host, office)
	if err != nil {
		return fmt.Errorf("put host: %w", err)
	}
	if n == 0 {
		return fmt.Errorf("put host: %w", Taken("office_hosts"))
	}
	return nil
}
