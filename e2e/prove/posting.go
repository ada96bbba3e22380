package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/smtp"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"postern/e2e/rig"
	"postern/hub/wire"
)

// posting is Carl's mail servers at work: several sessions hand letters over to several conversations.
type posting struct {
	*correspondence
	seats []seat

	mu      sync.Mutex
	letters map[string]*handed // by word
}

// seat is Carl in a conversation.
type seat struct{ conversation, to string }

// handed is a letter and what was said of it.
type handed struct {
	word  string
	seat  seat
	raw   string
	files [][]byte
	cut   bool // it was never handed over whole
	code  int  // of the last answer; 0: none came
}

const carls = "carl@client.example"

// posts starts further conversations with Carl.
func (s *stage) posts(ctx context.Context, conversations int) (*posting, error) {
	c, err := s.correspond(ctx)
	if err != nil {
		return nil, err
	}
	p := &posting{correspondence: c, seats: []seat{{c.conversation, c.to}}, letters: map[string]*handed{}}
	for i := 1; i < conversations; i++ {
		title := fmt.Sprintf("Also by mail %d.", i)
		started, err := c.ada.Start(ctx, title, title, "<p>Please answer.</p>", c.carl.Me.User.ID)
		if err != nil {
			return nil, err
		}
		m, err := s.mailOf(ctx, carls, title, 1)
		if err != nil {
			return nil, err
		}
		p.seats = append(p.seats, seat{started.Row.Conversation.ID, m.replyTo})
	}
	return p, nil
}

// write makes a letter with up to two files.
func (p *posting) write(rnd *rand.Rand, by string, number int) *handed {
	h := &handed{word: fmt.Sprintf("letter-%s-%d-", by, number), seat: p.seats[rnd.IntN(len(p.seats))]}
	for range rnd.IntN(3) {
		file := make([]byte, 1+rnd.IntN(40_000))
		for i := range file {
			file[i] = byte(rnd.Uint32())
		}
		h.files = append(h.files, file)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nSubject: Re: Answered by mail\r\nMessage-ID: <%s@client.example>\r\nMIME-Version: 1.0\r\n", carls, h.seat.to, h.word)
	fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\nContent-Type: text/plain\r\n\r\nThis is %s.\r\n", h.word)
	for i, file := range h.files {
		fmt.Fprintf(&b, "--cut\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=%d.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n",
			i, inLines(base64.StdEncoding.EncodeToString(file)))
	}
	h.raw = b.String() + "--cut--\r\n"
	p.mu.Lock()
	defer p.mu.Unlock()
	p.letters[h.word] = h
	return h
}

func inLines(s string) string {
	var b strings.Builder
	for ; len(s) > 76; s = s[76:] {
		b.WriteString(s[:76] + "\r\n")
	}
	return b.String() + s
}

// session opens one from an address of this machine. Nothing in it takes longer than half a minute.
func session(ctx context.Context, address string, from net.IP) (*smtp.Client, error) {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: from}, Timeout: 10 * time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	client, err := smtp.NewClient(conn, "mx.client.example")
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if err := client.Hello("mx.client.example"); err != nil {
		return nil, errors.Join(err, client.Close())
	}
	return client, nil
}

// hand hands a letter over once, and keeps what was said.
func (p *posting) hand(ctx context.Context, h *handed, address string) {
	client, err := session(ctx, address, net.IPv4(127, 0, 0, 1))
	if err != nil {
		return
	}
	defer client.Close()
	if h.cut {
		_, _ = begin(client, h) // it ends here, whatever was said
		return
	}
	if code, err := p.correspondence.hand(client, carls, h.seat.to, h.raw); err == nil {
		h.code = code
	}
}

// begin brings a letter to its middle.
func begin(client *smtp.Client, h *handed) (rest io.WriteCloser, err error) {
	if err := client.Mail(carls); err != nil {
		return nil, err
	}
	if err := client.Rcpt(h.seat.to); err != nil {
		return nil, err
	}
	if rest, err = client.Data(); err != nil {
		return nil, err
	}
	if _, err := rest.Write([]byte(h.raw[:len(h.raw)*2/3])); err != nil {
		return nil, err
	}
	return rest, client.Text.W.Flush()
}

// untilSettled hands a letter over again and again, as mail servers do.
func (p *posting) untilSettled(ctx context.Context, h *handed, address string) error {
	for {
		switch p.hand(ctx, h, address); h.code / 100 {
		case 2:
			return nil
		case 5:
			return fmt.Errorf("%s was refused: %d", h.word, h.code)
		}
		if err := after(ctx, 20*time.Millisecond, func() error { return nil }); err != nil {
			return fmt.Errorf("%s was never taken, last %d: %w", h.word, h.code, err)
		}
	}
}

// postOn writes and hands over until it is over: most letters until they are taken, some once, some cut off in the middle.
func (p *posting) postOn(ctx context.Context, rnd *rand.Rand, by string, over *atomic.Bool) error {
	for n := 0; !over.Load(); n++ {
		h := p.write(rnd, by, n)
		switch rnd.IntN(8) {
		case 0:
			h.cut = true
			p.hand(ctx, h, p.d.SMTP)
		case 1:
			p.hand(ctx, h, p.d.SMTP)
			if h.code/100 == 5 {
				return fmt.Errorf("%s was refused: %d", h.word, h.code)
			}
		default:
			if err := p.untilSettled(ctx, h, p.d.SMTP); err != nil {
				return err
			}
		}
	}
	return nil
}

// stored is what the record has of the letters.
type stored struct{ accepted, stored, unanswered, partial int }

var wordOfLetter = regexp.MustCompile(`letter-\w+-\d+-`)

// compare holds the record against what was said: whatever got 250 is there once and whole, and of the others nothing, or all.
func (p *posting) compare(ctx context.Context) (r stored, err error) {
	found := map[string][]wire.Message{}
	for _, s := range p.seats {
		messages, err := p.ada.History(ctx, s.conversation)
		if err != nil {
			return r, err
		}
		for _, m := range messages {
			if m.Via == "letter" {
				word := wordOfLetter.FindString(m.Text)
				found[word] = append(found[word], m)
			}
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for word, h := range p.letters {
		if err := p.judge(ctx, h, found[word], &r); err != nil {
			return r, err
		}
		delete(found, word)
	}
	for word := range found {
		return r, fmt.Errorf("nobody wrote %q", word)
	}
	if r.partial > 0 || r.accepted == 0 || r.stored != r.accepted+r.unanswered {
		err = fmt.Errorf("%+v", r)
	}
	return r, err
}

func (p *posting) judge(ctx context.Context, h *handed, found []wire.Message, r *stored) error {
	r.stored += len(found)
	switch {
	case h.code == 250:
		r.accepted++
	case len(found) > 0:
		r.unanswered++
	}
	if len(found) > 1 || h.code == 250 && len(found) == 0 || h.cut && len(found) > 0 {
		return fmt.Errorf("%s got %d (cut off: %v), and is there %d times", h.word, h.code, h.cut, len(found))
	}
	if len(found) == 0 {
		return nil
	}
	whole := found[0].Conversation == h.seat.conversation && len(found[0].Attachments) == len(h.files)
	for i := 0; whole && i < len(h.files); i++ {
		var file []byte
		if err := p.ada.Do(ctx, http.MethodGet, "/attachments/"+found[0].Attachments[i].ID, nil, &file); err != nil {
			return fmt.Errorf("a file of %s: %w", h.word, err)
		}
		whole = bytes.Equal(file, h.files[i])
	}
	if !whole {
		r.partial++
	}
	return nil
}

// lettersKilled kills nodes at random moments while letters come in all the time.
func lettersKilled(ctx context.Context, s *stage) (string, error) {
	p, err := s.posts(ctx, 4)
	if err != nil {
		return "", err
	}
	rnd, seed := seeded()
	times := kills(6)
	var over atomic.Bool
	parts, inner := errgroup.WithContext(ctx)
	for i := range 6 {
		own := rand.New(rand.NewPCG(seed, uint64(2+i)))
		parts.Go(func() error { return p.postOn(inner, own, fmt.Sprint("by", i), &over) })
	}
	parts.Go(func() error {
		defer over.Store(true)
		return s.killNow(inner, rnd, times)
	})
	if err := parts.Wait(); err != nil {
		return "", fmt.Errorf("seed %d: %w", seed, err)
	}
	r, err := p.compare(ctx)
	if err != nil {
		err = fmt.Errorf("seed %d: %w", seed, err)
	}
	return fmt.Sprintf("kills=%d accepted=%d stored=%d unanswered=%d partial=%d seed=%d", times, r.accepted, r.stored, r.unanswered, r.partial, seed), err
}

// killNow kills at random moments, and starts again.
func (s *stage) killNow(ctx context.Context, rnd *rand.Rand, times int) error {
	for range times {
		err := after(ctx, time.Duration(200+rnd.IntN(700))*time.Millisecond, func() error {
			victims, err := s.kill(rnd)
			return errors.Join(err, each(victims, func(n *rig.Node) error { return n.Start(ctx) }))
		})
		if err != nil {
			return err
		}
	}
	return after(ctx, 300*time.Millisecond, func() error { return nil })
}
