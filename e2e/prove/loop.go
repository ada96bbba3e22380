package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/mail"
	stdsmtp "net/smtp"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"postern/e2e/rig"
)

// robots is a relay at which everybody has a robot: each mail is answered at once, to Reply-To as the recipient and to the envelope sender as nobody, and it
// comes back itself. It is what two Posterns with responders on do to each other, or one with an echo.
type robots struct {
	listener net.Listener
	server   *smtp.Server
	done     chan error
	answers  sync.WaitGroup

	mu    sync.Mutex
	mails int
	back  string // SMTP port of Postern; empty as long as it is not known
	codes []string
}

func startRobots() (*robots, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &robots{listener: listener, done: make(chan error, 1)}
	r.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &received{robots: r}, nil }))
	r.server.Domain = "robots.example"
	r.server.ErrorLog = quietLog{}
	go func() { r.done <- r.server.Serve(listener) }()
	return r, nil
}

func (r *robots) close() error {
	err := r.server.Close()
	if served := <-r.done; !errors.Is(served, smtp.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	r.answers.Wait()
	return err
}

func (r *robots) counted() (mails int, codes []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mails, append([]string{}, r.codes...)
}

// mostLoop ends a loop that does not end by itself.
const mostLoop = 40

// take answers a mail in every way.
func (r *robots) take(from, to string, raw []byte) error {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	reply, err := mail.ParseAddress(m.Header.Get("Reply-To"))
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.mails++; r.mails > mostLoop || r.back == "" {
		return nil
	}
	away := fmt.Sprintf("From: %s\r\nTo: %%s\r\nSubject: Re: %s\r\nIn-Reply-To: %s\r\nMessage-ID: <away-%d-%%s@client.example>\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n",
		to, m.Header.Get("Subject"), m.Header.Get("Message-ID"), r.mails)
	for _, answer := range []struct{ from, to, raw string }{
		{to, reply.Address, fmt.Sprintf(away, reply.Address, "reply")}, {"", from, fmt.Sprintf(away, from, "return")}, {to, reply.Address, string(raw)},
	} {
		r.answers.Go(func() { r.answer(r.back, answer.from, answer.to, answer.raw) })
	}
	return nil
}

func (r *robots) answer(back, from, to, raw string) {
	err := stdsmtp.SendMail(back, nil, from, []string{to}, []byte(raw))
	said := "250"
	if err != nil {
		said = err.Error()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.codes = append(r.codes, said)
}

// received is one client's session.
type received struct {
	robots   *robots
	from, to string
}

// Mail implements [smtp.Session].
func (s *received) Mail(from string, _ *smtp.MailOptions) error { s.from = from; return nil }

// Rcpt implements [smtp.Session].
func (s *received) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return nil }

// Data implements [smtp.Session].
func (s *received) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return s.robots.take(s.from, s.to, raw)
}

// Reset implements [smtp.Session].
func (s *received) Reset() {}

// Logout implements [smtp.Session].
func (s *received) Logout() error { return nil }

// quietLog: nothing that breaks there is of interest.
type quietLog struct{}

func (quietLog) Printf(string, ...any) {}
func (quietLog) Println(...any)        {}

// answeredByRobots places a node whose relay is the robots.
func answeredByRobots(ctx context.Context) (*stage, error) {
	relay, err := startRobots()
	if err != nil {
		return nil, err
	}
	o := settings("convenience", 0, noLimits)
	o.Relay = "smtp://" + relay.listener.Addr().String()
	d, err := rig.StartSingle(ctx, o)
	if err != nil {
		return nil, errors.Join(err, relay.close())
	}
	relay.mu.Lock()
	relay.back = d.SMTP
	relay.mu.Unlock()
	return &stage{d: d, node: []string{"", ""}, relay: relay}, nil
}

// loopEnds has one message mailed to two people whose robots answer everything: no more mails go than those two.
func loopEnds(ctx context.Context, s *stage) (string, error) {
	c, err := s.correspond(ctx)
	if err != nil {
		return "", err
	}
	const first, answersEach = 2, 3
	err = until(ctx, "the robots to have answered", func() (bool, error) {
		mails, codes := s.relay.counted()
		return mails >= first && len(codes) >= answersEach*first, nil
	})
	if err != nil {
		return "", err
	}
	if err := after(ctx, 5*time.Second, func() error { return nil }); err != nil {
		return "", err
	}
	mails, codes := s.relay.counted()
	r, err := c.record(ctx)
	if err != nil {
		return "", err
	}
	posted := 0
	for _, m := range r.messages {
		if m.Via == "letter" {
			posted++
		}
	}
	for _, code := range codes {
		if !strings.HasPrefix(code, "250") {
			err = errors.Join(err, fmt.Errorf("an answer was refused: %s", code))
		}
	}
	if mails != first || posted != 0 {
		err = errors.Join(err, fmt.Errorf("%d mails went, and %d answers of robots are messages", mails, posted))
	}
	return fmt.Sprintf("mails=%d answers=%d posted=%d", mails, len(codes), posted), err
}
