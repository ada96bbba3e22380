package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"postern/e2e/rig"
)

// What the nodes of a siege allow, small enough to be reached in seconds.
const (
	siegePatience = 6 * time.Second
	siegeLetter   = 200_000
	siegeAddress  = 8
	siegeClients  = 40
	siegeProxy    = "127.0.0.9" // may say whose connection it brings
)

// besieged places nodes that allow little, offer STARTTLS, and have a proxy before them at siegeProxy.
func besieged(place func(mode string, grace time.Duration, more ...string) func(context.Context) (*stage, error)) func(context.Context) (*stage, error) {
	return func(ctx context.Context) (*stage, error) {
		dir, err := os.MkdirTemp("", "postern-siege-")
		if err != nil {
			return nil, err
		}
		chain, key, err := writeCertificate(dir)
		if err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
		s, err := place("convenience", 0, noLimits, "POSTERN_SMTP_CERT="+chain, "POSTERN_SMTP_KEY="+key, "POSTERN_SMTP_PROXY="+siegeProxy+"/32",
			"POSTERN_SMTP_PATIENCE="+siegePatience.String(), fmt.Sprint("POSTERN_MAX_LETTER=", siegeLetter),
			fmt.Sprint("POSTERN_SMTP_PER_ADDRESS=", siegeAddress), fmt.Sprint("POSTERN_SMTP_CLIENTS=", siegeClients))(ctx)
		if err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
		s.dir = dir
		return s, nil
	}
}

func writeCertificate(dir string) (chain, key string, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{rig.MailDomain}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		return "", "", err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return "", "", err
	}
	chain, key = filepath.Join(dir, "chain.pem"), filepath.Join(dir, "key.pem")
	return chain, key, errors.Join(
		os.WriteFile(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600),
		os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), 0o600))
}

// siege is strangers at the ports of a place.
type siege struct {
	*correspondence
	cases, failed int
	stored        int // letters that were to be stored
	turn          atomic.Int64
}

// stranger is a connection to a node, byte for byte.
type stranger struct {
	net.Conn
	in *bufio.Reader
}

// call connects to the nodes in turn, from an address of this machine.
func (s *siege) call(ctx context.Context, from string) (*stranger, error) {
	node := s.d.Nodes[int(s.turn.Add(1))%len(s.d.Nodes)]
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c, err := d.DialContext(ctx, "tcp", node.SMTP())
	if err != nil {
		return nil, err
	}
	return &stranger{c, bufio.NewReader(c)}, c.SetDeadline(time.Now().Add(3 * siegePatience))
}

// hear gives the last line of a reply; "-" for the end of the connection.
func (c *stranger) hear() string {
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return "-"
		}
		if len(line) < 4 || line[3] != '-' {
			return strings.TrimRight(line, "\r\n")
		}
	}
}

// play sends and hears in turn: what is heard must begin as it says, one reply or the connection's end ("-") each. The greeting comes first.
// What is sent may be cut off by an end that was asked for.
func (c *stranger) play(script ...string) error {
	return c.expect("220", func() error {
		for i := 0; i < len(script); i += 2 {
			sent := make(chan struct{})
			go func() {
				defer close(sent)
				_, _ = io.WriteString(c.Conn, script[i])
			}()
			for want := range strings.SplitSeq(script[i+1], " | ") {
				if err := c.expect(want, nil); err != nil {
					return fmt.Errorf("after %.60q: %w", script[i], err)
				}
			}
			if !strings.HasSuffix(script[i+1], "-") {
				<-sent
			}
		}
		return nil
	})
}

func (c *stranger) expect(want string, then func() error) error {
	if got := c.hear(); !strings.HasPrefix(got, want) {
		return fmt.Errorf("heard %q, not %q", got, want)
	}
	if then == nil {
		return nil
	}
	return then()
}

// check runs one case, and then sees that as many letters were stored as were to be, no other, and that the next letter is taken.
func (s *siege) check(ctx context.Context, name string, stores int, do func() error) {
	s.stored += stores
	err := do()
	if err == nil {
		err = s.unhurt(ctx)
	}
	s.verdict(name, err)
}

// storm plays cases at the same time, each from an address of its own, and then sees what was stored by all of them.
func (s *siege) storm(ctx context.Context, batch []hostile) {
	errs := make([]error, len(batch))
	var all sync.WaitGroup
	for i, one := range batch {
		s.stored += one.stores
		all.Go(func() { errs[i] = s.scriptFrom(ctx, fmt.Sprintf("127.0.4.%d", i+1), one.script...) })
	}
	all.Wait()
	for i, one := range batch[:len(batch)-1] {
		s.verdict(one.name, errs[i])
	}
	last := len(batch) - 1
	s.verdict(batch[last].name, errors.Join(errs[last], s.unhurt(ctx)))
}

// verdict counts a case, and says what was wrong with it.
func (s *siege) verdict(name string, err error) {
	s.cases++
	if err != nil {
		s.failed++
		fmt.Printf("  smtp-hostile: %s: %v\n", name, err)
	}
}

// unhurt hands a good letter over and counts what is there.
func (s *siege) unhurt(ctx context.Context) error {
	raw, word := s.letter("From: carl@client.example", "Subject: Re: Answered by mail")
	s.stored++
	if err := s.script(ctx, ready(s.to)+"DATA\r\n", "250 | 250 | 250 | 354", raw+"\r\n.\r\n", "250 2.0.0"); err != nil {
		return fmt.Errorf("a good letter afterwards: %w", err)
	}
	r, err := s.record(ctx)
	if err != nil {
		return err
	}
	there := 0
	for _, m := range r.messages {
		if m.Kind == "message" && m.Via == "letter" {
			there++
		}
		if strings.Contains(m.Text, "Smuggled") && !strings.Contains(m.Text, "The first") {
			return errors.New("a smuggled letter is there")
		}
	}
	if r.says(word) != 1 || there != s.stored {
		wrong := fmt.Errorf("%d letters are there, not %d; the good one %d times", there, s.stored, r.says(word))
		s.stored = there
		return wrong
	}
	return nil
}

// script is a connection of its own, from a usual address.
func (s *siege) script(ctx context.Context, script ...string) error {
	return s.scriptFrom(ctx, "127.0.0.1", script...)
}

func (s *siege) scriptFrom(ctx context.Context, from string, script ...string) error {
	c, err := s.call(ctx, from)
	if err != nil {
		return err
	}
	defer c.Close()
	return c.play(script...)
}

const hello = "EHLO mx.client.example\r\n"

// ready is a transaction up to its letter.
func ready(to string) string {
	return hello + "MAIL FROM:<carl@client.example>\r\nRCPT TO:<" + to + ">\r\n"
}

// smtpHostile tries what strangers may, on every node.
func smtpHostile(ctx context.Context, s *stage) (string, error) {
	c, err := s.correspond(ctx)
	if err != nil {
		return "", err
	}
	g := &siege{correspondence: c}
	before, err := g.memory()
	if err != nil {
		return "", err
	}
	all := slices.Concat(g.smuggling(), g.grammar(), g.relaying(), g.sizes(), g.chunks(), g.floods())
	for batch := range slices.Chunk(all, 12) {
		if g.storm(ctx, batch); g.failed > 0 {
			return "", fmt.Errorf("%d of %d cases failed, the rest was not tried", g.failed, g.cases)
		}
	}
	g.check(ctx, "slow and silent clients", 0, func() error { return g.slow(ctx) })
	g.check(ctx, "connections from one address", 0, func() error { return g.crowd(ctx, siegeAddress, 1) })
	g.check(ctx, "connections in all", 0, func() error { return g.crowd(ctx, siegeAddress, siegeClients/siegeAddress) })
	g.check(ctx, "early talker", 0, func() error { return g.early(ctx) })
	g.check(ctx, "STARTTLS", 1, func() error { return g.secure(ctx) })
	g.check(ctx, "a proxy's word", 2, func() error { return g.proxied(ctx) })
	g.check(ctx, "a proxy header from anybody", 0, func() error {
		return g.script(ctx, "PROXY TCP4 192.0.2.1 203.0.113.1 5 25\r\n", "500 5.5.2")
	})
	ratio := 0.0
	g.check(ctx, "the same answer in the same time", 0, func() (err error) { ratio, err = g.guessing(ctx); return err })
	after, err := g.memory()
	if err == nil && after > 300<<20 {
		err = fmt.Errorf("%d MiB are held, of %d before", after>>20, before>>20)
	}
	if g.failed > 0 {
		err = errors.Join(err, fmt.Errorf("%d of %d cases failed", g.failed, g.cases))
	}
	return fmt.Sprintf("cases=%d failed=%d stored=%d guess_time_ratio=%.2f memory_mb=%d", g.cases, g.failed, g.stored, ratio, after>>20), err
}

// memory is the most that any node holds.
func (s *siege) memory() (most int64, err error) {
	for _, n := range s.d.Nodes {
		held, err := rig.RSS(n.PID())
		if err != nil {
			return 0, err
		}
		most = max(most, held)
	}
	return most, nil
}
