package mailgw

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"postern/chat"
	"postern/mailgw/address"
)

// session is one client's conversation with us, in its connection's goroutine.
type session struct {
	server   *Server
	wire     *wire
	door     door
	peer     string // the client's address
	hello    string // what it calls itself; empty: it has not said
	log      zerolog.Logger
	refused  int  // recipients refused in this connection
	mistakes int  // commands that were none
	idles    int  // commands since the last letter that bring none nearer
	spent    bool // a chunk was refused: what belongs to it may still come

	transaction
}

// transaction is from MAIL to the answer to its letter.
type transaction struct {
	open     bool
	from     string // empty: the null sender
	to       []recipient
	accepted []int    // the place in to of each RCPT that was accepted: LMTP answers for each
	arrival  *arrival // the letter, while it comes
}

type recipient struct {
	mailbox string
	chat.Addressee
}

// same says whether two recipients are one.
func (r recipient) same(other recipient) bool {
	if r.Desk != "" || other.Desk != "" {
		return r.Desk == other.Desk && r.Office.ID == other.Office.ID
	}
	if !r.Team.IsZero() || !other.Team.IsZero() {
		return r.Team == other.Team
	}
	if r.Return != nil && other.Return != nil {
		return r.Return.ID == other.Return.ID
	}
	return r.Return == nil && other.Return == nil && r.Address.Reply == other.Address.Reply
}

// sort is the same for recipients of whom one answer to a letter can be true: it is not where one's letter is a message, and another's a report, and
// not where staff trust who signed it for one of them alone.
func (r recipient) sort() string {
	switch {
	case r.Desk != "":
		return "desk"
	case r.Return != nil:
		return "return path"
	case !r.Team.IsZero():
		return "team " + r.Team.String() // each asks for proof, and begins a conversation
	}
	return "seat " + strings.Join(slices.Sorted(slices.Values(r.Signers)), " ")
}

// reset forgets the transaction. One that had recipients and brought no letter has its row.
func (s *session) reset() {
	for _, to := range s.to {
		row := chat.LedgerRow{Office: to.Office.ID, EnvelopeTo: to.mailbox, Fate: "abandoned", Reason: "no letter came"}
		s.writeNoise(row, to.Addressee)
	}
	s.forget(false)
}

// forget ends the transaction; taken: its letter was.
func (s *session) forget(taken bool) {
	if s.arrival != nil {
		s.arrival.free()
	}
	s.transaction, s.spent = transaction{}, false
	s.wire.end(taken)
	if taken {
		s.idles = 0
	}
}

// mail begins a transaction. Anybody may; who they are is judged by the letter.
func (s *session) mail(args string) {
	from, params, refused := readPath(args, "FROM:")
	e := envelope{}
	if refused == nil {
		e, refused = readMailParams(params)
	}
	switch {
	case s.hello == "":
		s.mistake(errHello)
	case s.wire.isGoing():
		s.say(errDraining)
		s.wire.hangUp()
	case s.open:
		s.mistake(errNested)
	case refused != nil:
		s.mistake(refused)
	case e.size > uint64(s.server.MaxLetter):
		s.from = from
		s.writeNoise(refusal(errTooLarge, chat.ID{}, ""), chat.Addressee{})
		s.idle(errTooLarge)
	default:
		s.transaction, s.spent = transaction{open: true, from: from}, false
		s.say(okSender)
	}
}

// rcpt checks the recipient against the address, its office, conversation, participant and mode, as they are now. Each stands by itself.
func (s *session) rcpt(args string) {
	to, params, refused := readPath(args, "TO:")
	switch {
	case !s.open:
		s.mistake(errNoMail)
	case s.arrival != nil:
		s.mistake(errChunks)
	case refused != nil:
		s.mistake(refused)
	case len(params) > 0:
		s.mistake(errOption)
	case len(s.accepted) >= maxRecipients:
		s.say(errManyTo)
	default:
		s.add(to)
	}
}

func (s *session) add(to string) {
	found, err := s.look(to)
	if err != nil {
		s.refuse(err, found, to)
		return
	}
	r := recipient{to, found}
	for i, other := range s.to {
		if r.same(other) {
			s.accepted = append(s.accepted, i)
			s.say(okAddress)
			return
		}
	}
	if !s.door.lmtp && len(s.to) > 0 && s.to[0].sort() != r.sort() {
		s.say(errApart)
		return
	}
	if !s.server.rates.take(s.sending(), s.from, r, time.Now()) {
		s.refuse(errTooOften, found, to)
		return
	}
	s.to, s.accepted = append(s.to, r), append(s.accepted, len(s.to))
	s.say(okAddress)
}

// client is the client's own address, if it has one that says something of who sends: not that of what hands letters on to us by LMTP.
func (s *session) client() netip.Addr {
	ip, err := netip.ParseAddr(s.peer)
	if err != nil || s.door.lmtp && !s.server.isRelay(ip) {
		return netip.Addr{}
	}
	return ip
}

// sending is the client's address where it is the sender's own: not that of a relay of ours, nor of this machine.
func (s *session) sending() string {
	ip := s.client()
	if !ip.IsValid() || ip.IsLoopback() || s.server.isRelay(ip) {
		return ""
	}
	return s.peer
}

// lookTime bounds the check of a recipient.
const lookTime = 20 * time.Second

func (s *session) look(to string) (chat.Addressee, error) {
	local, domain, err := address.Split(s.withDomain(to))
	if err != nil {
		return chat.Addressee{}, chat.Refuse(chat.NotFound, "There is no such address here.")
	}
	ctx, cancel := context.WithTimeout(s.server.ctx, lookTime)
	defer cancel()
	return s.server.Service.Addressee(ctx, local, domain, s.from == "")
}

// refuse answers a recipient's refusal, and closes on whoever is guessing.
func (s *session) refuse(err error, found chat.Addressee, to string) {
	said := answer(err)
	if said == errInternal {
		s.log.Error().Err(err).Msg("check recipient")
	}
	s.writeNoise(refusal(said, found.Office.ID, to), found)
	if said.code/100 == 5 {
		s.refused++
	}
	if s.refused >= maxRefused {
		s.wire.hangUp()
		said = errGuessing
	}
	s.say(said)
}

// conclude answers a letter: errs is what came of it for each of s.to. LMTP has an answer for each recipient that was accepted, in their order
// (RFC 2033, section 4.2); SMTP has one, and errs are the same.
func (s *session) conclude(errs []error) {
	said := make([]*response, len(errs))
	taken := false
	for i, err := range errs {
		if said[i] = okLetter; err != nil {
			said[i] = answer(err)
			if row := refusal(said[i], s.to[i].Office.ID, s.to[i].mailbox); s.to[i].Team.IsZero() {
				s.write(row)
			} else {
				s.writeNoise(row, s.to[i].Addressee) // anybody may know the address
			}
		}
		if said[i] == errInternal || said[i] == errNotAll && i == 0 {
			s.log.Error().Err(err).Msg("take letter")
		}
		taken = taken || err == nil
	}
	accepted := s.accepted
	s.forget(taken)
	if !s.door.lmtp {
		accepted = accepted[:1]
	}
	for _, i := range accepted {
		s.say(said[i])
	}
}

// refusal is the ledger's row of one.
func refusal(said *response, office chat.ID, to string) chat.LedgerRow {
	fate := "refused"
	switch {
	case said == errCutOff:
		fate = "cut_off"
	case said.code/100 == 4:
		fate = "deferred"
	}
	return chat.LedgerRow{Office: office, EnvelopeTo: to, Code: said.code, Enhanced: said.enhanced(), Fate: fate, Reason: said.text}
}

func (s *session) write(row chat.LedgerRow) {
	row.Direction, row.Peer = chat.MailIn, s.peer
	row.EnvelopeFrom, row.EnvelopeTo = cut(s.from), cut(row.EnvelopeTo)
	s.server.logMail(row)
}

// writeNoise is write for what brings no letter, within what a network may have of the ledger.
func (s *session) writeNoise(row chat.LedgerRow, to chat.Addressee) {
	from := source{reply: to.Address.Reply}
	if s.sending() != "" {
		from.network = block(s.client())
	}
	if s.server.noise.listed(from, row, time.Now()) {
		s.write(row)
		return
	}
	s.server.unlisted.Add(1)
}

// cut keeps an address short and printable enough for a row.
func cut(addr string) string {
	if len(addr) > address.MaxLength {
		addr = addr[:address.MaxLength]
	}
	return oneLine(strings.ToValidUTF8(addr, "?"))
}
