package rig

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Link carries TCP connections from an address of its own to a server, as well or as badly as it is told. Its methods may be called
// from several goroutines, and act on the connections there are and on those to come.
type Link struct {
	listener *net.TCPListener
	port     *heldPort
	running  sync.WaitGroup

	breaking atomic.Uint64 // chance, of 2^32, that a connection breaks at what its client says
	broken   atomic.Int64
	trickle  *rate.Limiter // bytes a second towards the client

	mu     sync.Mutex // guards what follows
	to     string
	loss   float64
	lines  map[*line]struct{}
	closed bool
}

// line is one connection that is carried.
type line struct {
	client, server *net.TCPConn
	mute           atomic.Bool // the server has what was said; its answer breaks the connection
}

const (
	carried   = 32 << 10 // bytes read at once: a statement, or a pipeline of them, is mostly one read
	unlimited = rate.Inf
)

// NewLink carries from a port of its own on loopback to the host:port.
func NewLink(to string) (*Link, error) { return newLinkAt("127.0.0.1", to) }

func newLinkAt(host, to string) (*Link, error) {
	port, err := holdPort()
	if err != nil {
		return nil, err
	}
	port.host = host
	plain := net.ListenConfig{}
	plain.SetMultipathTCP(false) // such sockets take no filter: see lose
	listener, err := plain.Listen(context.Background(), "tcp", port.address())
	if err != nil {
		port.release()
		return nil, fmt.Errorf("listen for a link: %w: %w", errPortTaken, err)
	}
	l := &Link{
		listener: listener.(*net.TCPListener), port: port, to: to,
		lines: map[*line]struct{}{}, trickle: rate.NewLimiter(unlimited, carried),
	}
	l.running.Go(l.accept)
	return l, nil
}

// Address is the host:port where the link begins.
func (l *Link) Address() string { return l.port.address() }

// Redirect has new connections go to another server.
func (l *Link) Redirect(to string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.to = to
}

// Sever breaks the connections there are.
func (l *Link) Sever() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for one := range l.lines {
		one.sever()
	}
}

// Break gives the chance that a connection breaks at each thing its client says: in half of the cases before the server hears it, in the
// others after it has done as it was told, and before its answer comes.
func (l *Link) Break(chance float64) { l.breaking.Store(uint64(chance * (1 << 32))) }

// Broken is how many connections [Link.Break] has broken.
func (l *Link) Broken() int { return int(l.broken.Load()) }

// Trickle carries at most so many bytes a second towards the clients, of all connections together; zero: as many as there are.
func (l *Link) Trickle(bytesPerSecond float64) {
	if bytesPerSecond == 0 {
		l.trickle.SetLimit(unlimited)
		return
	}
	l.trickle.SetLimit(rate.Limit(bytesPerSecond))
}

// Lose gives the share of packets that are lost on their way to the link, from either side; what they carried is sent again by those who sent
// it, as over any bad line. With 1 nothing comes through any more and nobody is told: connections are half-open.
func (l *Link) Lose(share float64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.loss = share
	err := lose(l.listener, share)
	for one := range l.lines {
		err = errors.Join(err, one.lose(share))
	}
	return err
}

// LoseSome is [Link.Lose] for a share of the connections there are, chosen at random.
func (l *Link) LoseSome(connections, share float64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var err error
	for one := range l.lines {
		if rand.Float64() < connections {
			err = errors.Join(err, one.lose(share))
		}
	}
	return err
}

// Close breaks everything and waits for it.
func (l *Link) Close() error {
	l.mu.Lock()
	was := l.closed
	l.closed = true
	l.mu.Unlock()
	if was {
		return nil
	}
	err := l.listener.Close()
	l.Trickle(0)
	l.Sever()
	l.running.Wait()
	l.port.release()
	return err
}

func (l *Link) accept() {
	for {
		client, err := l.listener.AcceptTCP()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // too many files, say: the next may do
			time.Sleep(tryEvery)
			continue
		}
		l.running.Go(func() { l.carry(client) })
	}
}

func (l *Link) carry(client *net.TCPConn) {
	defer client.Close()
	l.mu.Lock()
	to := l.to
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	server, err := (&net.Dialer{}).DialContext(ctx, "tcp", to)
	if err != nil {
		_ = client.SetLinger(0) // the client is to learn that it was refused
		return
	}
	defer server.Close()
	one := &line{client: client, server: server.(*net.TCPConn)}
	if !l.begin(one) {
		return
	}
	defer l.end(one)
	var ways sync.WaitGroup
	ways.Go(func() { one.finish(one.server, l.up(one)) })
	ways.Go(func() { one.finish(one.client, l.down(one)) })
	ways.Wait()
}

func (l *Link) begin(one *line) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	for _, c := range []*net.TCPConn{one.client, one.server} {
		_ = c.SetKeepAlive(false) // whether the other end still lives is for those to find out who talk
	}
	if l.loss > 0 && one.lose(l.loss) != nil {
		return false
	}
	l.lines[one] = struct{}{}
	return true
}

func (l *Link) end(one *line) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.lines, one)
}

// up carries what the client says.
func (l *Link) up(one *line) error {
	return pass(one.client, func(said []byte) error {
		broken := l.breaks()
		if broken && rand.IntN(2) == 0 {
			return errSevered
		}
		if broken {
			one.mute.Store(true)
		}
		_, err := one.server.Write(said)
		return err
	})
}

// down carries what the server answers.
func (l *Link) down(one *line) error {
	return pass(one.server, func(said []byte) error {
		if one.mute.Load() {
			return errSevered
		}
		for len(said) > 0 {
			n := len(said)
			if l.trickle.Limit() != unlimited {
				n = min(n, 256)
				_ = l.trickle.WaitN(context.Background(), n) // never more than its burst
			}
			if _, err := one.client.Write(said[:n]); err != nil {
				return err
			}
			said = said[n:]
		}
		return nil
	})
}

func (l *Link) breaks() bool {
	chance := l.breaking.Load()
	if chance == 0 || uint64(rand.Uint32()) >= chance {
		return false
	}
	l.broken.Add(1)
	return true
}

var errSevered = errors.New("severed")

func pass(from *net.TCPConn, on func([]byte) error) error {
	buffer := make([]byte, carried)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if failed := on(buffer[:n]); failed != nil {
				return failed
			}
		}
		if err != nil {
			return err
		}
	}
}

// finish passes the end of one way on: an orderly one leaves the other way open.
func (one *line) finish(to *net.TCPConn, err error) {
	if errors.Is(err, io.EOF) && to.CloseWrite() == nil {
		return
	}
	one.sever()
}

// sever ends both ways as a reset does.
func (one *line) sever() {
	for _, c := range []*net.TCPConn{one.client, one.server} {
		_ = c.SetLinger(0)
		_ = c.Close()
	}
}

func (one *line) lose(share float64) error {
	return errors.Join(lose(one.client, share), lose(one.server, share))
}
