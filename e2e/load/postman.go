package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"sync/atomic"
	"time"
)

// postman is one SMTP session, which delivers letters one after the other. It writes to conversations of its own, so that each one's letters
// are numbered in the order they are sent.
type postman struct {
	client *smtp.Client
	seats  []seat
	next   int // whose turn it is
}

// seat is a contact in a conversation.
type seat struct {
	group    *group
	from, to string // the contact's address, and their reply address
}

// callsFrom is how many sessions leave from one address of this machine: a server of ours takes 20.
const callsFrom = 10

// call opens the session of that number.
func call(ctx context.Context, number int, address string) (*postman, error) {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+number/callsFrom))}, Timeout: 10 * time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("open SMTP session: %w", err)
	}
	client, err := smtp.NewClient(conn, "127.0.0.1")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open SMTP session: %w", err), conn.Close())
	}
	return &postman{client: client}, client.Hello("client.example")
}

// deliver hands one letter over, of that number and about so many bytes; it was taken when the error is nil.
func (p *postman) deliver(s seat, number, size int) error {
	if err := p.client.Mail(s.from); err != nil {
		return fmt.Errorf("MAIL: %w", err)
	}
	if err := p.client.Rcpt(s.to); err != nil {
		return fmt.Errorf("RCPT: %w", err)
	}
	w, err := p.client.Data()
	if err != nil {
		return fmt.Errorf("DATA: %w", err)
	}
	if _, err := w.Write(letter(number, s.from, s.to, size)); err != nil {
		return fmt.Errorf("send letter: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("end of letter: %w", err)
	}
	return nil
}

// post delivers the letter of that number to the next seat, and notes when it was taken. A refusal is counted; the session goes on
// unless it broke.
func (p *postman) post(r *run, number, size int) error {
	s := p.seats[p.next%len(p.seats)]
	p.next++
	r.writer[number] = s.group
	if err := p.deliver(s, number, size); err != nil {
		r.refused(s.group, []byte(err.Error()))
		return p.client.Reset()
	}
	r.due[number] = time.Since(r.began)
	r.acknowledged(s.group, number, r.due[number])
	return nil
}

// postOn delivers one letter after the other (closed loop), up to a number that all sessions share.
func (p *postman) postOn(ctx context.Context, r *run, next *atomic.Int64, to, size int) error {
	for ctx.Err() == nil {
		number := int(next.Add(1)) - 1
		if number >= to {
			return nil
		}
		if err := p.post(r, number, size); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// postAt delivers one of every so many letters when it is due (open loop).
func (p *postman) postAt(ctx context.Context, r *run, first, to, step, size int, due func(number int) time.Duration) error {
	for number := first; number < to; number += step {
		if err := pause(ctx, due(number)-time.Since(r.began)); err != nil {
			return err
		}
		if err := p.post(r, number, size); err != nil {
			return err
		}
	}
	return nil
}
