package query

import (
	"context"
	"time"

	"postern/chat"
)

const ledgerColumns = `id, office_id, at, direction, peer, envelope_from, envelope_to, code, enhanced, fate, reason, letter_id, mail_id, size`

func scanLedger(rows Rows, l *chat.LedgerRow) error {
	return rows.Scan(ID(&l.ID), ID(&l.Office), Time(&l.At), &l.Direction, &l.Peer, &l.EnvelopeFrom, &l.EnvelopeTo,
		&l.Code, &l.Enhanced, &l.Fate, &l.Reason, ID(&l.Letter), ID(&l.Mail), &l.Size)
}

// Ledger is chat.Reader's.
func (r *Reader) Ledger(ctx context.Context, office chat.ID, before time.Time, limit int) ([]chat.LedgerRow, error) {
	where, args := `true`, []any{limit}
	if !office.IsZero() {
		where, args = where+` AND office_id = `+next(args), append(args, office)
	}
	if !before.IsZero() {
		where, args = where+` AND at < `+next(args), append(args, before)
	}
	return All(ctx, r.db, "ledger", scanLedger, `
		SELECT `+ledgerColumns+` FROM ledger WHERE `+where+` ORDER BY at DESC, id DESC LIMIT $1`, args...)
}

// AddLedger is chat.Tx's.
func (w *Writer) AddLedger(ctx context.Context, l chat.LedgerRow) error {
	return w.exec(ctx, "add ledger row", `
		INSERT INTO ledger (`+ledgerColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		l.ID, Ref(l.Office), l.At, string(l.Direction), l.Peer, l.EnvelopeFrom, l.EnvelopeTo,
		l.Code, l.Enhanced, l.Fate, l.Reason, Ref(l.Letter), Ref(l.Mail), l.Size)
}

const auditColumns = `office_id, id, at, actor_id, act, object_id, detail`

func scanAudit(rows Rows, a *chat.AuditEntry) error {
	return rows.Scan(ID(&a.Office), ID(&a.ID), Time(&a.At), ID(&a.Actor), &a.Act, ID(&a.Object), &a.Detail)
}

// Audit is chat.Reader's.
func (r *Reader) Audit(ctx context.Context, office chat.ID, before time.Time, limit int) ([]chat.AuditEntry, error) {
	where, args := `office_id = $1`, []any{office, limit}
	if !before.IsZero() {
		where, args = where+` AND at < `+next(args), append(args, before)
	}
	return All(ctx, r.db, "audit", scanAudit, `
		SELECT `+auditColumns+` FROM audit WHERE `+where+` ORDER BY at DESC, id DESC LIMIT $2`, args...)
}

// AddAudit is chat.Tx's.
func (w *Writer) AddAudit(ctx context.Context, a chat.AuditEntry) error {
	return w.exec(ctx, "add audit entry", `
		INSERT INTO audit (`+auditColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.Office, a.ID, a.At, Ref(a.Actor), string(a.Act), Ref(a.Object), a.Detail)
}
