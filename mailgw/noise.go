package mailgw

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"postern/chat"
)

// What strangers may have of the ledger, in rows an hour: it is kept for ever, and one connection can bring twenty refusals. What is past it is counted, and
// written as a sum for each network, office and fate when the hour is over, or the server stops.
const (
	rowsOfNetwork = 60     // of one network (an IPv4 /24, or an IPv6 /64), and as many for each address of ours that it knows
	rowsOfAll     = 10_000 // of all, on one node
	mostSums      = 500    // sums of an hour told apart; those of further networks are one
)

// noise counts the rows of transactions that bring no letter: refused recipients, letters that are said to be too large, recipients without a letter.
type noise struct {
	mu   sync.Mutex
	hour time.Time
	rows map[source]int // of this hour
	all  int
	sums map[sumOf]*sum
	past []chat.LedgerRow // sums of hours that are over, not yet written
}

// source is where rows come from. A network of "" is the operator's own: it is no stranger, but what it hands on may be, and only the bound on all holds it.
type source struct {
	network string
	reply   int64 // of the address that it knows; 0: none
}

type sumOf struct {
	network, fate string
	office        chat.ID
}

// sum is how many rows like the last one were not written.
type sum struct {
	n    int
	last chat.LedgerRow
}

// listed says whether the row is to be written now; otherwise it is in a sum.
func (n *noise) listed(from source, row chat.LedgerRow, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.turn(now)
	if n.all < rowsOfAll && (from.network == "" || n.rows[from] < rowsOfNetwork) {
		n.all++
		n.rows[from]++
		return true
	}
	key := sumOf{from.network, row.Fate, row.Office}
	if n.sums[key] == nil && len(n.sums) >= mostSums {
		key = sumOf{"", row.Fate, chat.ID{}}
	}
	if n.sums[key] == nil {
		n.sums[key] = &sum{}
	}
	n.sums[key].n++
	n.sums[key].last = row
	return false
}

// turn begins another hour.
func (n *noise) turn(now time.Time) {
	hour := now.Truncate(time.Hour)
	if hour.Equal(n.hour) {
		return
	}
	for key, s := range n.sums {
		n.past = append(n.past, chat.LedgerRow{
			Office: key.office, Direction: chat.MailIn, Peer: key.network, Code: s.last.Code, Enhanced: s.last.Enhanced, Fate: key.fate,
			Reason: fmt.Sprintf("%d more from there between %s and an hour later; the last: %s", s.n, n.hour.UTC().Format("15:04"), s.last.Reason),
		})
	}
	n.hour, n.rows, n.all, n.sums = hour, map[source]int{}, 0, map[sumOf]*sum{}
}

// due are the sums of the hours before a time, each once.
func (n *noise) due(now time.Time) (rows []chat.LedgerRow) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.turn(now)
	rows, n.past = n.past, nil
	return rows
}

// writeSums puts the sums of the hours before a time in the ledger.
func (s *Server) writeSums(before time.Time) {
	rows := s.noise.due(before)
	for i, row := range rows {
		if !s.logMail(row) {
			s.Log.Error().Int("sums", len(rows)-i).Msg("write ledger: given up") // a database that is away holds nobody up by that time for each
			return
		}
	}
}

// noteTime bounds the writing of a ledger row, which outlives the server's own context.
const noteTime = 5 * time.Second

// logMail writes a row of the ledger; a ledger that cannot be written makes what was answered no different.
func (s *Server) logMail(row chat.LedgerRow) (written bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), noteTime)
	defer cancel()
	err := s.Service.LogMail(ctx, row)
	if err != nil {
		s.Log.Error().Err(err).Str("fate", row.Fate).Int("code", row.Code).Msg("write ledger")
	}
	return err == nil
}

// block is what rows are counted by: networks that one party often has.
func block(ip netip.Addr) string {
	bits := 64
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		bits = 24
	}
	prefix, err := ip.Prefix(bits)
	if err != nil || !prefix.IsValid() {
		return ""
	}
	return prefix.String()
}
