package storetest

import (
	"bytes"
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
		get := func(q chat.LedgerQuery) []chat.LedgerRow { return p.ledger(q) }
		p.same("the office's", get(chat.LedgerQuery{Office: p.office.ID, Limit: 9}), []chat.LedgerRow{rows[1], rows[0]})
		p.same("before", get(chat.LedgerQuery{Office: p.office.ID, BeforeAt: rows[1].At, BeforeID: rows[1].ID, Limit: 9}), rows[:1])
		all := slices.Clone(rows)
		slices.Reverse(all)
		p.same("all", get(chat.LedgerQuery{Limit: 9}), all)
		p.same("newest", get(chat.LedgerQuery{Limit: 1}), all[:1])
	}},
	{"the ledger is narrowed down by the other side's address, direction, fate and time, and paged by time and id", func(p *practice) {
		at := p.now()
		row := func(after time.Duration, d chat.Direction, from, to, fate string) chat.LedgerRow {
			return chat.LedgerRow{Office: p.office.ID, ID: newID(), At: at.Add(after), Direction: d, EnvelopeFrom: from, EnvelopeTo: to, Fate: fate}
		}
		rows := []chat.LedgerRow{
			row(4*time.Hour, chat.MailOut, "b-1@post.example", "Anna@Client.example", "accepted"),
			row(3*time.Hour, chat.MailIn, "anna@client.example", "r-1@post.example", "posted"),
			row(2*time.Hour, chat.MailOut, "b-2@post.example", "ann@client.example", "failed"),
			row(time.Hour, chat.MailIn, "", "b-2@post.example", "bounced"),
			row(time.Hour, chat.MailIn, "zoë@client.example", "anna@post.example", "refused"),
		}
		if bytes.Compare(rows[3].ID[:], rows[4].ID[:]) < 0 { // of the same moment the later id comes first
			rows[3], rows[4] = rows[4], rows[3]
		}
		other := rows[0]
		other.Office, other.ID = p.newOffice("Other").ID, newID()
		p.update(func(tx chat.Tx) error {
			for _, one := range append(slices.Clone(rows), other) {
				if err := tx.AddLedger(p.Context(), one); err != nil {
					return err
				}
			}
			return nil
		})
		fate := func(f string) []chat.LedgerRow {
			return slices.DeleteFunc(slices.Clone(rows), func(l chat.LedgerRow) bool { return l.Fate != f })
		}
		for what, c := range map[string]struct {
			q    chat.LedgerQuery
			want []chat.LedgerRow
		}{
			"one address":            {chat.LedgerQuery{Correspondent: "anna@client.example"}, rows[:2]},
			"the beginning of some":  {chat.LedgerQuery{Correspondent: "ann"}, rows[:3]},
			"beyond ASCII":           {chat.LedgerQuery{Correspondent: "zoë"}, fate("refused")},
			"our own side":           {chat.LedgerQuery{Correspondent: "b-2"}, nil},
			"no pattern":             {chat.LedgerQuery{Correspondent: "a%"}, nil},
			"an address, in":         {chat.LedgerQuery{Correspondent: "anna", Direction: chat.MailIn}, rows[1:2]},
			"an address, paged":      {chat.LedgerQuery{Correspondent: "ann", BeforeAt: rows[0].At, BeforeID: rows[0].ID}, rows[1:3]},
			"out":                    {chat.LedgerQuery{Direction: chat.MailOut}, []chat.LedgerRow{rows[0], rows[2]}},
			"a fate":                 {chat.LedgerQuery{Fate: "bounced"}, fate("bounced")},
			"from a time on":         {chat.LedgerQuery{Since: rows[1].At}, rows[:2]},
			"before a time":          {chat.LedgerQuery{Until: rows[1].At}, rows[2:]},
			"between two of a time":  {chat.LedgerQuery{BeforeAt: rows[3].At, BeforeID: rows[3].ID}, rows[4:]},
			"all of it, in an order": {chat.LedgerQuery{}, rows},
		} {
			c.q.Office, c.q.Limit = p.office.ID, 9
			p.same(what, p.ledger(c.q), c.want)
		}
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

func (p *practice) ledger(q chat.LedgerQuery) []chat.LedgerRow {
	return read(p, func(ctx context.Context, r chat.Reader) ([]chat.LedgerRow, error) { return r.Ledger(ctx, q) })
}
