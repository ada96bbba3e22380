package mailgw

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/rs/zerolog"

	"postern/chat"
	"postern/mailgw/address"
)

// session is one client's conversation with us, in its connection's goroutine.
type session struct {
	server  *Server
	wire    *wire
	peer    string
	client  *smtp.Conn
	log     zerolog.Logger
	refused int // recipients refused in this connection

	transaction
}

// transaction is from MAIL to the answer to DATA.
type transaction struct {
	open     bool
	from     string // empty: the null sender
	to       []recipient
	answered bool // the ledger has it
	taken    bool
}

type recipient struct {
	mailbox string
	chat.Addressee
}

// same says whether two recipients are one.
func (r recipient) same(other recipient) bool {
	if r.Return != nil && other.Return != nil {
		return r.Return.ID == other.Return.ID
	}
	return r.Return == nil && other.Return == nil && r.Address.Reply == other.Address.Reply
}

// Reset forgets the transaction. go-smtp calls it once the reply to a letter is written, and on RSET and EHLO.
func (s *session) Reset() {
	s.wire.end(s.taken)
	if len(s.to) > 0 && !s.answered {
		for _, to := range s.to {
			s.write(chat.LedgerRow{Office: to.Office.ID, EnvelopeTo: to.mailbox, Fate: "abandoned", Reason: "no letter came"})
		}
	}
	s.transaction = transaction{}
}

// Logout ends the session.
func (s *session) Logout() error {
	s.Reset()
	return nil
}

// Mail begins a transaction. Anybody may; who they are is judged by the letter.
func (s *session) Mail(from string, opts *smtp.MailOptions) error {
	switch {
	case s.wire.isGoing():
		s.wire.hangUp()
		return errDraining
	case s.open:
		return errNested
	case opts != nil && opts.Size > s.server.MaxLetter:
		s.from = from
		s.note(errTooLarge, chat.ID{}, "")
		return errTooLarge
	}
	s.transaction = transaction{open: true, from: from}
	return nil
}

// lookTime bounds the check of a recipient.
const lookTime = 20 * time.Second

// Rcpt checks the recipient against the address, its office, conversation, participant and mode, as they are now. Each stands by itself.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	found, err := s.look(to)
	if err != nil {
		return s.refuse(err, found.Office.ID, to)
	}
	r := recipient{to, found}
	for _, other := range s.to {
		if r.same(other) {
			return nil
		}
	}
	if !s.server.rates.take(s.sending(), s.from, r, time.Now()) {
		return s.refuse(errTooOften, found.Office.ID, to)
	}
	s.to = append(s.to, r)
	return nil
}

// sending is the client's address where it is the sender's own: not that of a relay of ours, nor of this machine.
func (s *session) sending() string {
	ip, err := netip.ParseAddr(s.peer)
	if err != nil || ip.IsLoopback() || s.server.Senders != nil && s.server.Senders.IsRelay(ip) {
		return ""
	}
	return s.peer
}

func (s *session) look(to string) (chat.Addressee, error) {
	local, domain, err := address.Split(to)
	if err != nil {
		return chat.Addressee{}, chat.Refuse(chat.NotFound, "There is no such address here.")
	}
	if strings.EqualFold(local, "postmaster") || strings.EqualFold(local, "abuse") {
		return chat.Addressee{}, errNobody
	}
	ctx, cancel := context.WithTimeout(s.server.ctx, lookTime)
	defer cancel()
	return s.server.Service.Addressee(ctx, local, domain, s.from == "")
}

// refuse answers a recipient's refusal, and closes on whoever is guessing.
func (s *session) refuse(err error, office chat.ID, to string) error {
	said := answer(err)
	if said == errInternal {
		s.log.Error().Err(err).Msg("check recipient")
	}
	s.note(said, office, to)
	if said.Code/100 == 5 {
		s.refused++
	}
	if s.refused >= maxRefused {
		s.wire.hangUp()
		return errGuessing
	}
	return said
}

// note puts a refusal in the ledger; a ledger that cannot be written makes the refusal no different.
func (s *session) note(said *smtp.SMTPError, office chat.ID, to string) {
	fate := "refused"
	switch {
	case said == errCutOff:
		fate = "cut_off"
	case said.Code/100 == 4:
		fate = "deferred"
	}
	s.write(chat.LedgerRow{
		Office: office, EnvelopeTo: to, Code: said.Code, Enhanced: enhanced(said), Fate: fate, Reason: said.Message,
	})
}

// noteTime bounds the writing of a ledger row, which outlives the server's own context.
const noteTime = 5 * time.Second

func (s *session) write(row chat.LedgerRow) {
	row.Direction, row.Peer = chat.MailIn, s.peer
	row.EnvelopeFrom, row.EnvelopeTo = cut(s.from), cut(row.EnvelopeTo)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.server.ctx), noteTime)
	defer cancel()
	if err := s.server.Service.LogMail(ctx, row); err != nil {
		s.log.Error().Err(err).Str("fate", row.Fate).Int("code", row.Code).Msg("write ledger")
	}
}

// cut keeps an address short and printable enough for a row.
func cut(addr string) string {
	if len(addr) > address.MaxLength {
		addr = addr[:address.MaxLength]
	}
	return oneLine(strings.ToValidUTF8(addr, "?"))
}
