package mailgw

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/rs/zerolog"

	"postern/chat"
	"postern/mailgw/auth"
	"postern/mailgw/letter"
)

// Incoming is what the server needs of chat.Service.
type Incoming interface {
	Addressee(ctx context.Context, local, domain string, nullSender bool) (chat.Addressee, error)
	KeepRaw(ctx context.Context, office chat.ID, raw []byte) (hash [32]byte, err error)
	TakeFiles(ctx context.Context, to chat.Addressee, files []chat.FileIn) ([]chat.ID, error)
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
	MaxPerAddress  int           // from one client address (IPv6: one /64); default 20
	MaxMemory      int64         // bytes, as they came, of all letters being taken at once; default 256 MiB
	DataTime       time.Duration // for the whole of one DATA; default 5 min
	TakeTime       time.Duration // for taking a letter once it is there; default 1 min
	Pause          time.Duration // before the greeting; who speaks in it is refused; default 100 ms
	Letters        letter.Limits
	Rates          Rates
	Senders        *auth.Checker // finds out who wrote a letter (F34); nil: a letter's From is believed
}

func (o *ServerOptions) defaults() {
	set(&o.MaxLetter, 36<<20)
	set(&o.MaxConnections, 500)
	set(&o.MaxPerAddress, 20)
	set(&o.MaxMemory, 256<<20)
	set(&o.DataTime, 5*time.Minute)
	set(&o.TakeTime, time.Minute)
	set(&o.Pause, 100*time.Millisecond)
	set(&o.Letters, letter.DefaultLimits())
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
	reader *Reader
	memory memory
	rates  throttles
	ctx    context.Context // of the letters under way; ended when draining takes too long
	stop   context.CancelFunc

	turnedAway atomic.Uint64

	mu         sync.Mutex
	draining   bool
	listeners  []net.Listener
	wires      map[*wire]struct{}
	perAddress map[string]int
	gone       chan struct{} // closed when draining and the last connection is closed
}

// NewServer makes a server; [Server.Serve] runs it.
func NewServer(o ServerOptions) *Server {
	o.defaults()
	s := &Server{
		ServerOptions: o, reader: NewReader(o.Letters), memory: memory{most: o.MaxMemory}, rates: newThrottles(o.Rates),
		wires: map[*wire]struct{}{}, perAddress: map[string]int{}, gone: make(chan struct{}),
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.smtp = smtp.NewServer(s)
	s.smtp.Domain = o.Hello
	s.smtp.MaxRecipients = maxRecipients
	// The size is ours to count: go-smtp refuses a letter of exactly its limit, and one declared too large before we hear of it.
	s.smtp.MaxMessageBytes = 0
	s.smtp.ReadTimeout, s.smtp.WriteTimeout = commandTime, time.Minute
	s.smtp.EnableSMTPUTF8 = true
	s.smtp.ErrorLog = smtpLog{o.Log}
	return s
}

// edited are go-smtp's lines that are not to be said as they are. CHUNKING is not to be offered: go-smtp takes a BDAT chunk whose connection broke for
// a whole one, and discards without bound. AUTH, which nobody needs here, is a command that there is not (RFC 5321, section 4.2.4): 523 asks for TLS
// (RFC 5248), which would not help.
func (s *Server) edited() map[string]string {
	return map[string]string{
		"250-CHUNKING\r\n":               "",
		"523 5.7.10 TLS is required\r\n": "502 5.5.1 Command not implemented\r\n",
		"250-SIZE\r\n":                   fmt.Sprintf("250-SIZE %d\r\n", s.MaxLetter),
	}
}

// Serve takes letters until [Server.Shutdown].
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	if s.draining {
		s.mu.Unlock()
		return l.Close()
	}
	s.listeners = append(s.listeners, l)
	s.mu.Unlock()
	err := s.smtp.Serve(gate{l, s})
	if errors.Is(err, net.ErrClosed) && s.isDraining() {
		return nil
	}
	return err
}

func (s *Server) isDraining() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.draining
}

// cutTime is how long connections have to close once they are cut.
const cutTime = 3 * time.Second

// Shutdown closes the listeners and tells idle connections to go (421). Letters under way are finished, until the context ends; then what is
// still being taken is answered with 451, what is still being read is not answered any more, and the context's error is returned.
// No letter is answered with 250 that is not stored.
func (s *Server) Shutdown(ctx context.Context) error {
	defer s.stop()
	err := s.drain()
	select {
	case <-s.gone:
		return err
	case <-ctx.Done():
	}
	s.stop()
	s.eachWire((*wire).cut)
	late := time.NewTimer(cutTime)
	defer late.Stop()
	select {
	case <-s.gone:
	case <-late.C:
		s.eachWire(func(w *wire) { _ = w.Close() })
	}
	return errors.Join(err, ctx.Err())
}

func (s *Server) drain() error {
	s.mu.Lock()
	first := !s.draining
	s.draining = true
	listeners := s.listeners
	s.listeners = nil
	if first && len(s.wires) == 0 {
		close(s.gone)
	}
	s.mu.Unlock()
	var errs []error
	for _, l := range listeners {
		errs = append(errs, l.Close())
	}
	s.eachWire((*wire).drain)
	return errors.Join(errs...)
}

func (s *Server) eachWire(do func(*wire)) {
	s.mu.Lock()
	wires := make([]*wire, 0, len(s.wires))
	for w := range s.wires {
		wires = append(wires, w)
	}
	s.mu.Unlock()
	for _, w := range wires {
		do(w)
	}
}

// NewSession begins a client's session, at its EHLO.
func (s *Server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	w, ok := c.Conn().(*wire)
	if !ok {
		return nil, errInternal // all come through the gate
	}
	peer := hostOf(w.RemoteAddr())
	return &session{server: s, wire: w, peer: peer, client: c, log: s.Log.With().Str("peer", peer).Logger()}, nil
}

// smtpLog takes what go-smtp reports: broken connections, and panics of ours.
type smtpLog struct{ log zerolog.Logger }

func (l smtpLog) Printf(format string, v ...any) {
	event := l.log.Debug()
	if strings.HasPrefix(format, "panic") {
		event = l.log.Error()
	}
	event.Str("what", fmt.Sprintf(format, v...)).Msg("smtp connection")
}

func (l smtpLog) Println(v ...any) {
	l.log.Debug().Str("what", fmt.Sprint(v...)).Msg("smtp connection")
}
