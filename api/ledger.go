package api

import (
	"net/http"
	"net/url"
	"time"

	"postern/chat"
)

// transaction is a row of the mail ledger: never what a mail says.
type transaction struct {
	ID        string    `json:"id"`
	At        time.Time `json:"at"`
	Direction string    `json:"direction"`
	Peer      string    `json:"peer,omitempty"`
	From      string    `json:"from"` // of the envelope; empty: the null sender, or none was said
	To        string    `json:"to"`
	Code      int       `json:"code,omitempty"`
	Enhanced  string    `json:"enhanced,omitempty"`
	Fate      string    `json:"fate"`
	Reason    string    `json:"reason,omitempty"`
	Size      int64     `json:"size,omitempty"`
}

func transactionOf(l chat.LedgerRow) transaction {
	return transaction{
		ID: l.ID.String(), At: l.At, Direction: string(l.Direction), Peer: l.Peer, From: l.EnvelopeFrom, To: l.EnvelopeTo,
		Code: l.Code, Enhanced: l.Enhanced, Fate: l.Fate, Reason: l.Reason, Size: l.Size,
	}
}

type ledgerAnswer struct {
	Transactions []transaction `json:"transactions"`
	Next         string        `json:"next,omitempty"` // for `after`; absent: the end
}

// ledger shows staff what came and went by mail (F37).
func (d *door) ledger(w http.ResponseWriter, r *http.Request) error {
	wanted, err := ledgerRequest(r)
	if err != nil {
		return err
	}
	page, err := d.Service.Ledger(r.Context(), asker(r).Actor, wanted)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, ledgerAnswer{Transactions: each(page.Rows, transactionOf), Next: page.Next})
}

func ledgerRequest(r *http.Request) (l chat.LedgerRequest, err error) {
	if l.Limit, err = limitOf(r); err != nil {
		return l, err
	}
	query := r.URL.Query()
	if l.Address, err = needText(query.Get("address"), "address"); err != nil {
		return l, err
	}
	l.Direction, l.Fate, l.Next = chat.Direction(query.Get("direction")), query.Get("fate"), query.Get("after")
	if l.Since, err = momentOf(query, "since"); err != nil {
		return l, err
	}
	l.Until, err = momentOf(query, "until")
	return l, err
}

// momentOf reads a time of the query; zero: none was said.
func momentOf(query url.Values, name string) (time.Time, error) {
	if !query.Has(name) {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, query.Get(name))
	if err != nil {
		return time.Time{}, chat.Refuse(chat.Invalid, "Give the time as RFC 3339 has it, like 2026-11-23T00:00:00Z.").About(name)
	}
	return at, nil
}
