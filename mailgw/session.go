package mailgw

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/emersion/go-smtp"
	"github.com/rs/zerolog"

	"postern/chat"
	"postern/mailgw/address"
)

// session is one SMTP connection, used by one goroutine.
type session struct {
	server  *Server
	conn    *smtp.Conn
	peer    string
	log     zerolog.Logger
	refused int // recipients refused in this connection

	from string
	to   []recipient
}

type recipient struct {
	mailbox string
	chat.Addressee
}

// Reset forgets the transaction.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout ends the connection's count.
func (s *session) Logout() error {
	s.server.gone(s.peer)
	return nil
}

var errTooLarge = refuse(552, 5, 3, 4, "The letter is too large; send big files through the web page")

// Mail begins a transaction. Anybody may; who they are is judged by the letter.
func (s *session) Mail(from string, opts *smtp.MailOptions) error {
	if s.server.isDraining() {
		return errDraining
	}
	if opts != nil && opts.Size > s.server.MaxLetter {
		return errTooLarge
	}
	s.from, s.to = from, nil
	return nil
}

// Rcpt checks the recipient against the address, its office, conversation, participant and mode, as they are now. Each stands by itself.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	local, domain, err := address.Split(to)
	if err == nil {
		var found chat.Addressee
		if found, err = s.server.Service.Addressee(s.server.ctx, local, domain, s.from == ""); err == nil {
			s.to = append(s.to, recipient{to, found})
			return nil
		}
	} else {
		err = chat.Refuse(chat.NotFound, "There is no such address here.")
	}
	return s.refuse(err, to)
}

// refuse answers a recipient's refusal, writes it in the ledger, and closes on whoever is guessing.
func (s *session) refuse(err error, to string) error {
	reply := answer(err)
	if reply == errInternal {
		s.log.Error().Err(err).Msg("check recipient")
	}
	s.note(reply, to, "refused")
	if s.refused++; s.refused >= maxRefused {
		return refuse(421, 4, 7, 0, "Too many recipients refused")
	}
	return reply
}

// note puts a refusal in the ledger; a ledger that cannot be written makes the refusal no different.
func (s *session) note(reply *smtp.SMTPError, to, fate string) {
	row := chat.LedgerRow{
		Direction: chat.MailIn, Peer: s.peer, EnvelopeFrom: cut(s.from), EnvelopeTo: cut(to), Code: reply.Code,
		Enhanced: fmt.Sprintf("%d.%d.%d", reply.EnhancedCode[0], reply.EnhancedCode[1], reply.EnhancedCode[2]),
		Fate:     fate, Reason: reply.Message,
	}
	if i := slices.IndexFunc(s.to, func(r recipient) bool { return r.mailbox == to }); i >= 0 {
		row.Office = s.to[i].Office.ID
	}
	if err := s.server.Service.LogMail(s.server.ctx, row); err != nil {
		s.log.Error().Err(err).Msg("write ledger")
	}
}

// cut keeps an address short and printable enough for a row.
func cut(addr string) string {
	addr = oneLine(string(bytes.ToValidUTF8([]byte(addr), []byte("?"))))
	return addr[:min(len(addr), 320)]
}

// Data takes the letter for all recipients, or for none: what failed for one is tried again for all, and taken once.
func (s *session) Data(r io.Reader) error {
	if s.server.isDraining() {
		return errDraining
	}
	raw, release, err := s.read(r)
	if err == nil {
		defer release()
		err = s.take(raw)
	}
	if err == nil {
		return nil
	}
	reply := answer(err)
	if reply == errInternal {
		s.log.Error().Err(err).Msg("take letter")
	}
	for _, to := range s.to {
		s.note(reply, to.mailbox, "refused")
	}
	return reply
}

var errBareLine = refuse(554, 5, 6, 0, "The letter has line ends other than CRLF (RFC 5321, section 2.3.8)")

// read gets the whole letter under the limit on memory, and always reads to its end: go-smtp says 250 for a backend that stops early.
func (s *session) read(r io.Reader) (raw []byte, release func(), err error) {
	budget := &budget{server: s.server}
	var b bytes.Buffer
	_, err = io.Copy(&b, budget.reader(r))
	if err != nil {
		budget.release()
		if errors.Is(err, errMemory) {
			_, _ = io.Copy(io.Discard, r)
		}
		return nil, nil, err
	}
	raw = b.Bytes()
	switch {
	case int64(len(raw)) > s.server.MaxLetter:
		err = errTooLarge
	case bareLineEnd(raw):
		err = errBareLine
	}
	if err != nil {
		budget.release()
		return nil, nil, err
	}
	return raw, budget.release, nil
}

// bareLineEnd finds a CR without LF or a LF without CR: what one server takes for the end of a letter and another does not (SMTP smuggling).
func bareLineEnd(raw []byte) bool {
	for i, c := range raw {
		switch {
		case c == '\n' && (i == 0 || raw[i-1] != '\r'):
			return true
		case c == '\r' && (i+1 == len(raw) || raw[i+1] != '\n'):
			return true
		}
	}
	return false
}

var errMemory = refuse(452, 4, 3, 1, "Too many letters at once; try again later")

// budget counts the bytes of a letter against those of all letters being taken.
type budget struct {
	server *Server
	taken  int64
	in     io.Reader
}

func (b *budget) reader(r io.Reader) io.Reader {
	b.in = r
	return b
}

// budgetStep keeps the count cheap.
const budgetStep = 64 << 10

// Read takes memory before it takes bytes.
func (b *budget) Read(p []byte) (int, error) {
	if len(p) > budgetStep {
		p = p[:budgetStep]
	}
	if !b.server.memory.TryAcquire(int64(len(p))) {
		return 0, errMemory
	}
	n, err := b.in.Read(p)
	b.server.memory.Release(int64(len(p) - n))
	b.taken += int64(n)
	return n, err
}

func (b *budget) release() { b.server.memory.Release(b.taken) }
