package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"postern/e2e/rig"
)

// slow has clients that bring nothing, or next to nothing, in every phase: each is gone after the time there is.
func (s *siege) slow(ctx context.Context) error {
	began := time.Now()
	var all sync.WaitGroup
	errs := make(chan error, 8)
	for i, opening := range [][]string{
		{}, {hello, "250"}, {hello, "250", "MAIL FROM:<carl@clie", ""}, {ready(s.to) + "DATA\r\n", "250 | 250 | 250 | 354"},
		{ready(s.to) + "DATA\r\n", "250 | 250 | 250 | 354", "From: carl@client.example\r\n", ""}, {ready(s.to) + "BDAT 1000\r\nabc", "250 | 250 | 250"},
	} {
		all.Go(func() { errs <- s.crawl(ctx, fmt.Sprintf("127.0.1.%d", i+1), began, opening) })
	}
	all.Wait()
	close(errs)
	var bad error
	for err := range errs {
		bad = errors.Join(bad, err)
	}
	return bad
}

// crawl goes on with a byte each 200 ms, and is to be told to go.
func (s *siege) crawl(ctx context.Context, from string, began time.Time, opening []string) error {
	c, err := s.call(ctx, from)
	if err != nil {
		return err
	}
	defer c.Close()
	for i := 0; i < len(opening); i += 2 {
		if opening[i+1] == "" {
			_, err = io.WriteString(c.Conn, opening[i])
		} else if i == 0 {
			err = c.play(opening[0], opening[1])
		}
		if err != nil {
			return err
		}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			<-tick.C
			if _, err := c.Conn.Write([]byte("x")); err != nil {
				return
			}
		}
	}()
	last := ""
	for said := c.hear(); said != "-"; said = c.hear() {
		last = said
	}
	if took := time.Since(began); !strings.HasPrefix(last, "421 4.4.2") || took > 3*siegePatience {
		return fmt.Errorf("a slow client heard %q after %s", last, took)
	}
	return nil
}

// crowd opens as many connections as are let in, from so many addresses, to one node: the next is turned away, and let in when one has gone.
func (s *siege) crowd(ctx context.Context, each, addresses int) error {
	node := s.d.Nodes[0].SMTP()
	dial := func(from string) (*stranger, string, error) {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
		c, err := d.DialContext(ctx, "tcp", node)
		if err != nil {
			return nil, "", err
		}
		talk := &stranger{c, bufio.NewReader(c)}
		return talk, talk.hear(), c.SetDeadline(time.Now().Add(3 * siegePatience))
	}
	var open []*stranger
	gone := func() {
		for _, c := range open {
			_ = c.Close()
		}
	}
	defer gone()
	for a := range addresses {
		for range each {
			c, said, err := dial(fmt.Sprintf("127.0.2.%d", a+1))
			if err != nil || !strings.HasPrefix(said, "220") {
				return fmt.Errorf("connection %d was told %q, %w", len(open)+1, said, err)
			}
			open = append(open, c)
		}
	}
	next := "127.0.2.1"
	if addresses > 1 {
		next = "127.0.3.1"
	}
	c, said, err := dial(next)
	if err != nil || !strings.HasPrefix(said, "421 4.4.5") || c.hear() != "-" {
		return fmt.Errorf("one too many was told %q, %w", said, err)
	}
	if _, err := io.WriteString(open[0].Conn, "QUIT\r\n"); err != nil {
		return err
	}
	for open[0].hear() != "-" {
	}
	room := func() (bool, error) {
		c, said, err := dial(next)
		if err == nil {
			open = append(open, c)
		}
		return strings.HasPrefix(said, "220"), err
	}
	if err := until(ctx, "room for one more", room); err != nil {
		return err
	}
	gone()
	return until(ctx, "room for all", func() (bool, error) { return s.script(ctx, hello, "250") == nil, nil })
}

// early speaks before it was greeted.
func (s *siege) early(ctx context.Context) error {
	c, err := s.call(ctx, "127.0.0.1")
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := io.WriteString(c.Conn, ready(s.to)+"DATA\r\n"); err != nil {
		return err
	}
	return c.expect("554 5.5.1", func() error { return c.expect("-", nil) })
}

// secure hands a letter over under TLS, and sees what was injected before forgotten, and a renewed certificate shown.
func (s *siege) secure(ctx context.Context) error {
	err := s.script(ctx, hello+"STARTTLS\r\n"+ready(s.to)+"DATA\r\n", "250 | 554 5.5.1 | -")
	err = errors.Join(err, s.script(ctx, hello, "250", "STARTTLS\r\n", "220", ready(s.to), "-"))
	raw, _ := s.letter("From: carl@client.example", "Subject: Re: Answered by mail")
	first, failed := s.under(ctx, ready(s.to)+"DATA\r\n", "250 | 250 | 250 | 354", raw+"\r\n.\r\n", "250 2.0.0")
	if _, _, renew := writeCertificate(s.dir); renew != nil {
		return renew
	}
	return errors.Join(err, failed, until(ctx, "the renewed certificate", func() (bool, error) {
		second, err := s.under(ctx, hello, "250")
		return err == nil && !second.Equal(first), err
	}))
}

// under plays a script under TLS, and gives the certificate that was shown.
func (s *siege) under(ctx context.Context, script ...string) (*x509.Certificate, error) {
	c, err := s.call(ctx, "127.0.0.1")
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if err := c.play(ready(s.to)+"STARTTLS\r\n", "250 | 250 | 250 | 220"); err != nil {
		return nil, err
	}
	secure := tls.Client(c.Conn, &tls.Config{InsecureSkipVerify: true})
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	inner := &stranger{secure, bufio.NewReader(io.MultiReader(strings.NewReader("220 as greeted before\r\n"), secure))}
	return secure.ConnectionState().PeerCertificates[0], inner.play(append([]string{"DATA\r\n", "503 5.5.1"}, script...)...)
}

// proxied is the named proxy: with a header of either version a letter is taken, as swaks has it too; without one nothing is.
func (s *siege) proxied(ctx context.Context) error {
	c, err := s.call(ctx, siegeProxy)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := io.WriteString(c.Conn, "PROXY TCP4 192.0.2.1 203.0.113.1 56324 25\r\n"); err != nil {
		return err
	}
	raw, _ := s.letter("From: carl@client.example", "Subject: Re: Answered by mail")
	if err := c.play(ready(s.to)+"DATA\r\n", "250 | 250 | 250 | 354", raw+"\r\n.\r\n", "250 2.0.0"); err != nil {
		return err
	}
	none, err := s.call(ctx, siegeProxy)
	if err != nil {
		return err
	}
	defer none.Close()
	if _, err := io.WriteString(none.Conn, hello); err != nil {
		return err
	}
	if err := none.expect("421 4.3.5", nil); err != nil {
		return err
	}
	raw, _ = s.letter("From: carl@client.example", "Subject: Re: Answered by mail")
	out, err := exec.CommandContext(ctx, "swaks", "--server", s.d.Nodes[0].SMTP(), "--local-interface", siegeProxy, "--from", "carl@client.example",
		"--to", s.to, "--proxy-version", "1", "--proxy-family", "TCP4", "--proxy-source", "192.0.2.2", "--proxy-source-port", "1025",
		"--proxy-dest", "203.0.113.1", "--proxy-dest-port", "25", "--data", strings.ReplaceAll(raw, "\r\n", "\n")).CombinedOutput()
	if err != nil {
		return fmt.Errorf("swaks: %w\n%s", err, out)
	}
	return nil
}

// guessing asks for addresses of several kinds that are none, in turn: the answer is the same, and the median time within a factor.
func (s *siege) guessing(ctx context.Context) (ratio float64, err error) {
	forged := []byte(s.to)
	forged[3] = map[bool]byte{true: 'b', false: 'a'}[forged[3] == 'a']
	kinds := []string{"somebody@" + rig.MailDomain, string(forged), "x" + s.to[1:], "somebody@elsewhere.example"}
	took := make([][]time.Duration, len(kinds))
	said := map[string]bool{}
	for range 15 {
		c, err := s.call(ctx, "127.0.0.1")
		if err != nil {
			return 0, err
		}
		if err := c.play(hello+"MAIL FROM:<carl@client.example>\r\n", "250 | 250"); err != nil {
			return 0, errors.Join(err, c.Close())
		}
		for i := range 16 {
			began := time.Now()
			if _, err := io.WriteString(c.Conn, "RCPT TO:<"+kinds[i%len(kinds)]+">\r\n"); err != nil {
				return 0, errors.Join(err, c.Close())
			}
			said[c.hear()] = true
			took[i%len(kinds)] = append(took[i%len(kinds)], time.Since(began))
		}
		_ = c.Close()
	}
	if len(said) != 1 || !said["550 5.1.1 There is no such address here."] {
		return 0, fmt.Errorf("answers: %v", said)
	}
	var medians []time.Duration
	for _, all := range took {
		slices.Sort(all)
		medians = append(medians, all[len(all)/2])
	}
	ratio = float64(slices.Max(medians)) / float64(slices.Min(medians))
	if ratio > 2 {
		err = fmt.Errorf("medians of the kinds of addresses: %v", medians)
	}
	return ratio, err
}
