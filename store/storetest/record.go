package storetest

import (
	"context"
	"slices"
	"time"

	"postern/chat"
)

var record = []test{
	{"the ledger is newest first, of one office or of all", func(p *practice) {
		other := p.newOffice("Other")
		rows := []chat.LedgerRow{
			{Office: p.office.ID, ID: newID(), At: p.now(), Direction: chat.MailIn, Peer: "192.0.2.1", EnvelopeFrom: "a@example.com", EnvelopeTo: "b@example.com",
				Code: 250, Enhanced: "2.0.0", Fate: "posted", Reason: "because", Letter: newID(), Size: 6000},
			{Office: p.office.ID, ID: newID(), At: p.now(), Direction: chat.MailOut, Fate: "accepted", Mail: newID()},
			{ID: newID(), At: p.now(), Direction: chat.MailIn, Code: 550, Fate: "refused"},
			{Office: other.ID, ID: newID(), At: p.now(), Direction: chat.MailIn, Fate: "posted"},
		}
		p.update(func(tx chat.Tx) error { return tx.AddLedger(p.Context(), rows[0]) })
		p.decide(chat.Decision{
			Need:   chat.Need{Office: p.office.ID},
			Decide: func(*chat.State) (chat.Effects, error) { return chat.Effects{Ledger: rows[1:]}, nil },
		})
		get := func(office chat.ID, before time.Time, limit int) []chat.LedgerRow {
			return read(p, func(ctx context.Context, r chat.Reader) ([]chat.LedgerRow, error) {
				return r.Ledger(ctx, office, before, limit)
			})
		}
		p.same("the office's", get(p.office.ID, time.Time{}, 9), []chat.LedgerRow{rows[1], rows[0]})
		p.same("before", get(p.office.ID, rows[1].At, 9), rows[:1])
		all := slices.Clone(rows)
		slices.Reverse(all)
		p.same("all", get(chat.ID{}, time.Time{}, 9), all)
		p.same("newest", get(chat.ID{}, time.Time{}, 1), all[:1])
	}},
	{"the audit log is newest first, of one office", func(p *practice) {
		entries := []chat.AuditEntry{
			{Office: p.office.ID, ID: newID(), At: p.now(), Actor: p.owner.ID, Act: chat.ActOwnerOpened, Object: newID(), Detail: "looked"},
			{Office: p.office.ID, ID: newID(), At: p.now(), Act: chat.ActSignInFailed},
			{Office: p.newOffice("Other").ID, ID: newID(), At: p.now(), Act: chat.ActOfficeCreated},
		}
		p.update(func(tx chat.Tx) error { return tx.AddAudit(p.Context(), entries[0]) })
		p.decide(chat.Decision{
			Need:   chat.Need{Office: p.office.ID},
			Decide: func(*chat.State) (chat.Effects, error) { return chat.Effects{Audit: entries[1:]}, nil },
		})
		p.same("entries", p.audit(), []chat.AuditEntry{entries[1], entries[0]})
		before := read(p, func(ctx context.Context, r chat.Reader) ([]chat.AuditEntry, error) {
			return r.Audit(ctx, p.office.ID, entries[1].At, 9)
		})
		p.same("before", before, entries[:1])
	}},
}

func (p *practice) audit() []chat.AuditEntry {
	p.Helper()
	return read(p, func(ctx context.Context, r chat.Reader) ([]chat.AuditEntry, error) {
		return r.Audit(ctx, p.office.ID, time.Time{}, 100)
	})
}
