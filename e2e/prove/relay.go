package main

import (
	"errors"
	"io"
	"net"
	"sync"

	"github.com/emersion/go-smtp"
)

// moment is how far a mail has come at the relay.
type moment int

const (
	begun    moment = iota // MAIL was said
	named                  // RCPT was said
	halfway                // some of the text has come
	taken                  // the relay has it, and has not said so
	answered               // 250 was said
	moments
)

// relay takes mails over SMTP. Its watcher is told of every moment and may keep the sender waiting; its taker is given every mail, and what it returns is the
// answer. Both are called by several sessions at once, and are set before the first mail.
type relay struct {
	listener net.Listener
	server   *smtp.Server
	done     chan error

	mu    sync.Mutex
	watch func(moment)
	take  func(from, to string, raw []byte) error
}

func startRelay() (*relay, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &relay{
		listener: listener, done: make(chan error, 1),
		watch: func(moment) {}, take: func(string, string, []byte) error { return nil },
	}
	r.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &received{relay: r}, nil
	}))
	r.server.Domain = "relay.example"
	r.server.ErrorLog = quietLog{}
	go func() { r.done <- r.server.Serve(listener) }()
	return r, nil
}

func (r *relay) address() string { return r.listener.Addr().String() }

// serve sets who is told and who takes.
func (r *relay) serve(watch func(moment), take func(from, to string, raw []byte) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watch, r.take = watch, take
}

func (r *relay) reached(m moment) {
	r.mu.Lock()
	watch := r.watch
	r.mu.Unlock()
	watch(m)
}

func (r *relay) given(from, to string, raw []byte) error {
	r.mu.Lock()
	take := r.take
	r.mu.Unlock()
	return take(from, to, raw)
}

func (r *relay) close() error {
	err := r.server.Close()
	if served := <-r.done; !errors.Is(served, smtp.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// received is one client's session.
type received struct {
	relay    *relay
	from, to string
	taken    bool
}

// Mail implements [smtp.Session].
func (s *received) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	s.relay.reached(begun)
	return nil
}

// Rcpt implements [smtp.Session].
func (s *received) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	s.relay.reached(named)
	return nil
}

// Data implements [smtp.Session].
func (s *received) Data(r io.Reader) error {
	raw := make([]byte, 100)
	n, err := io.ReadFull(r, raw)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	s.relay.reached(halfway)
	rest, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err = s.relay.given(s.from, s.to, append(raw[:n], rest...)); err == nil {
		s.taken = true
		s.relay.reached(taken)
	}
	return err
}

// Reset implements [smtp.Session]: it is called when the answer to a mail was written.
func (s *received) Reset() {
	if s.taken {
		s.relay.reached(answered)
	}
	s.taken = false
}

// Logout implements [smtp.Session].
func (s *received) Logout() error { return nil }

// quietLog: nothing that breaks there is of interest.
type quietLog struct{}

func (quietLog) Printf(string, ...any) {}
func (quietLog) Println(...any)        {}
