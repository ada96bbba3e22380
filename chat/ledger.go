package chat

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Direction of an SMTP transaction.
type Direction string

// The directions.
const (
	MailIn  Direction = "in"
	MailOut Direction = "out"
)

// LedgerRow is one SMTP transaction and its fate (F37).
type LedgerRow struct {
	Office       ID // zero: no office was found for it
	ID           ID
	At           time.Time
	Direction    Direction
	Peer         string
	EnvelopeFrom string
	EnvelopeTo   string
	Code         int    // SMTP reply code
	Enhanced     string // RFC 3463, such as 5.1.1
	Fate         string
	Reason       string
	Letter       ID
	Mail         ID
	Size         int64
}

// LedgerRequest asks for a page of the mail ledger, the latest first. Zero values ask for all.
type LedgerRequest struct {
	Direction Direction
	Fate      string
	Address   string    // of the other side: all of it, or its beginning, without case
	Since     time.Time // from then on
	Until     time.Time // before then
	Next      string    // the last page's, or empty
	Limit     int
}

// LedgerQuery asks for rows of the ledger, the latest first; keyset paging. Zero values ask for all.
type LedgerQuery struct {
	Office        ID
	Direction     Direction
	Fate          string
	Correspondent string // the beginning of the other side's address, in lower case
	Since, Until  time.Time
	BeforeAt      time.Time
	BeforeID      ID
	Limit         int
}

// LedgerPage is a page of the ledger.
type LedgerPage struct {
	Rows []LedgerRow
	Next string // empty: the end
}

// fates are all that the ledger can say of a transaction: of mails their states, of letters what became of them, or of what ended before a letter was taken.
var fates = []string{
	string(MailAccepted), string(MailWaiting), string(MailFailed), string(MailDropped), "lease_lost",
	string(LetterPosted), string(LetterQuarantined), string(LetterAutoReply), string(LetterBounced), string(LetterReport), "again",
	"refused", "deferred", "cut_off", "abandoned",
}

const longestAddress = 320

// Ledger gives staff a page of their office's mail ledger. What our own side of it was called is concealed.
func (s *Service) Ledger(ctx context.Context, a Actor, r LedgerRequest) (page LedgerPage, err error) {
	err = s.look(ctx, a, func(rd Reader) error {
		if a.View != StaffView {
			return errStaffOnly
		}
		page, err = s.ledger(ctx, rd, a.Office, r)
		return err
	})
	return page, err
}

// LedgerOf is Ledger for the operator: no actor is asked. A zero office asks for all, with what came to none.
func (s *Service) LedgerOf(ctx context.Context, office ID, r LedgerRequest) (page LedgerPage, err error) {
	err = s.Store.View(ctx, func(rd Reader) error {
		page, err = s.ledger(ctx, rd, office, r)
		return err
	})
	return page, err
}

func (s *Service) ledger(ctx context.Context, rd Reader, office ID, r LedgerRequest) (page LedgerPage, err error) {
	q, err := r.query(office)
	if err != nil {
		return page, err
	}
	if page.Rows, err = rd.Ledger(ctx, q); err != nil {
		return LedgerPage{}, err
	}
	if n := len(page.Rows); n == q.Limit {
		page.Next = rowKey(page.Rows[n-1].At, page.Rows[n-1].ID)
	}
	for i := range page.Rows {
		row := &page.Rows[i]
		row.EnvelopeFrom = s.Addresses.Conceal(row.Office, row.EnvelopeFrom)
		row.EnvelopeTo = s.Addresses.Conceal(row.Office, row.EnvelopeTo)
	}
	return page, nil
}

// query refuses what the ledger never says.
func (r *LedgerRequest) query(office ID) (LedgerQuery, error) {
	q := LedgerQuery{
		Office: office, Direction: r.Direction, Fate: r.Fate, Correspondent: strings.ToLower(strings.TrimSpace(r.Address)),
		Since: r.Since, Until: r.Until, Limit: pageSize(r.Limit),
	}
	switch {
	case r.Direction != "" && r.Direction != MailIn && r.Direction != MailOut:
		return q, Refuse(Invalid, "A direction is in or out.").About("direction")
	case r.Fate != "" && !slices.Contains(fates, r.Fate):
		return q, Refuse(Invalid, "A fate is one of "+strings.Join(fates, ", ")+".").About("fate")
	case len(q.Correspondent) > longestAddress:
		return q, Refuse(TooLarge, "No address is so long.").About("address")
	}
	var err error
	q.BeforeAt, q.BeforeID, err = parseKey(r.Next)
	return q, err
}
