package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/smtp"
	"net/textproto"
	"strings"
	"time"

	"postern/e2e/client"
	"postern/e2e/rig"
	"postern/hub/wire"
)

// checked has the nodes of a place check senders, by a name server of the stage's own.
func checked(place func(mode string, grace time.Duration, more ...string) func(context.Context) (*stage, error)) func(context.Context) (*stage, error) {
	return func(ctx context.Context) (*stage, error) {
		names, err := rig.StartNames()
		if err != nil {
			return nil, err
		}
		s, err := place("convenience", 0, "POSTERN_SENDER_CHECK=dns", "POSTERN_DNS="+names.Address(), noLimits)(ctx)
		if err != nil {
			return nil, errors.Join(err, names.Close())
		}
		s.names = names
		return s, nil
	}
}

// correspondence is a client who answers by mail: Ada and Bob are staff, at the two nodes.
type correspondence struct {
	*stage
	ada, bob, carl *client.Client
	conversation   string
	to             string // Carl's reply address
	bobs           string // Bob's
	number         int    // of letters written so far
}

func (s *stage) correspond(ctx context.Context) (c *correspondence, err error) {
	c = &correspondence{stage: s}
	for _, who := range []struct {
		is                *(*client.Client)
		name, email, role string
		node              string
	}{
		{&c.ada, "Ada Staff", "ada@office.example", "owner", s.node[0]},
		{&c.bob, "Bob Staff", "bob@office.example", "staff", s.node[1]},
		{&c.carl, "Carl Client", "carl@client.example", "client", s.node[1]},
	} {
		if *who.is, err = s.join(ctx, who.name, who.email, who.role, "", who.node); err != nil {
			return nil, err
		}
	}
	started, err := c.ada.Start(ctx, "letters", "Answered by mail", "<p>Please answer by mail.</p>", c.bob.Me.User.ID, c.carl.Me.User.ID)
	if err != nil {
		return nil, err
	}
	c.conversation = started.Row.Conversation.ID
	if s.relay != nil {
		return c, nil
	}
	if c.to, err = s.replyAddress(ctx, "carl@client.example"); err != nil {
		return nil, err
	}
	c.bobs, err = s.replyAddress(ctx, "bob@office.example")
	return c, err
}

// letter writes one: header lines, which may be missing the usual ones, and words that no other letter has.
func (c *correspondence) letter(header ...string) (raw, word string) {
	c.number++
	word = fmt.Sprintf("word-%d-", c.number)
	lines := append(header, fmt.Sprintf("Message-ID: <%d@client.example>", c.number), "Date: Mon, 23 Nov 2026 10:00:00 +0000", "MIME-Version: 1.0",
		"Content-Type: text/plain; charset=utf-8", "", "This is "+word+".", "")
	return strings.Join(lines, "\r\n"), word
}

// post hands a letter over in a session of its own, and gives the code of the last answer.
func (c *correspondence) post(sender, to, raw string) (code int, err error) {
	codes, err := c.postTimes(1, sender, to, raw)
	if err != nil {
		return 0, err
	}
	return codes[0], nil
}

// postTimes hands the same letter over several times in one session.
func (c *correspondence) postTimes(times int, sender, to, raw string) (codes []int, err error) {
	conn, err := smtp.Dial(c.d.SMTP)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.Hello("mx.client.example"); err != nil {
		return nil, err
	}
	for range times {
		code, err := c.hand(conn, sender, to, raw)
		if err != nil {
			return nil, err
		}
		codes = append(codes, code)
	}
	_ = conn.Quit() // all was answered
	return codes, nil
}

func (c *correspondence) hand(conn *smtp.Client, sender, to, raw string) (code int, err error) {
	err = conn.Mail(sender)
	if err == nil {
		err = conn.Rcpt(to)
	}
	if err == nil {
		err = c.data(conn, raw)
	}
	if said, ok := errors.AsType[*textproto.Error](err); ok {
		_ = conn.Reset() // the next try shows whether it still stands
		return said.Code, nil
	}
	return 250, err
}

func (c *correspondence) data(conn *smtp.Client, raw string) error {
	w, err := conn.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(raw)); err != nil {
		return err
	}
	return w.Close()
}

// record is the conversation as Ada sees it.
type record struct {
	messages []wire.Message
	held     []wire.Message // lines of letters that wait
}

func (c *correspondence) record(ctx context.Context) (r record, err error) {
	if r.messages, err = c.ada.History(ctx, c.conversation); err != nil {
		return r, err
	}
	for _, m := range r.messages {
		if m.Happening != nil && m.Happening.What == "letter_held" {
			r.held = append(r.held, m)
		}
	}
	return r, nil
}

// says counts the messages that hold the word.
func (r *record) says(word string) (n int) {
	for _, m := range r.messages {
		if m.Kind == "message" && strings.Contains(m.Text, word) {
			n++
		}
	}
	return n
}

// waits finds the line of the letter that holds the word.
func (c *correspondence) waits(ctx context.Context, word string) (wire.Message, bool, error) {
	r, err := c.record(ctx)
	for i := len(r.held) - 1; i >= 0 && err == nil; i-- {
		var h client.HeldLetter
		if h, err = c.ada.Held(ctx, r.held[i]); err == nil && strings.Contains(h.Text, word) {
			return r.held[i], true, nil
		}
	}
	return wire.Message{}, false, err
}

// letterOnce hands each letter over on eight connections at once, and once more; it is stored once.
func letterOnce(ctx context.Context, s *stage) (string, error) {
	c, err := s.correspond(ctx)
	if err != nil {
		return "", err
	}
	const letters, at, later = 15, 8, 2
	var words []string
	for range letters {
		raw, word := c.letter("From: carl@client.example", "Subject: Re: Answered by mail")
		words = append(words, word)
		if err := c.copies(raw, at); err != nil {
			return "", err
		}
		for range later {
			if code, err := c.post("carl@client.example", c.to, raw); err != nil || code != 250 {
				return "", fmt.Errorf("the same letter later: %d, %w", code, err)
			}
		}
	}
	r, err := c.record(ctx)
	if err != nil {
		return "", err
	}
	stored := 0
	for _, word := range words {
		n := r.says(word)
		stored += n
		if n != 1 {
			err = errors.Join(err, fmt.Errorf("%s is there %d times", word, n))
		}
	}
	return fmt.Sprintf("letters=%d copies=%d stored=%d", letters, letters*(at+later), stored), err
}

// copies hands the same letter over on several connections at once. 451 may be said to some of them; each then comes again.
func (c *correspondence) copies(raw string, n int) error {
	errs := make(chan error, n)
	for range n {
		go func() { errs <- c.untilTaken(raw) }()
	}
	var all error
	for range n {
		all = errors.Join(all, <-errs)
	}
	return all
}

func (c *correspondence) untilTaken(raw string) error {
	for range 50 {
		code, err := c.post("carl@client.example", c.to, raw)
		if err != nil || code == 250 {
			return err
		}
		if code/100 != 4 {
			return fmt.Errorf("the same letter at the same time: %d", code)
		}
	}
	return errors.New("the same letter was put off fifty times")
}

// crlf is what SMTP makes of line ends.
func crlf(b []byte) string {
	return string(bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n")))
}
