package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/mail"
	"strings"
	"sync"

	"github.com/emersion/go-smtp"
)

// sink is the relay that takes every mail, and remembers each.
type sink struct {
	listener net.Listener
	server   *smtp.Server
	done     chan error

	mu      sync.Mutex
	times   map[string]int   // mails, by Message-ID without brackets
	replies map[place]string // newest reply address, by recipient and title
}

// place is a recipient's seat: their address, and the title of the conversation.
type place struct{ email, title string }

func startSink() (*sink, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &sink{listener: listener, done: make(chan error, 1), times: map[string]int{}, replies: map[place]string{}}
	s.server = smtp.NewServer(s)
	s.server.Domain = "sink.example"
	s.server.ErrorLog = silent{}
	go func() { s.done <- s.server.Serve(listener) }()
	return s, nil
}

func (s *sink) address() string { return s.listener.Addr().String() }

func (s *sink) close() error {
	err := s.server.Close()
	if served := <-s.done; !errors.Is(served, smtp.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// replyTo is the address that brings an answer into the conversation, or empty as long as no mail said it.
func (s *sink) replyTo(p place) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.replies[p]
}

// taken is how often each mail came.
func (s *sink) taken(messageID string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.times[messageID]
}

func (s *sink) take(raw []byte) error {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	id := strings.Trim(m.Header.Get("Message-ID"), "<> ")
	to, err := mail.ParseAddress(m.Header.Get("To"))
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times[id]++
	if reply, err := mail.ParseAddress(m.Header.Get("Reply-To")); err == nil {
		s.replies[place{to.Address, m.Header.Get("Subject")}] = reply.Address
	}
	return nil
}

// NewSession implements [smtp.Backend].
func (s *sink) NewSession(*smtp.Conn) (smtp.Session, error) { return &delivery{s}, nil }

// delivery is one client's session.
type delivery struct{ sink *sink }

// Mail implements [smtp.Session].
func (d *delivery) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt implements [smtp.Session].
func (d *delivery) Rcpt(string, *smtp.RcptOptions) error { return nil }

// Data implements [smtp.Session].
func (d *delivery) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return d.sink.take(raw)
}

// Reset implements [smtp.Session].
func (d *delivery) Reset() {}

// Logout implements [smtp.Session].
func (d *delivery) Logout() error { return nil }

// silent: broken connections are what this is about.
type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}
