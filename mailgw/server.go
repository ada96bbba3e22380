package mailgw

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"postern/chat"
	"postern/mailgw/auth"
	"postern/mailgw/letter"
)

// Incoming is what the server needs of chat.Service.
type Incoming interface {
	Addressee(ctx context.Context, local, domain string, nullSender bool) (chat.Addressee, error)
	KeepRaw(ctx context.Context, office chat.ID, raw []byte) (chat.RawLetter, error)
	TakeFiles(ctx context.Context, to chat.Addressee, files []chat.FileIn) ([]chat.ID, error)
	TakeLetter(ctx context.Context, to chat.Addressee, in chat.LetterIn) (chat.Letter, error)
	Writer(ctx context.Context, to chat.Addressee, from string) (chat.Addressee, error)
	StartByLetter(ctx context.Context, to chat.Addressee, in chat.LetterIn) (chat.Letter, error)
	MailNamed(ctx context.Context, to chat.Addressee, messageID string) (*chat.Mail, error)
	TakeReturn(ctx context.Context, to chat.Addressee, r chat.Returned) error
	TakeDesk(ctx context.Context, to chat.Addressee, l chat.Letter, envelopeTo string, forward chat.Forwarding) error
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
	MaxMemory      int64         // bytes, as they came, of all letters being taken at once; default 256 MiB, or four of MaxLetter
	Patience       time.Duration // for all that comes between two letters; default 5 min
	DataTime       time.Duration // for a letter to come, however fast; a slow one has less: 3 min, and a second more for each 1,000 bytes. Default 15 min
	TakeTime       time.Duration // for taking a letter once it is there; default 1 min
	Pause          time.Duration // before the greeting; who speaks in it is refused; default 100 ms
	Letters        letter.Limits
	Rates          Rates
	TLS            *tls.Config    // for STARTTLS; nil: it is not offered
	Proxies        []netip.Prefix // whose connections begin with a PROXY header that says whose they are
	Senders        *auth.Checker  // finds out who wrote a letter (F34); nil: a letter's From is believed
}

func (o *ServerOptions) defaults() {
	set(&o.MaxLetter, 36<<20)
	set(&o.MaxConnections, 500)
	set(&o.MaxPerAddress, 20)
	set(&o.MaxMemory, max(256<<20, 4*o.MaxLetter)) // while one letter's room grows it has three times its size at most
	set(&o.Patience, 5*time.Minute)                // RFC 5321, section 4.5.3.2.7
	set(&o.DataTime, 15*time.Minute)
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

// firstTime is how long a letter has that does not come: as long as its sender waits for us to take a block (RFC 5321, section 4.5.3.2.5), or less.
func (o *ServerOptions) firstTime() time.Duration { return min(3*time.Minute, o.Patience, o.DataTime) }

// Server is the embedded SMTP server: it takes answers to our mails, and nothing else. It never relays.
type Server struct {
	ServerOptions
	reader *Reader
	turns  chan struct{} // a place for each letter that is read: many times its size is in use then
	memory memory
	rates  throttles
	noise  noise
	ctx    context.Context // of the letters under way; ended when draining takes too long
	stop   context.CancelFunc

	turnedAway, unlisted atomic.Uint64

	mu         sync.Mutex
	draining   bool
	listeners  []net.Listener
	wires      map[*wire]string // with the network that each is counted by; empty: not yet
	perAddress map[string]int
	gone       chan struct{} // closed when draining and the last connection is closed
}

// NewServer makes a server; [Server.Serve] runs it.
func NewServer(o ServerOptions) *Server {
	o.defaults()
	s := &Server{
		ServerOptions: o, reader: NewReader(o.Letters), turns: make(chan struct{}, runtime.GOMAXPROCS(0)), memory: memory{most: o.MaxMemory}, rates: newThrottles(o.Rates),
		wires: map[*wire]string{}, perAddress: map[string]int{}, gone: make(chan struct{}),
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
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
	defer func() { s.writeSums(time.Now().Add(time.Hour)) }()
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
		s.eachWire((*wire).abort)
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
