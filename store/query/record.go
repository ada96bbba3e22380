package query

import (
	"context"
	"strings"
	"time"

	"postern/chat"
)

const ledgerColumns = `id, office_id, at, direction, peer, envelope_from, envelope_to, code, enhanced, fate, reason, letter_id, mail_id, size`

func scanLedger(rows Rows, l *chat.LedgerRow) error {
	return rows.Scan(ID(&l.ID), ID(&l.Office), Time(&l.At), &l.Direction, &l.Peer, &l.EnvelopeFrom, &l.EnvelopeTo,
		&l.Code, &l.Enhanced, &l.Fate, &l.Reason, ID(&l.Letter), ID(&l.Mail), &l.Size)
}

// Ledger is chat.Reader's. An address is looked up in its index first: there are few rows of one, and they may be old. What has a direction or a fate
// may be as rare: each direction is walked in an index that has both, so that nothing is passed over. Of all offices, rows are walked by time.
func (r *Reader) Ledger(ctx context.Context, q chat.LedgerQuery) ([]chat.LedgerRow, error) {
	where, args := ledgerCondition(q)
	from, with := `ledger`, ``
	switch {
	case q.Correspondent != "":
		from, with = `found`, `WITH found AS MATERIALIZED (SELECT * FROM ledger AS l`+r.d.By("ledger_correspondent")+` WHERE `+where+ofDirection(q.Direction)+`) `
		where = `true`
	case q.Office.IsZero():
		where += ofDirection(q.Direction)
	default:
		from, where = r.byDirection(q, where), `true`
	}
	return All(ctx, r.db, "ledger", scanLedger, with+`
		SELECT `+ledgerColumns+` FROM `+from+` WHERE `+where+` ORDER BY at DESC, id DESC LIMIT $1`, args...)
}

func ofDirection(d chat.Direction) string {
	switch d {
	case chat.MailIn:
		return ` AND direction = 'in'`
	case chat.MailOut:
		return ` AND direction = 'out'`
	}
	return ``
}

// byDirection is a page of each direction that is asked for.
func (r *Reader) byDirection(q chat.LedgerQuery, where string) string {
	index, asked := "ledger_fate", []chat.Direction{chat.MailIn, chat.MailOut}
	if q.Fate == "" {
		index, where = "ledger_direction", where+` AND size >= 0`
	}
	if q.Direction != "" {
		asked = []chat.Direction{q.Direction}
	}
	parts := make([]string, len(asked))
	for i, d := range asked {
		parts[i] = `SELECT * FROM (SELECT ` + ledgerColumns + ` FROM ledger AS l` + r.d.By(index) + ` WHERE ` + where + ofDirection(d) + `
			ORDER BY at DESC, id DESC LIMIT $1) AS page`
	}
	return `(` + strings.Join(parts, ` UNION ALL `) + `) AS page`
}

// lastRune comes after whatever an address may go on with.
const lastRune = "\U0010FFFF"

// ledgerCondition is all that is asked for, but the direction.
func ledgerCondition(q chat.LedgerQuery) (where string, args []any) {
	where, args = `true`, []any{q.Limit}
	and := func(condition string, values ...any) {
		for _, value := range values {
			condition = strings.Replace(condition, "?", next(args), 1)
			args = append(args, value)
		}
		where += ` AND ` + condition
	}
	if !q.Office.IsZero() {
		and(`office_id = ?`, q.Office)
	}
	if q.Correspondent != "" {
		and(`correspondent >= ? AND correspondent < ?`, q.Correspondent, q.Correspondent+lastRune)
	}
	if q.Fate != "" {
		and(`fate = ?`, q.Fate)
	}
	if !q.Since.IsZero() {
		and(`at >= ?`, q.Since)
	}
	if !q.Until.IsZero() {
		and(`at < ?`, q.Until)
	}
	if !q.BeforeAt.IsZero() {
		and(`(at, id) < (?, ?)`, q.BeforeAt, q.BeforeID)
	}
	return where, args
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
