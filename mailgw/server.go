package mailgw

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/rs/zerolog"
	"golang.org/x/sync/semaphore"

	"postern/chat"
	"postern/mailgw/letter"
)

// Incoming is what the server needs of chat.Service.
type Incoming interface {
	Addressee(ctx context.Context, local, domain string, nullSender bool) (chat.Addressee, error)
	KeepRaw(ctx context.Context, office chat.ID, raw io.Reader) (hash [32]byte, size int64, err error)
	TakeFile(ctx context.Context, to chat.Addressee, file chat.FileIn) (chat.ID, error)
	TakeLetter(ctx context.Context, to chat.Addressee, in chat.LetterIn) (chat.Letter, error)
	TakeReturn(ctx context.Context, to chat.Addressee, r chat.Returned) error
	LogMail(ctx context.Context, row chat.LedgerRow) error
}

// ServerOptions say how the SMTP server behaves. Zero values have sane defaults.
type ServerOptions struct {
	Service        Incoming
	Hello          string // our name in the greeting
	Log            zerolog.Logger
	MaxLetter      int64         // bytes of a letter; default 36 MiB
	MaxConnections int           // in all; default 500
	MaxPerAddress  int           // from one client address; default 20
	MaxMemory      int64         // bytes of all letters being taken at once; default 512 MiB
	DataTime       time.Duration // for the whole of one DATA; default 5 min
	Letters        letter.Limits
}

func (o *ServerOptions) defaults() {
	set(&o.MaxLetter, 36<<20)
	set(&o.MaxConnections, 500)
	set(&o.MaxPerAddress, 20)
	set(&o.MaxMemory, 512<<20)
	set(&o.DataTime, 5*time.Minute)
	if o.Letters == (letter.Limits{}) {
		o.Letters = letter.DefaultLimits()
	}
	o.Letters.Bytes = int(o.MaxLetter)
}

func set[T comparable](v *T, otherwise T) {
	var zero T
	if *v == zero {
		*v = otherwise
	}
}

const (
	maxRecipients = 100 // RFC 5321, section 4.5.3.1.8
	maxRefused    = 20  // recipients refused before the connection is closed: no harvesting of addresses
)

// Server is the embedded SMTP server: it takes answers to our mails, and nothing else. It never relays.
type Server struct {
	ServerOptions
	smtp   *smtp.Server
	memory *semaphore.Weighted
	ctx    context.Context // of the letters under way; ended when draining takes too long
	stop   context.CancelFunc

	mu          sync.Mutex
	connections int
	perAddress  map[string]int
	draining    bool
}

// NewServer makes a server; [Server.Serve] runs it.
func NewServer(o ServerOptions) *Server {
	o.defaults()
	s := &Server{ServerOptions: o, memory: semaphore.NewWeighted(o.MaxMemory), perAddress: map[string]int{}}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.smtp = smtp.NewServer(s)
	s.smtp.Domain = o.Hello
	s.smtp.MaxRecipients = maxRecipients
	s.smtp.MaxMessageBytes = o.MaxLetter + 1 // go-smtp refuses a mail of exactly its limit
	s.smtp.ReadTimeout, s.smtp.WriteTimeout = o.DataTime, time.Minute
	s.smtp.EnableSMTPUTF8 = true
	s.smtp.ErrorLog = smtpLog{o.Log}
	return s
}

// Serve takes letters until [Server.Shutdown].
func (s *Server) Serve(l net.Listener) error { return s.smtp.Serve(l) }

// Shutdown refuses new connections and new letters with 421, waits for the letters under way until the context ends, then closes.
// A letter is either answered with 250 and stored, or not acknowledged.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.draining = true
	s.mu.Unlock()
	// Idle connections would hold Shutdown up to its end: it has only to wait for letters under way.
	err := s.memory.Acquire(ctx, s.MaxMemory)
	s.stop()
	return errors.Join(err, s.smtp.Close())
}

var (
	errBusy     = refuse(421, 4, 4, 5, "Too many connections; try again later")
	errDraining = refuse(421, 4, 3, 2, "This server is going down; try again at once")
)

func refuse(code, class, subject, detail int, text string) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{class, subject, detail}, Message: text}
}

// NewSession counts the connection, or refuses it.
func (s *Server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	peer := hostOf(c.Conn().RemoteAddr())
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.draining:
		return nil, errDraining
	case s.connections >= s.MaxConnections || s.perAddress[peer] >= s.MaxPerAddress:
		return nil, errBusy
	}
	s.connections++
	s.perAddress[peer]++
	return &session{server: s, conn: c, peer: peer, log: s.Log.With().Str("peer", peer).Logger()}, nil
}

func (s *Server) gone(peer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.connections--
	if s.perAddress[peer]--; s.perAddress[peer] == 0 {
		delete(s.perAddress, peer)
	}
}

func (s *Server) isDraining() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.draining
}

func hostOf(a net.Addr) string {
	host, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return host
}

// answers turns kinds of refusals into SMTP replies (RFC 5321, section 4.2; RFC 3463).
var answers = map[chat.Kind]struct {
	code     int
	enhanced smtp.EnhancedCode
}{
	chat.NotFound:    {550, smtp.EnhancedCode{5, 1, 1}},
	chat.Forbidden:   {550, smtp.EnhancedCode{5, 7, 1}},
	chat.Expired:     {550, smtp.EnhancedCode{5, 7, 1}},
	chat.Unsigned:    {550, smtp.EnhancedCode{5, 7, 1}},
	chat.Invalid:     {554, smtp.EnhancedCode{5, 6, 0}},
	chat.Conflict:    {554, smtp.EnhancedCode{5, 6, 0}},
	chat.TooLarge:    {552, smtp.EnhancedCode{5, 3, 4}},
	chat.TooMany:     {451, smtp.EnhancedCode{4, 7, 1}},
	chat.Unavailable: {451, smtp.EnhancedCode{4, 3, 0}},
}

var errInternal = refuse(451, 4, 3, 0, "Something went wrong here; try again later")

// answer is the SMTP reply to an error. What is internal is never shown, and never final: the letter may come again.
func answer(err error) *smtp.SMTPError {
	if reply, ok := errors.AsType[*smtp.SMTPError](err); ok {
		return reply
	}
	refused, ok := errors.AsType[*chat.Error](err)
	if !ok {
		return errInternal
	}
	a := answers[refused.Kind]
	return &smtp.SMTPError{Code: a.code, EnhancedCode: a.enhanced, Message: refused.Sentence}
}

// smtpLog takes what go-smtp reports: mostly broken connections.
type smtpLog struct{ log zerolog.Logger }

func (l smtpLog) Printf(format string, v ...any) { l.log.Debug().Msgf(strings.TrimSpace(format), v...) }
func (l smtpLog) Println(v ...any)               { l.log.Debug().Any("what", v).Msg("smtp") }
